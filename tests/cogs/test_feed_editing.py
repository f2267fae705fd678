"""/feeds edit: by options or in its panel; every change is shown, kept in the trail, undone."""

from typing import Any

import pytest

from bot.feeds.model import Options, Style, Subscription
from bot.sandbox import CannotUse, Message, Person, Reply, Sandbox
from bot.sandbox.constants import Permission
from tests.feeds.site import Site, feed_of, item, rss
from tests.harness import RunningSteward

STYLE = "Style: how articles are posted"
CHANNEL = "Channel: where articles are posted"
ROLE = "Role: mentioned by each article, if any"


@pytest.fixture
async def feed(sandbox: Sandbox, moderator: Person, site: Site) -> str:
    """A feed in #news with all that can be chosen; its address."""
    sandbox.add_role("News readers", mentionable=True)
    sandbox.add_role("Others", mentionable=True)
    url = site.put("/feed", feed_of(1))
    await moderator.run(
        "feeds add", url=url, channel="news", role="News readers", include="article", exclude="job"
    )
    return url


async def now(sandbox: Sandbox, steward: RunningSteward) -> Subscription:
    (listed,) = await steward.bot.services.feeds.overview.listing(sandbox.guild.id)
    return listed.subscription


async def trail(sandbox: Sandbox, steward: RunningSteward) -> str:
    entries = await steward.bot.services.servers.audit(sandbox.guild.id)
    assert entries[0].action == "feeds.edit"
    return entries[0].target


def titles(messages: list[Message]) -> list[str]:
    return [embed["title"] for message in messages for embed in message.raw["embeds"]]


def plainly(reply: Reply) -> str:
    return reply.text.replace("\\", "")


OPTIONS: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"style": "thread"}, {"style": Style.THREAD}, "The style is now thread, a card with a thread"),
    ({"style": "digest-daily"}, {"style": Style.DAILY}, "The first comes <t:"),
    ({"include": "pay, strike*"}, {"include": "pay, strike*"}, "with any of: pay, strike*"),
    ({"include": "none"}, {"include": ""}, "Posted are only articles without: job."),
    ({"include": "none", "exclude": "None"}, {"include": "", "exclude": ""}, "all new articles."),
    ({"role": "@everyone"}, {"role_id": None, "role_by": None}, "Articles mention nobody"),
]


async def test_each_option_changes_that_alone_and_undo_takes_it_back(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, feed: str
) -> None:
    before = await now(sandbox, steward)
    fields = {name: getattr(before.options, name) for name in Options.__slots__}
    for given, expected, said in OPTIONS:
        reply = await moderator.run("feeds edit", feed="sample", **given)
        assert said in plainly(reply)
        assert reply.ephemeral
        after = await now(sandbox, steward)
        assert after.options == Options(**fields | expected)
        assert after.channel_id == before.channel_id
        assert " → " in await trail(sandbox, steward)
        undone = await moderator.press(reply, "Undo")
        assert await now(sandbox, steward) == before
        assert "Undo" in undone.buttons
        assert " → " in await trail(sandbox, steward)


async def test_undo_works_after_a_restart(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, feed: str
) -> None:
    before = await now(sandbox, steward)
    reply = await moderator.run("feeds edit", feed="sample", include="pay", style="thread")
    await steward.restart()
    await moderator.press(reply, "Undo")
    assert await now(sandbox, steward) == before


async def test_a_new_role_stands_by_who_chose_it(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, feed: str
) -> None:
    administrator = sandbox.person("administrator")
    reply = await administrator.run("feeds edit", feed="sample", role="Others")
    assert f"Articles mention <@&{sandbox.role('Others').id}> from now on." in reply.text
    options = (await now(sandbox, steward)).options
    assert (options.role_id, options.role_by) == (sandbox.role("Others").id, administrator.id)
    reply = await moderator.run("feeds edit", feed="sample", role="Others")
    assert "You now stand for" in reply.text
    assert (await now(sandbox, steward)).options.role_by == moderator.id


async def test_without_options_a_private_panel_shows_everything_and_changes_nothing(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, feed: str
) -> None:
    before = await now(sandbox, steward)
    panel = await moderator.run("feeds edit", feed="sample")
    assert panel.ephemeral
    assert f"**Channel**: <#{sandbox.channel('news').id}>" in panel.text
    assert "**Style**: embed, a card for each article" in panel.text
    assert f"**Mentions**: <@&{sandbox.role('News readers').id}>" in panel.text
    assert "**Posts**: only articles with: article; without: job" in plainly(panel)
    assert f"**Address**: `{feed}`" in panel.text
    assert panel.buttons == ["Words to filter by", "Address", "Place a sign-up button"]
    assert await now(sandbox, steward) == before


async def test_the_panel_changes_each_thing_shows_it_and_takes_it_back(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, feed: str
) -> None:
    panel = await moderator.run("feeds edit", feed="sample")
    before = await now(sandbox, steward)

    async def undone(reply: Reply) -> None:
        assert reply.message is panel.message  # shown where it was chosen
        assert "Undo" in reply.buttons
        await moderator.press(reply, "Undo")
        assert await now(sandbox, steward) == before

    await steward.restart()
    reply = await moderator.choose(panel, STYLE, "thread")
    assert "**Style**: thread" in reply.text
    await undone(reply)
    reply = await moderator.choose(panel, CHANNEL, "general")
    assert f"**Channel**: <#{sandbox.channel('general').id}>" in reply.text
    await undone(reply)
    reply = await moderator.choose(panel, ROLE, "Others")
    assert f"**Mentions**: <@&{sandbox.role('Others').id}>" in reply.text
    await undone(reply)
    reply = await moderator.choose(panel, ROLE)
    assert "**Mentions**: nobody" in reply.text
    assert "Place a sign-up button" not in reply.buttons
    await undone(reply)
    form = (await moderator.press(panel, "Words to filter by")).form
    assert [field.get("value") for field in form.fields.values()] == ["article", "job"]
    await steward.restart()
    reply = await moderator.submit(form, {"include": "", "exclude": "job, article"})
    assert "**Posts**: only articles without: job, article" in plainly(reply)
    assert "Of the newest 1, none would have been posted." in reply.text
    await undone(reply)
    form = (await moderator.press(panel, "Words to filter by")).form
    reply = await moderator.submit(form, {"include": "", "exclude": ""})
    assert "**Posts**: all new articles" in reply.text
    await undone(reply)


async def test_what_is_that_way_already_is_no_change(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, feed: str
) -> None:
    reply = await moderator.run("feeds edit", feed="sample", style="embed", include="article")
    assert "already, so nothing was changed" in reply.text
    assert "Undo" not in reply.buttons
    (entry,) = await steward.bot.services.servers.audit(sandbox.guild.id)
    assert entry.action == "feeds.add"


async def test_a_feed_that_moves_takes_along_what_waits_and_its_style_follows(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, site: Site, feed: str
) -> None:
    site.put("/feed", feed_of(2, 1))
    await sandbox.until(lambda: titles(sandbox.messages("news")) == ["Article number 2"])
    await moderator.run("feeds pause", feed="sample")
    site.put("/feed", feed_of(3, 2, 1))
    await moderator.run("feeds check", feed="sample")
    reply = await moderator.run("feeds edit", feed="sample", channel="library")
    assert "The style follows the kind of channel." in reply.text
    assert "What was posted stays where it is." in reply.text
    assert (await now(sandbox, steward)).options.style is Style.FORUM
    await moderator.run("feeds resume", feed="sample")
    await sandbox.until(lambda: len(sandbox.threads("library")) == 1)
    assert [thread.name for thread in sandbox.threads("library")] == ["Article number 3"]
    assert titles(sandbox.messages("news")) == ["Article number 2"]
    await moderator.press(reply, "Undo")
    subscription = await now(sandbox, steward)
    assert (subscription.channel_id, subscription.options.style) == (
        sandbox.channel("news").id,
        Style.EMBED,
    )


async def test_an_answer_lost_in_the_old_channel_is_looked_for_there_after_a_move(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, site: Site, feed: str
) -> None:
    sandbox.faults.order("POST", r"/channels/\d+/messages", "lost", times=1)
    sandbox.faults.order("GET", r"/channels/\d+/messages", "503", times=1)
    site.put("/feed", feed_of(2, 1))
    await sandbox.until(lambda: titles(sandbox.messages("news")) == ["Article number 2"])
    await moderator.run("feeds edit", feed="sample", channel="general")
    sandbox.forget_nonces()
    site.put("/feed", feed_of(3, 2, 1))
    await sandbox.until(lambda: titles(sandbox.messages("general")), timeout=60)
    assert titles(sandbox.messages("general")) == ["Article number 3"]
    feeds = steward.bot.services.feeds

    async def waiting() -> int:
        (listed,) = await feeds.overview.listing(sandbox.guild.id)
        return listed.waiting

    while await waiting():
        await sandbox.until(lambda: len(feeds.outbox.busy) == 0, timeout=60)
    assert titles(sandbox.messages("news")) == ["Article number 2"]
    assert titles(sandbox.messages("general")) == ["Article number 3"]


async def test_a_feed_whose_channel_is_gone_can_be_moved(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, site: Site
) -> None:
    sandbox.add_channel("short-lived")
    url = site.put("/feed", feed_of(1))
    await moderator.run("feeds add", url=url, channel="short-lived", style="thread")
    sandbox.remove_channel("short-lived")
    panel = await moderator.run("feeds edit", feed="sample")
    reply = await moderator.choose(panel, CHANNEL, "news")
    assert f"<#{sandbox.channel('news').id}>" in reply.text
    site.put("/feed", feed_of(2, 1))
    await sandbox.until(lambda: titles(sandbox.messages("news")) == ["Article number 2"])
    reply = await moderator.press(reply, "Undo")
    assert "I cannot see" in reply.text
    assert (await now(sandbox, steward)).channel_id == sandbox.channel("news").id


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"style": "forum"}, "goes with forum channels only"),
    ({"style": "pigeon"}, "There is no style"),
    ({"include": '"pay'}, "quotation mark without its partner"),
    ({"role": "Secret"}, "may not mention"),
    ({"channel": "general"}, "That channel has this feed already"),
    ({"channel": "closed"}, "You may not write in"),
    ({"channel": "dark"}, "View Channel"),
    ({"channel": "mute"}, "I lack Embed Links"),
    ({"channel": "flat", "style": "thread"}, "I lack Create Public Threads"),
]


@pytest.fixture
async def crowded(sandbox: Sandbox, moderator: Person, feed: str) -> str:
    """The feed is in #general too, and other channels have something missing."""
    sandbox.add_role("Secret")
    await moderator.run("feeds add", url=feed, channel="general")
    for name in ("closed", "dark", "mute", "flat"):
        sandbox.add_channel(name)
    for role in ("Members", "Moderators"):
        sandbox.overwrite("closed", role, deny=Permission.SEND_MESSAGES)
    sandbox.deny_bot("dark", Permission.VIEW_CHANNEL)
    sandbox.deny_bot("mute", Permission.EMBED_LINKS)
    sandbox.deny_bot("flat", Permission.CREATE_PUBLIC_THREADS)
    return "1"  # the first subscription


async def everything(sandbox: Sandbox, steward: RunningSteward) -> list[Subscription]:
    listed = await steward.bot.services.feeds.overview.listing(sandbox.guild.id)
    return [each.subscription for each in listed]


async def test_the_rules_are_those_of_adding_and_a_refusal_changes_nothing(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, crowded: str
) -> None:
    before = await everything(sandbox, steward)
    for given, said in REFUSED:
        reply = await moderator.run("feeds edit", feed=crowded, **given)
        assert said in reply.text
        assert "reference" not in reply.text
        assert await everything(sandbox, steward) == before


async def test_the_panel_has_the_same_rules_and_stays_after_a_refusal(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, crowded: str
) -> None:
    panel = await moderator.run("feeds edit", feed=crowded)
    panel = await moderator.choose(panel, STYLE, "thread")
    before = await everything(sandbox, steward)

    async def attempt(given: dict[str, Any]) -> Reply:
        if "include" in given:
            form = (await moderator.press(panel, "Words to filter by")).form
            return await moderator.submit(form, {"include": given["include"]})
        if "role" in given:
            return await moderator.choose(panel, ROLE, given["role"])
        return await moderator.choose(panel, CHANNEL, given["channel"])

    for given, said in REFUSED:
        if given.get("style") in ("forum", "pigeon"):
            continue  # the panel does not offer those
        reply = await attempt(given)
        assert said in reply.text
        assert "Undo" not in reply.buttons
        assert "Address" in reply.buttons, "the panel is there to go on with"
        assert await everything(sandbox, steward) == before


async def test_who_may_not_write_in_the_feeds_channel_does_not_change_what_is_posted_there(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, feed: str
) -> None:
    panel = await moderator.run("feeds edit", feed="sample")
    panel = await moderator.choose(panel, STYLE, "thread")
    sandbox.overwrite("news", "Members", deny=Permission.SEND_MESSAGES)
    sandbox.overwrite("news", "Moderators", deny=Permission.SEND_MESSAGES)
    before = await now(sandbox, steward)
    assert "You may not write in" in (await moderator.press(panel, "Undo")).text
    reply = await moderator.choose(panel, ROLE, "Others")
    assert "You may not write in" in reply.text
    reply = await moderator.run("feeds edit", feed="sample", include="none")
    assert "You may not write in" in reply.text
    form = (await moderator.press(panel, "Address")).form
    assert "You may not write in" in (await moderator.submit(form, {"url": feed})).text
    assert await now(sandbox, steward) == before


async def test_members_neither_open_press_choose_nor_fill_in_anything(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, feed: str
) -> None:
    """As if the moderator's role had been taken away after the panel was shown."""
    panel = await moderator.run("feeds edit", feed="sample")
    form = (await moderator.press(panel, "Words to filter by")).form
    address = (await moderator.press(panel, "Address")).form
    changed = await moderator.choose(panel, STYLE, "thread")
    before = await now(sandbox, steward)
    sandbox.set_roles(moderator, ["Members"])
    for reply in [
        await moderator.choose(panel, STYLE, "embed"),
        await moderator.choose(panel, CHANNEL, "general"),
        await moderator.choose(panel, ROLE),
        await moderator.press(panel, "Words to filter by"),
        await moderator.press(panel, "Address"),
        await moderator.press(panel, "Place a sign-up button"),
        await moderator.press(changed, "Undo"),
        await moderator.submit(form, {"include": ""}),
        await moderator.submit(address, {"url": "https://example.org/"}),
    ]:
        assert "Only moderators can do that" in reply.text
    with pytest.raises(CannotUse):
        await moderator.run("feeds edit", feed="sample")
    assert await now(sandbox, steward) == before


async def test_a_panel_of_a_removed_feed_says_so(
    sandbox: Sandbox, moderator: Person, feed: str
) -> None:
    panel = await moderator.run("feeds edit", feed="sample")
    changed = await moderator.choose(panel, STYLE, "thread")
    await moderator.run("feeds remove", feed="sample")
    for reply in [
        await moderator.choose(panel, STYLE, "embed"),
        await moderator.press(panel, "Words to filter by"),
    ]:
        assert "There is no such feed here any more" in reply.text
    assert "can no longer be taken back" in (await moderator.press(changed, "Undo")).text


async def test_a_new_address_is_read_first_and_nothing_is_posted_again(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, site: Site, feed: str
) -> None:
    panel = await moderator.run("feeds edit", feed="sample")
    form = (await moderator.press(panel, "Address")).form
    assert form.fields["url"]["value"] == feed
    reply = await moderator.submit(form, {"url": site.url + "/nowhere"})
    assert "nothing at that address" in reply.text
    assert (await now(sandbox, steward)).url == feed
    reply = await moderator.submit(form, {"url": feed})
    assert "ask already" in reply.text
    new = site.put("/moved", rss(item(2), item(1, guid="https://example.org/?p=1")))
    reply = await moderator.submit(form, {"url": new})
    assert f"Articles come from `{new}` from now on." in reply.text
    assert f"address {feed} → {new}" in await trail(sandbox, steward)
    site.put("/moved", feed_of(3, 2, 1))
    await sandbox.until(lambda: titles(sandbox.messages("news")))
    assert titles(sandbox.messages("news")) == ["Article number 3"]
    reply = await moderator.press(reply, "Undo")
    assert (await now(sandbox, steward)).url == feed
    site.put("/feed", feed_of(4, 3, 2, 1))
    await sandbox.until(lambda: len(titles(sandbox.messages("news"))) == 2)
    assert titles(sandbox.messages("news"))[1:] == ["Article number 4"]


async def test_an_address_that_the_channel_has_already_is_refused(
    sandbox: Sandbox, moderator: Person, site: Site, feed: str
) -> None:
    other = site.put("/other", feed_of(9, title="Another"))
    await moderator.run("feeds add", url=other, channel="news")
    panel = await moderator.run("feeds edit", feed="sample")
    form = (await moderator.press(panel, "Address")).form
    assert "has this feed already" in (await moderator.submit(form, {"url": other})).text
