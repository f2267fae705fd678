"""What a server must have decided before it takes reports, and whether it has."""

from dataclasses import dataclass

from bot.errors import InvalidInput, Unavailable
from bot.reports.choices import Choices
from bot.reports.keyring import Keyring
from bot.text import plain, utf16_len

CONTROLLER = "controller"
CONTACT = "contact"
ROUTE = "route"
RETENTION = "retention"
READERS = "readers"  # "moderators", where it was confirmed that all of them read reports
KEY_SAVED = "key_saved"  # the beginning of the public key whose private key is saved elsewhere
LIMIT = 150


@dataclass(frozen=True, slots=True)
class Opening:
    """What stands between a server and taking reports.

    Attributes:
        controller, contact: who answers for what is kept, and how to reach them; or empty.
        readers: it is decided who may read.
        key: how to recognise the key that reports are sealed to; None without one.
        key_saved: it was confirmed that this very key is saved elsewhere.
        retention: it is decided how long reports are kept.
        route: a route outside Discord is named.
        notices: moderators can be told of reports.
    """

    controller: str
    contact: str
    readers: bool
    key: str | None
    key_saved: bool
    retention: bool
    route: bool
    notices: bool

    @property
    def complete(self) -> bool:
        """Whether reports can be opened."""
        decided = self.readers and self.key_saved and self.retention and self.route
        return bool(self.controller and self.contact) and decided and self.notices


class Openings:
    """Keeps those decisions."""

    def __init__(self, choices: Choices, keyring: Keyring) -> None:
        self._choices = choices
        self._keyring = keyring

    async def of(self, guild_id: int, *, inbox_role: bool | None, notices: bool) -> Opening:
        """How far a server is.

        Args:
            inbox_role: whether the role that was chosen to read reports is still there; None
                where none was chosen.
            notices: a channel for notices is chosen, and can be written in.
        """

        async def chosen(name: str) -> str:
            return await self._choices.get(guild_id, name) or ""

        key = await self._key(guild_id)
        return Opening(
            controller=await chosen(CONTROLLER),
            contact=await chosen(CONTACT),
            readers=(await chosen(READERS) == "moderators" if inbox_role is None else inbox_role),
            key=key,
            key_saved=key is not None and await chosen(KEY_SAVED) == key,
            retention=bool(await chosen(RETENTION)),
            route=bool(await chosen(ROUTE)),
            notices=notices,
        )

    async def controller(self, guild_id: int) -> tuple[str, str] | None:
        """Who answers for what is kept, and how to reach them."""
        name = await self._choices.get(guild_id, CONTROLLER)
        contact = await self._choices.get(guild_id, CONTACT)
        return (name, contact) if name and contact else None

    async def put_controller(self, guild_id: int, name: str, contact: str) -> None:
        """Name the controller.

        Raises:
            InvalidInput: one is empty or too long.
        """
        given = [" ".join(plain(text).split()) for text in (name, contact)]
        if not all(given) or any(utf16_len(text) > LIMIT for text in given):
            raise InvalidInput(
                f"Both are needed, with at most {LIMIT} characters each. Nothing was changed."
            )
        await self._choices.put(guild_id, CONTROLLER, given[0])
        await self._choices.put(guild_id, CONTACT, given[1])

    async def all_moderators_read(self, guild_id: int) -> None:
        """Confirm that, without a role of their own, every moderator reads reports."""
        await self._choices.put(guild_id, READERS, "moderators")

    async def key_is_saved(self, guild_id: int, key: str) -> None:
        """Confirm that a key is saved elsewhere; another key must be confirmed anew.

        Raises:
            InvalidInput: that is not the key any more.
        """
        if key != await self._key(guild_id):
            raise InvalidInput("The key has changed meanwhile. Please look at the page again.")
        await self._choices.put(guild_id, KEY_SAVED, key)

    async def _key(self, guild_id: int) -> str | None:
        try:
            public, *_ = await self._keyring.sealing(guild_id)
        except Unavailable:
            return None
        return public.hex()[:16]
