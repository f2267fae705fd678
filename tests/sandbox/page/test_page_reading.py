"""What people read on the sandbox's page: Markdown, components, what is new, forums, edits."""

from typing import Any

import discord
import pytest
from discord import ui

from tests.sandbox.page.kit import DESKTOP, Browser
from tests.sandbox.page.page_bot import PageBot

playwright_api = pytest.importorskip("playwright.async_api", reason="playwright is not installed")
expect = playwright_api.expect

pytestmark = pytest.mark.asyncio(loop_scope="package")

MARKDOWN = {
    "**bold** *slant* __under__ ~~gone~~": (
        "<p><strong>bold</strong> <em>slant</em> <u>under</u> <s>gone</s></p>"
    ),
    "***both*** snake_case_name 2 * 3 * 4": (
        "<p><strong><em>both</em></strong> snake_case_name 2 * 3 * 4</p>"
    ),
    r"\*not\* `**code**` ``a`b``": "<p>*not* <code>**code**</code> <code>a`b</code></p>",
    "# Title\ntext\n-# small": (
        '<h3 class="md-h1">Title</h3><p>text</p><p class="subtext">small</p>'
    ),
    "- a\n  - b\n- c\n3. d": (
        '<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul><ol start="3"><li>d</li></ol>'
    ),
    "> quoted\nnot": "<blockquote><p>quoted</p></blockquote><p>not</p>",
    "one\ntwo": "<p>one<br>two</p>",
    "[x](javascript:alert(1)) [y](data:text/html,z)": (
        "<p>[x](javascript:alert(1)) [y](data:text/html,z)</p>"
    ),
}


def text_channel(bot: PageBot, name: str) -> discord.TextChannel:
    found = discord.utils.get(bot.guilds[0].text_channels, name=name)
    assert found is not None
    return found


async def test_markdown_reads_as_on_discord(browser: Browser, bot: PageBot) -> None:
    page = await browser.open("member")
    person = browser.sandbox.person("colleague")
    for source, wanted in MARKDOWN.items():
        said = await person.say(source)
        shown = page.locator(f"#message-{said.id} .markdown")
        await expect(shown).to_be_visible()
        assert await shown.evaluate("element => element.innerHTML") == wanted, source


async def test_links_mentions_and_times_are_shown_in_words(browser: Browser, bot: PageBot) -> None:
    page = await browser.open("member")
    me, news = browser.sandbox.person("member"), browser.sandbox.channel("news")
    said = await browser.sandbox.person("colleague").say(
        f"<@{me.id}> <#{news.id}> see https://example.org/a_(b)). [here](https://example.org/c) "
        "<t:1401580800:D> ||hidden||"
    )
    message = page.locator(f"#message-{said.id}")
    await expect(message.locator(".mention-me")).to_have_text(f"@{me.user.display or me.name}")
    links = message.locator("a")
    assert [await each.get_attribute("href") for each in await links.all()] == [
        "https://example.org/a_(b)",
        "https://example.org/c",
    ]
    await expect(links.first).to_have_attribute("rel", "noopener noreferrer nofollow")
    await expect(message.locator("time.stamp")).to_have_text("1 June 2014")
    spoiler = message.get_by_role("button", name="Spoiler, press to show")
    await spoiler.press("Enter")
    await expect(message.locator(".spoiler.shown")).to_have_text("hidden")
    await message.get_by_role("button", name="#news").click()
    await expect(page.locator("#place-name")).to_have_text("news")


async def test_selects_and_containers_can_be_used_by_keyboard(
    browser: Browser, bot: PageBot
) -> None:
    chosen: list[list[str]] = []
    view = ui.LayoutView(timeout=None)
    container: ui.Container[Any] = ui.Container(accent_colour=0x2E8B57)
    container.add_item(ui.TextDisplay("## Which of these?"))
    menu: ui.Select[Any] = ui.Select(
        placeholder="Regions",
        min_values=2,
        max_values=2,
        options=[discord.SelectOption(label=each) for each in ("North", "South", "Wales")],
    )

    async def picked(interaction: discord.Interaction[Any]) -> None:
        chosen.append(menu.values)
        await interaction.response.send_message("Noted.", ephemeral=True)

    menu.callback = picked  # type: ignore[method-assign]
    container.add_item(ui.ActionRow(menu))
    view.add_item(container)
    page = await browser.open("member")
    await text_channel(bot, "general").send(view=view)
    await expect(page.locator(".container h4")).to_have_text("Which of these?")
    await page.get_by_role("button", name="Regions").press("ArrowDown")
    for key in ("Enter", "ArrowDown", "ArrowDown", "Enter", "Escape"):
        await page.keyboard.press(key)
    await expect(page.locator(".message.ephemeral")).to_contain_text("Noted.")
    assert [sorted(each) for each in chosen] == [["North", "Wales"]]


async def test_what_came_meanwhile_is_marked_and_read_when_opened(
    browser: Browser, bot: PageBot
) -> None:
    colleague = browser.sandbox.person("colleague")
    await colleague.say("Read long ago", where="news")
    page = await browser.open("member")
    await page.locator("[data-channel=news]").click()
    await expect(page.locator("#messages")).to_contain_text("Read long ago")
    await page.locator("[data-channel=general]").click()
    await colleague.say("The first new one", where="news")
    await colleague.say("The second new one", where="news")
    mark = page.get_by_role("button", name="news, unread")
    await expect(mark.locator(".badge")).to_have_text("2")
    await mark.click()
    await expect(page.locator("#new-line + .message")).to_contain_text("The first new one")
    await page.locator("[data-channel=general]").click()
    await expect(page.get_by_role("button", name="news", exact=True)).to_be_visible()


async def test_reading_back_is_not_disturbed_and_the_newest_is_one_press_away(
    browser: Browser, bot: PageBot
) -> None:
    colleague = browser.sandbox.person("colleague")
    for number in range(60):
        await colleague.say(f"Line {number}\nand more\nand more")
    page = await browser.open("member", DESKTOP)
    scroller = page.get_by_role("region", name="Messages in general")
    await expect(page.locator(".message").last).to_be_in_viewport()
    await scroller.evaluate("element => { element.scrollTop = 0; }")
    oldest = page.locator(".message", has_text="Line 0")
    await expect(oldest).to_have_count(1)  # asked for by scrolling to the top
    await scroller.evaluate("element => { element.scrollTop = 0; }")
    await expect(oldest).to_be_in_viewport()
    await colleague.say("Something new")
    jump = page.get_by_role("button", name="1 new · jump to newest")
    await expect(jump).to_be_visible()
    await expect(oldest).to_be_in_viewport()
    await jump.click()
    await expect(page.locator(".message", has_text="Something new")).to_be_in_viewport()
    await expect(jump).to_be_hidden()


async def test_a_forum_shows_its_posts_and_narrows_them_by_tag(
    browser: Browser, bot: PageBot
) -> None:
    forum = discord.utils.get(bot.guilds[0].forums, name="library")
    assert forum is not None
    first, second = forum.available_tags[:2]
    await forum.create_thread(name="Pay claim", content="All the papers.", applied_tags=[first])
    await forum.create_thread(name="Workload", content="The tool.", applied_tags=[second])
    page = await browser.open("member")
    await page.locator("[data-channel=library]").click()
    posts = page.locator(".post")
    await expect(posts).to_have_count(2)
    await expect(posts.filter(has_text="Pay claim")).to_contain_text("All the papers.")
    await page.get_by_role("button", name=second.name).click()
    await expect(posts).to_have_count(1)
    await page.get_by_role("button", name="Workload").click()
    await expect(page.locator(".message")).to_contain_text("The tool.")
    await page.locator("#composer").fill("Thank you")
    await page.keyboard.press("Enter")
    await expect(page.locator(".message").last).to_contain_text("Thank you")


async def test_an_edit_and_a_deletion_are_seen_at_once(browser: Browser, bot: PageBot) -> None:
    page = await browser.open("member")
    sent = await text_channel(bot, "general").send(embed=discord.Embed(title="First wording"))
    message = page.locator(f"#message-{sent.id}")
    await expect(message.locator(".embed-title")).to_have_text("First wording")
    await sent.edit(embed=discord.Embed(title="Second wording"))
    await expect(message.locator(".embed-title")).to_have_text("Second wording")
    await expect(message).to_contain_text("(edited)")
    await sent.delete()
    await expect(message).to_have_count(0)


async def test_what_was_picked_from_the_mentions_reaches_the_person(
    browser: Browser, bot: PageBot
) -> None:
    page, other = await browser.open("member"), await browser.open("colleague")
    await page.keyboard.type("Hello @col")
    await expect(page.locator(".suggestions [role=option]")).to_have_count(1)
    await page.keyboard.press("Enter")
    await page.keyboard.type("here?")
    await page.keyboard.press("Enter")
    await expect(other.locator(".message.mentions-me")).to_contain_text("here?")
    wanted = f"<@{browser.sandbox.person('colleague').id}>"
    assert wanted in browser.sandbox.messages("general")[-1].content


async def test_a_reply_to_a_mention_names_whom_it_mentioned(browser: Browser, bot: PageBot) -> None:
    page = await browser.open("member")
    me = browser.sandbox.bot
    asked = await browser.sandbox.person("colleague").say(f"<@{me.id}> what is *it*?")
    channel = text_channel(bot, "general")
    await channel.send("That.", reference=channel.get_partial_message(asked.id))
    line = page.locator(".message .context-text")
    await expect(line).to_have_text(f"@{me.name} what is it?")
