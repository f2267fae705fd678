"""Keeps feed requests away from the machine's own network (server-side request forgery).

The decision is taken on the numeric address at the moment a socket is made for it, so neither a
name that resolves differently the second time nor a redirect gets around it.
"""

import errno
import ipaddress
import socket
from typing import Any

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# RFC 6052: the last 32 bits of these are an IPv4 address that a NAT64 gateway connects to. A
# network's own prefixes, as 64:ff9b:1::/48, may hold one anywhere and are refused.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")  # all that is handed out, RFC 4291
_NOT_PUBLIC = (
    # 100.64/10 (carrier NAT) is neither private nor global to Python, 192.88.99/24 is 6to4 relay.
    ipaddress.ip_network("100.64.0.0/10"),
    ipaddress.ip_network("192.0.0.0/24"),  # protocol assignments, some called global
    ipaddress.ip_network("192.88.99.0/24"),
    ipaddress.ip_network("2001::/23"),  # Teredo, ORCHID and other protocol assignments
    ipaddress.ip_network("3fff::/20"),  # documentation
)


class PrivateAddress(OSError):
    """The address does not belong to the public internet."""

    def __init__(self, host: str) -> None:
        super().__init__(errno.EACCES, f"{host} is not a public address")


def is_public(host: str) -> bool:
    """Whether a numeric address belongs to the public internet, however it is wrapped."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return _is_public(address)


def _is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        embedded = address.ipv4_mapped or address.sixtofour
        if embedded is None and address in _NAT64:
            embedded = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if embedded is not None:
            return _is_public(embedded)
        if address not in _GLOBAL_UNICAST:
            return False
    if any(address.version == net.version and address in net for net in _NOT_PUBLIC):
        return False
    return address.is_global and not address.is_multicast


def guarded_socket(addr_info: tuple[Any, ...]) -> socket.socket:
    """A socket for an address as ``getaddrinfo`` gives it; for aiohttp's ``socket_factory``.

    Raises:
        PrivateAddress: the address is not public, and nothing has been sent to it.
    """
    family, kind, protocol, _, address = addr_info
    if not is_public(str(address[0])):
        raise PrivateAddress(str(address[0]))
    return socket.socket(family=family, type=kind, proto=protocol)
