"""Steps of a reporter and of a moderator in the sandbox, shared by the tests of both sides."""

import asyncio
import re

from bot.sandbox import Message, Person, Reply, Sandbox
from bot.sandbox.constants import Component
from bot.sandbox.interactions import Interaction
from bot.sandbox.replies import find_component

WORDS = "Nobody has had supervision since October, and the rota is impossible."


def receipt_in(reply: Reply | Message) -> str:
    """The eight words in a preview."""
    found = re.search(r"`((?:[a-z]+ ){7}[a-z]+)`", reply.text)
    assert found, f"no receipt in {reply.text!r}"
    return found[1]


async def preview(person: Person, text: str = WORDS, **choices: str) -> Reply:
    """From /report new to the preview."""
    screen = await person.run("report new")
    form = await person.press(screen, "Write a report")
    given = {"category": "load", **choices}
    return await person.submit(
        form.modal, {"what": text, **{name: [code] for name, code in given.items()}}
    )


async def confirmed(person: Person, shown: Reply) -> Reply:
    """From the preview to the Send button, receipt asked back."""
    asked = await person.press(shown, "I have saved the receipt")
    return await person.submit(asked.modal, {"receipt": receipt_in(shown)})


async def sent(sandbox: Sandbox, person: Person, text: str = WORDS, **choices: str) -> str:
    """The whole way; the receipt of the report that was sent."""
    shown = await preview(person, text, **choices)
    receipt = receipt_in(shown)
    reply = await person.press(await confirmed(person, shown), "Send")
    await sandbox.until(lambda: "**Sent.**" in reply.text)
    return receipt


async def pressed_twice(person: Person, shown: Reply, label: str) -> list[Reply]:
    """Press a button twice at the same moment; both answers, which may change yet."""
    message = shown.message
    assert message is not None
    (button,) = [
        button
        for row in message.components
        for button in row["components"]
        if button["label"] == label
    ]
    made = [person.start_press(message, button) for _ in range(2)]
    return await asyncio.gather(*(person.settle(each) for each in made))


async def checked(person: Person, receipt: str) -> Reply:
    """`/report check` with a receipt."""
    form = await person.run("report check")
    return await person.submit(form.modal, {"receipt": receipt})


def pressed(person: Person, on: Reply | Message, button: str) -> Interaction:
    """Press, and do not wait: for a press after which nothing may come."""
    messages = on.messages if isinstance(on, Reply) else [on]
    return person.start_press(*find_component(messages, button, {Component.BUTTON}))
