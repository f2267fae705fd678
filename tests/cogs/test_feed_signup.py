"""The button by which members take or drop the role that a feed's articles mention."""

from collections.abc import Callable

import pytest

from bot.sandbox import CannotUse, Message, Person, Reply, Sandbox
from bot.sandbox.constants import INVITE_PERMISSIONS, Permission
from tests.feeds.site import Site, feed_of
from tests.harness import RunningSteward

PRESS = "Turn mentions on or off"
PLACE = "Place a sign-up button"
POSSIBLE = int(INVITE_PERMISSIONS | Permission.MANAGE_ROLES)


def holds(sandbox: Sandbox, person: Person, role: str = "News readers") -> bool:
    return sandbox.role(role).id in sandbox.guild.members[person.id].roles


@pytest.fixture
async def added(sandbox: Sandbox, moderator: Person, site: Site) -> Reply:
    """The answer to /feeds add with a role, where the bot may hand out roles."""
    sandbox.set_role_permissions(sandbox.bot.name, POSSIBLE)
    sandbox.add_role("News readers", mentionable=True)
    url = site.put("/feed", feed_of(1))
    return await moderator.run("feeds add", url=url, channel="news", role="News readers")


@pytest.fixture
async def button(sandbox: Sandbox, moderator: Person, added: Reply) -> Message:
    """The placed button."""
    reply = await moderator.press(added, PLACE)
    assert "The button is [there](" in reply.text
    assert reply.ephemeral
    (message,) = sandbox.messages("news")
    return message


async def test_a_member_takes_and_drops_the_role_and_is_told_how_to_undo(
    sandbox: Sandbox, steward: RunningSteward, button: Message
) -> None:
    assert button.text.startswith("Press to be mentioned when **Sample news** has news.")
    assert not {"interaction", "interaction_metadata"} & button.raw.keys(), "it names nobody"
    member = sandbox.person("member")
    role = f"<@&{sandbox.role('News readers').id}>"
    reply = await member.press(button, PRESS)
    assert reply.text == (
        f"You now have {role}: you are mentioned when **Sample news** has news. "
        "Press again to stop."
    )
    assert reply.ephemeral
    assert holds(sandbox, member)
    await steward.restart()
    reply = await member.press(button, PRESS)
    assert "You no longer have" in reply.text
    assert "Press again to be mentioned." in reply.text
    assert not holds(sandbox, member)
    assert not holds(sandbox, sandbox.person("colleague"))


async def test_two_presses_at_once_say_the_same_and_do_it_once(
    sandbox: Sandbox, button: Message
) -> None:
    member = sandbox.person("member")
    component = button.components[0]["components"][0]
    begun = [member.start_press(button, component) for _ in range(2)]
    replies = [await member.settle(each) for each in begun]
    assert replies[0].text == replies[1].text
    assert "You now have" in replies[0].text
    assert holds(sandbox, member)


async def test_who_placed_it_is_in_the_trail(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, button: Message
) -> None:
    (entry, _) = await steward.bot.services.servers.audit(sandbox.guild.id)
    assert (entry.actor_id, entry.action) == (moderator.id, "feeds.signup")


# Each rule, broken after the button was placed, and when placing it.


def grants_something(sandbox: Sandbox) -> None:
    sandbox.set_role_permissions("News readers", int(Permission.MANAGE_MESSAGES))


def is_administrator(sandbox: Sandbox) -> None:
    sandbox.set_role_permissions("News readers", int(Permission.ADMINISTRATOR))


def opens_a_channel(sandbox: Sandbox) -> None:
    sandbox.overwrite("general", "News readers", allow=Permission.MENTION_EVERYONE)


def mutes_in_a_channel(sandbox: Sandbox) -> None:
    sandbox.overwrite("general", "News readers", deny=Permission.SEND_MESSAGES)


def lacks_manage_roles(sandbox: Sandbox) -> None:
    sandbox.set_role_permissions(sandbox.bot.name, int(INVITE_PERMISSIONS))


def chooser_is_no_moderator(sandbox: Sandbox) -> None:
    sandbox.set_role_permissions("Moderators", 0)


def chooser_left(sandbox: Sandbox) -> None:
    del sandbox.guild.members[sandbox.person("moderator").id]


def role_rose_above_chooser(sandbox: Sandbox) -> None:
    place_above(sandbox, "News readers", "Moderators")


def role_rose_above_us(sandbox: Sandbox) -> None:
    place_above(sandbox, "Moderators", sandbox.bot.name)
    place_above(sandbox, "News readers", sandbox.bot.name)
    place_above(sandbox, "Moderators", "News readers")


def place_above(sandbox: Sandbox, role: str, other: str) -> None:
    """Drag a role right above another, as an administrator would."""
    moved, at = sandbox.role(role), sandbox.role(other).position + 1
    for each in sandbox.guild.roles.values():
        each.position += each.position >= at
    moved.position = at
    for each in sandbox.guild.roles.values():
        sandbox.set_role_permissions(each.name, each.permissions)  # tells the bot


def belongs_to_an_integration(sandbox: Sandbox) -> None:
    sandbox.role("News readers").managed = True
    sandbox.set_role_permissions("News readers", 0)


BROKEN: list[tuple[Callable[[Sandbox], None], str]] = [
    (grants_something, "grants Manage Messages"),
    (is_administrator, "grants Administrator"),
    (opens_a_channel, "has permissions of its own in"),
    (mutes_in_a_channel, "has permissions of its own in"),
    (lacks_manage_roles, "I lack Manage Roles, which I need to hand out a role"),
    (chooser_is_no_moderator, "is no moderator here any more"),
    (chooser_left, "has left the server"),
    (role_rose_above_chooser, "top role of whoever chose it"),
    (role_rose_above_us, "does not stand below my own role"),
    (belongs_to_an_integration, "belongs to a bot or an integration"),
]


@pytest.mark.parametrize(("broken", "said"), BROKEN)
async def test_each_rule_is_checked_at_each_press_both_ways_and_when_placing(
    sandbox: Sandbox,
    added: Reply,
    button: Message,
    broken: Callable[[Sandbox], None],
    said: str,
) -> None:
    member, colleague = sandbox.person("member"), sandbox.person("colleague")
    administrator = sandbox.person("administrator")
    panel = await administrator.run("feeds edit", feed="sample")
    await member.press(button, PRESS)
    broken(sandbox)
    for person, before in ((member, True), (colleague, False)):
        reply = await person.press(button, PRESS)
        assert said in reply.text
        assert "So I change nothing. Please tell a moderator" in reply.text
        assert reply.ephemeral
        assert holds(sandbox, person) is before
    reply = await administrator.press(panel, PLACE)
    assert said in reply.text
    assert "`/feeds edit`" in reply.text or "Server Settings → Roles" in reply.text
    assert len(sandbox.messages("news")) == 1
    changes = [r for r in sandbox.requests if r.method in ("PUT", "DELETE") and "/roles/" in r.path]
    assert len(changes) == 1


async def test_choosing_the_role_again_puts_it_right_after_a_moderator_left(
    sandbox: Sandbox, button: Message
) -> None:
    chooser_left(sandbox)
    administrator, member = sandbox.person("administrator"), sandbox.person("member")
    await administrator.run("feeds edit", feed="sample", role="News readers")
    assert "You now have" in (await member.press(button, PRESS)).text


async def test_the_owner_stands_above_every_role_whatever_they_hold(
    sandbox: Sandbox, added: Reply
) -> None:
    administrator, member = sandbox.person("administrator"), sandbox.person("member")
    sandbox.set_roles(administrator, [])
    await administrator.run("feeds edit", feed="sample", role="News readers")
    panel = await administrator.run("feeds edit", feed="sample")
    assert "The button is" in (await administrator.press(panel, PLACE)).text
    assert "You now have" in (await member.press(sandbox.messages("news")[0], PRESS)).text


async def test_the_moderators_role_of_setup_makes_a_chooser_too(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, button: Message
) -> None:
    chooser_is_no_moderator(sandbox)
    await steward.bot.services.servers.change(
        sandbox.guild.id, moderator_role_id=sandbox.role("Moderators").id
    )
    assert "You now have" in (await sandbox.person("member").press(button, PRESS)).text


async def test_a_role_or_feed_that_is_gone_is_told_in_a_sentence(
    sandbox: Sandbox, moderator: Person, site: Site, button: Message
) -> None:
    member = sandbox.person("member")
    await moderator.run("feeds edit", feed="sample", role="@everyone")
    assert "mention no role any more" in (await member.press(button, PRESS)).text
    await moderator.run("feeds edit", feed="sample", role="News readers")
    sandbox.remove_role("News readers")
    assert "does not exist any more" in (await member.press(button, PRESS)).text
    panel = await moderator.run("feeds edit", feed="sample")
    assert "does not exist any more" in (await moderator.press(panel, PLACE)).text
    await moderator.run("feeds remove", feed="sample")
    reply = await member.press(button, PRESS)
    assert "no longer posted here" in reply.text
    assert reply.ephemeral


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("403:50013", "Discord does not let me change your roles"),
        ("404:10011", "does not exist any more"),
        ("lost", "Press again in a while"),
    ],
)
async def test_what_discord_refuses_is_told_in_a_sentence(
    sandbox: Sandbox, button: Message, fault: str, said: str
) -> None:
    member = sandbox.person("member")
    sandbox.faults.order("PUT", r"/guilds/\d+/members/\d+/roles/\d+", fault, times=10)
    reply = await member.press(button, PRESS)
    assert said in reply.text
    assert "reference" not in reply.text


async def test_when_discord_does_not_tell_who_chose_it_nothing_is_handed_out(
    sandbox: Sandbox, moderator: Person, button: Message
) -> None:
    member = sandbox.person("member")
    sandbox.faults.order("GET", rf"/guilds/\d+/members/{moderator.id}", "403:50001", times=1)
    assert "nothing was changed" in (await member.press(button, PRESS)).text
    assert not holds(sandbox, member)


async def test_it_stands_only_where_the_moderator_may_write_and_we_may(
    sandbox: Sandbox, moderator: Person, added: Reply
) -> None:
    for role in ("Members", "Moderators"):
        sandbox.overwrite("news", role, deny=Permission.SEND_MESSAGES)
    assert "You may not write in" in (await moderator.press(added, PLACE)).text
    for role in ("Members", "Moderators"):
        sandbox.overwrite("news", role)
    sandbox.deny_bot("news", Permission.EMBED_LINKS)
    assert "I lack Embed Links" in (await moderator.press(added, PLACE)).text
    assert sandbox.messages("news") == []


async def test_for_a_forum_it_stands_where_the_moderator_is(
    sandbox: Sandbox, moderator: Person, added: Reply
) -> None:
    await moderator.run("feeds edit", feed="sample", channel="library")
    panel = await moderator.run("feeds edit", feed="sample", where="general")
    await moderator.press(panel, PLACE)
    (message,) = sandbox.messages("general")
    assert "You now have" in (await sandbox.person("member").press(message, PRESS)).text
    post = await moderator.post("A talk", "Hello", "library")
    panel = await moderator.run("feeds edit", feed="sample", where=post)
    assert "ordinary text channel" in (await moderator.press(panel, PLACE)).text


async def test_channels_that_we_cannot_see_are_put_to_the_moderator_first(
    sandbox: Sandbox, moderator: Person, added: Reply
) -> None:
    """Discord hides from a bot who may do what in channels that it does not see."""
    sandbox.deny_bot("bulletins", Permission.VIEW_CHANNEL)
    asked = await moderator.press(added, PLACE)
    assert "I cannot look into one channel of this server" in asked.text
    assert sandbox.messages("news") == []
    sandbox.set_roles(moderator, ["Members"])
    assert "Only moderators" in (await moderator.press(asked, "It opens none: place it")).text
    sandbox.set_roles(moderator, ["Members", "Moderators"])
    reply = await moderator.press(asked, "It opens none: place it")
    assert "The button is" in reply.text
    assert len(sandbox.messages("news")) == 1


async def test_members_do_not_place_it(sandbox: Sandbox, moderator: Person, added: Reply) -> None:
    with pytest.raises(CannotUse):
        await sandbox.person("member").press(added, PLACE)  # it is for the moderator alone
    sandbox.set_roles(moderator, ["Members"])
    assert "Only moderators" in (await moderator.press(added, PLACE)).text
    assert sandbox.messages("news") == []
