"""What Discord would make of a text: the constructs in it that are not escaped."""

import re

_LINK = re.compile(r"\[((?:\\.|[^\[\]\\\n])+)\]\((https?://[^\s()<>]+)\)")
_ESCAPED = re.compile(r"\\[\\*_~|`>#\[\]()<@:]")
_RUN = re.compile(r"\*+|~+")
# Whatever has a meaning somewhere in Discord's Markdown, but the markers that we write.
_ALIVE = re.compile(r"[\\`|\[\]()<>@#_:]")


def unlinked(markdown: str) -> str:
    """The text with each link that we write replaced by its own text."""
    return _LINK.sub(r"\1", markdown)


def alive(markdown: str) -> str:
    """What could mention, link, hide, quote, head or otherwise act; "" in a harmless text.

    Links of the form that we write count as their text; bold, slanted and struck text is let be.
    """
    return "".join(_ALIVE.findall(_ESCAPED.sub("", unlinked(markdown))))


def closed(markdown: str) -> bool:
    """Whether each marker is closed, so that it does not take what comes after with it."""
    stacks: set[tuple[str, ...]] = {()}
    for run in _RUN.findall(_ESCAPED.sub("", unlinked(markdown))):
        stacks = {end for stack in stacks for end in _after(stack, run)}
    return () in stacks


def _after(stack: tuple[str, ...], run: str) -> set[tuple[str, ...]]:
    """What may be open after a run of one character, in whichever way it is read."""
    if not run:
        return {stack}
    ends: set[tuple[str, ...]] = set()
    for marker in ("**", "*", "~~"):
        if run.startswith(marker):
            rest = run[len(marker) :]
            closes = stack[-1:] == (marker,)
            ends |= _after(stack[:-1] if closes else (*stack, marker), rest)
    return ends
