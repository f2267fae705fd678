"""What the tests of the page use to look at it."""

from typing import Any

from bot.sandbox import Sandbox

DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 740}


class Browser:
    """Opens the page as somebody; every page must end without an error in its console."""

    def __init__(self, sandbox: Sandbox, chromium: Any) -> None:
        self.sandbox = sandbox
        self.chromium = chromium
        self.problems: list[str] = []
        self.contexts: list[Any] = []

    async def open(self, person: str, size: dict[str, int] = DESKTOP, **options: Any) -> Any:
        context = await self.chromium.new_context(viewport=size, **options)
        self.contexts.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", lambda line: self._heard(line.type, line.text))
        await page.goto(f"{self.sandbox.page_url}?as={self.sandbox.person(person).id}")
        await page.locator("#composer").wait_for()
        return page

    async def close(self) -> None:
        """Close every page; the browser itself is used again."""
        for context in self.contexts:
            await context.close()

    def _heard(self, kind: str, text: str) -> None:
        # A connection that a test cuts is reported by the browser itself.
        if kind == "error" and "WebSocket" not in text:
            self.problems.append(text)
