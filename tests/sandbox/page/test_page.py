"""What people do on the sandbox's page, in a real browser with a real bot behind it."""

import re
from typing import Any

import pytest

from tests.sandbox.page.kit import PHONE, Browser
from tests.sandbox.page.page_bot import HOSTILE, PageBot

playwright_api = pytest.importorskip("playwright.async_api", reason="playwright is not installed")
expect = playwright_api.expect

pytestmark = pytest.mark.asyncio(loop_scope="package")


def options_of(page: Any) -> Any:
    return page.locator(".suggestions [role=option]")


async def test_a_command_is_found_completed_and_run_by_keyboard_alone(
    browser: Browser, bot: PageBot
) -> None:
    page = await browser.open("member")
    await expect(page.locator("#composer")).to_be_focused()
    await page.keyboard.type("/fa")
    await expect(options_of(page).first).to_contain_text("/faq")
    await page.keyboard.press("Enter")
    field = page.get_by_role("combobox", name="question")
    await expect(field).to_be_focused()
    await page.keyboard.type("revers")
    await expect(options_of(page)).to_have_text(["Why was it reversed?"])
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(field).to_have_value("Why was it reversed?")
    await page.keyboard.press("Enter")
    answer = page.locator(".message.ephemeral")
    await expect(answer).to_contain_text("Answer to: known:Why was it reversed?")
    await expect(answer).to_contain_text("used /faq")
    await expect(page.locator("#announcer")).to_contain_text("Answer to")
    await expect(page.locator("#composer")).to_be_focused()


async def test_a_required_option_left_empty_is_named_and_nothing_is_sent(
    browser: Browser, bot: PageBot
) -> None:
    page = await browser.open("moderator")
    await page.keyboard.type("/feeds add ")
    await page.keyboard.type("https://example.org/feed")
    await page.get_by_role("button", name="Run the command").click()
    form = page.locator(".command-form")
    await expect(form.get_by_role("alert")).to_have_text("Fill in channel.")
    await expect(page.get_by_role("combobox", name="channel")).to_be_focused()
    await page.keyboard.type("new")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Add the option backlog").click()
    await page.keyboard.type("tr")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator(".message.ephemeral")).to_contain_text(
        "Following https://example.org/feed in news, backlog True."
    )


async def test_a_form_keeps_what_was_typed_until_it_has_been_received(
    browser: Browser, bot: PageBot
) -> None:
    page = await browser.open("member")
    await page.keyboard.type("/report new ")
    await page.keyboard.press("Enter")
    form = page.get_by_role("dialog", name="Report what happened")
    text = form.get_by_label("What happened?")
    await expect(text).to_be_focused()
    await page.keyboard.type("Short")
    await form.get_by_role("button", name="Submit").click()
    await expect(form).to_contain_text("at least 10 characters (now 5)")
    await expect(form).to_contain_text("Choose one.")
    await text.fill("This has to be sent twice.")
    await form.get_by_role("button", name="What is it about?").press("Enter")
    await page.get_by_role("option", name="Safety").click()
    await form.get_by_role("button", name="Submit").click()
    await expect(form.get_by_role("alert")).to_contain_text("What you wrote is still here.")
    await expect(text).to_have_value("This has to be sent twice.")
    await form.get_by_role("button", name="Submit").click()
    await expect(form).to_be_hidden()
    await expect(page.locator(".message.ephemeral")).to_contain_text("Received: This has to be")
    assert bot.submitted == [("This has to be sent twice.", ["safety"])] * 2


async def test_a_private_answer_is_seen_by_its_person_only_and_can_be_dismissed(
    browser: Browser, bot: PageBot
) -> None:
    asker, other = await browser.open("member"), await browser.open("colleague")
    await asker.keyboard.type("/faq what it cost")
    await asker.keyboard.press("Enter")
    private = asker.locator(".message.ephemeral")
    await expect(private).to_contain_text("Only you can see this")
    await private.get_by_role("button", name="Post in channel").click()
    await expect(private).to_contain_text("Posted.")
    # The public message comes later than the private one, so what is not there now never was.
    await expect(other.locator(".message").last).to_contain_text("Posted for everybody.")
    await expect(other.locator(".message.ephemeral")).to_have_count(0)
    await expect(other.locator("#messages")).not_to_contain_text("Answer to")
    await private.get_by_role("button", name="Dismiss message").click()
    await expect(private).to_have_count(0)
    await asker.reload()
    await expect(asker.locator(".message").last).to_contain_text("Posted for everybody.")
    await expect(asker.locator(".message.ephemeral")).to_have_count(0)


async def test_another_person_has_other_channels_and_commands(
    browser: Browser, bot: PageBot
) -> None:
    page = await browser.open("member")
    moderators = page.locator("[data-channel=moderators]")
    await expect(page.locator("[data-channel=news]")).to_be_visible()
    await expect(moderators).to_have_count(0)
    await page.keyboard.type("/feeds")
    await expect(page.locator(".suggestions")).to_contain_text("No command matches")
    await page.get_by_role("button", name=re.compile("Switch person")).click()
    people = page.get_by_role("dialog", name="Who are you?")
    wanted = browser.sandbox.person("moderator").id
    await people.locator(f"[data-person='{wanted}']").click()
    await expect(moderators).to_be_visible()
    await page.locator("#composer").fill("/feeds")
    await expect(options_of(page).first).to_contain_text("/feeds add")
    assert f"as={wanted}" in page.url


async def test_hostile_text_stays_text_everywhere(browser: Browser, bot: PageBot) -> None:
    browser.sandbox.add_channel("x-script-alert-1")
    page = await browser.open("member")
    await page.locator("#composer").fill(HOSTILE)
    await page.keyboard.press("Enter")
    await expect(page.locator(".message").last).to_contain_text(HOSTILE)
    await page.keyboard.type("/hostile ")
    await page.keyboard.press("Enter")
    embed = page.locator(".embed")
    for part in (".embed-title", ".embed-text", "dt", "dd", ".embed-footer"):
        await expect(embed.locator(part)).to_contain_text(HOSTILE)
    assert await page.locator("#shell script, #shell img[src='x'], [onerror]").count() == 0
    assert await page.locator("a[href^='javascript']").count() == 0
    assert "owned" not in await page.title()


async def test_on_a_phone_nothing_is_cut_off_and_the_channels_are_a_drawer(
    browser: Browser, bot: PageBot
) -> None:
    page = await browser.open("member", PHONE, has_touch=True, is_mobile=True)
    sidebar = page.get_by_role("navigation", name="Channels")
    await expect(sidebar).to_be_hidden()
    await page.keyboard.type("/hostile ")
    await page.get_by_role("button", name="Run the command").tap()
    await expect(page.locator(".embed")).to_be_visible()
    await expect_no_overflow(page)
    await page.get_by_role("button", name="Channels", exact=True).tap()
    await expect(sidebar).to_be_visible()
    await expect_no_overflow(page)
    await page.locator("[data-channel=library]").tap()
    await expect(sidebar).to_be_hidden()
    await expect(page.locator("#place-name")).to_have_text("library")
    await expect_no_overflow(page)
    await page.get_by_role("button", name="Channels", exact=True).tap()
    await page.keyboard.press("Escape")
    await expect(sidebar).to_be_hidden()
    await expect(page.get_by_role("button", name="Channels", exact=True)).to_be_focused()


async def expect_no_overflow(page: Any) -> None:
    """Nothing is wider than the screen, not even where the excess would be clipped."""
    wide = await page.evaluate(
        """() => [...document.querySelectorAll("html, .scroller, .sidebar, .main")]
            .filter((each) => each.scrollWidth > each.clientWidth).map((each) => each.className)"""
    )
    assert wide == []


async def test_the_page_comes_back_by_itself_after_its_socket_is_cut(
    browser: Browser, bot: PageBot
) -> None:
    page = await browser.open("member")
    sockets: list[Any] = []

    async def relay(route: Any) -> None:
        server = route.connect_to_server()
        server.on_message(route.send)
        route.on_message(server.send)
        sockets.append(route)

    await page.route_web_socket(re.compile("/page/ws"), relay)
    await page.reload()
    await expect(page.locator("[data-channel=news]")).to_be_visible()
    await sockets[0].close(code=1012)
    await expect(page.locator("#banner")).to_contain_text("connection to the sandbox is lost")
    await browser.sandbox.person("colleague").say("Said while nobody listened")
    await expect(page.locator("#messages")).to_contain_text("Said while nobody listened")
    await expect(page.locator("#banner")).to_be_empty()
    assert len(sockets) == 2


async def test_a_message_menu_runs_the_bots_command_on_that_message(
    browser: Browser, bot: PageBot
) -> None:
    page = await browser.open("member")
    said = await browser.sandbox.person("colleague").say("Worth keeping")
    message = page.locator(f"#message-{said.id}")
    await expect(message).to_be_visible()
    await page.locator("#composer").press("ArrowUp")
    await expect(message).to_be_focused()
    await page.keyboard.press("Enter")
    item = page.get_by_role("menuitem", name="Remember this")
    await expect(item).to_be_visible()
    await item.press("Enter")
    await expect(page.locator(".message.ephemeral")).to_contain_text(f"Remembered {said.id}.")


async def test_the_administrator_opens_a_command_to_members(browser: Browser, bot: PageBot) -> None:
    member, owner = await browser.open("member"), await browser.open("administrator")
    await expect(member.get_by_role("button", name=re.compile("Server settings"))).to_have_count(0)
    await owner.get_by_role("button", name=re.compile("Server settings")).click()
    await owner.get_by_role("button", name="/feeds").click()
    await owner.get_by_role("combobox", name="Members").select_option(label="Allowed")
    await owner.reload()
    await owner.get_by_role("button", name=re.compile("Server settings")).click()
    await owner.get_by_role("button", name="/feeds changed").click()
    await expect(owner.get_by_role("combobox", name="Members")).to_have_value("true")
    await member.locator("#composer").fill("/feeds")
    await expect(options_of(member).first).to_contain_text("/feeds add")


async def test_every_control_has_a_name_that_can_be_read_out(
    browser: Browser, bot: PageBot
) -> None:
    page = await browser.open("administrator")
    await page.keyboard.type("/hostile ")
    await page.keyboard.press("Enter")
    await expect(page.locator(".embed")).to_be_visible()
    assert await nameless(page) == []
    await page.locator("#composer").fill("/")
    await expect(options_of(page).first).to_be_visible()
    assert await nameless(page) == []
    await page.locator("#composer").fill("")
    await page.get_by_role("button", name=re.compile("Server settings")).click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    assert await nameless(page) == []
    await page.keyboard.press("Escape")
    await page.keyboard.type("/report new ")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog", name="Report what happened")).to_be_visible()
    assert await nameless(page) == []


async def nameless(page: Any) -> list[str]:
    """Controls without an accessible name, as the browser itself computes names."""
    session = await page.context.new_cdp_session(page)
    tree = await session.send("Accessibility.getFullAXTree")
    roles = {
        "button",
        "link",
        "textbox",
        "combobox",
        "listbox",
        "option",
        "menuitem",
        "checkbox",
        "dialog",
        "navigation",
        "image",
        "heading",
    }
    return [
        f"{node['role']['value']} {node['nodeId']}"
        for node in tree["nodes"]
        if not node.get("ignored")
        and node["role"]["value"] in roles
        and not node.get("name", {}).get("value", "").strip()
    ]


async def test_a_bot_that_goes_away_is_said_to_be_offline(browser: Browser, bot: PageBot) -> None:
    page = await browser.open("member")
    await expect(page.locator("#banner")).to_be_empty()
    await bot.close()
    await expect(page.locator("#banner")).to_contain_text("is offline")
