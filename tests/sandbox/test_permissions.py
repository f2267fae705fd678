"""Discord's permissions: how they are computed, and what their absence answers."""

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox import Sandbox
from bot.sandbox.constants import ALL_PERMISSIONS, INVITE_PERMISSIONS, ChannelKind, Permission
from bot.sandbox.permissions import in_channel, in_guild, outranks
from bot.sandbox.seed import default_world
from bot.sandbox.snowflakes import Snowflakes
from bot.sandbox.world import Channel, Overwrite, World
from tests.sandbox.conftest import Api
from tests.sandbox.trial_bot import TrialBot

BITS = st.integers(0, (1 << 20) - 1)
SEE = int(Permission.VIEW_CHANNEL)


def make_world() -> tuple[World, Channel, int]:
    """A world, a channel of it, and a member's id."""
    world = default_world(Snowflakes(lambda: 1_700_000_000.0), int(INVITE_PERMISSIONS))
    channel = world.channel_named("general")
    member = next(each for each in world.users.values() if each.name == "member")
    return world, channel, member.id


def test_the_bot_has_exactly_what_its_invite_asks_for_beyond_everyone() -> None:
    world, channel, _ = make_world()
    wanted = int(INVITE_PERMISSIONS)
    assert in_channel(world, world.bot.id, channel) & wanted == wanted
    everyone = world.guild.roles[world.guild.id].permissions
    assert everyone & wanted == 0
    assert in_guild(world, world.bot.id) == everyone | wanted


@given(base=BITS, allow=BITS, deny=BITS)
def test_a_members_own_overwrite_has_the_last_word(base: int, allow: int, deny: int) -> None:
    world, channel, member_id = make_world()
    world.guild.roles[world.guild.id].permissions = base & ~int(Permission.ADMINISTRATOR)
    world.guild.members[member_id].roles = []
    send = int(Permission.SEND_MESSAGES)
    channel.overwrites = [
        Overwrite(world.guild.id, 0, allow=deny, deny=allow),
        Overwrite(member_id, 1, allow=allow | SEE | send, deny=deny),
    ]
    bits = in_channel(world, member_id, channel)
    assert bits & (allow & ~int(Permission.ADMINISTRATOR)) == allow & ~int(Permission.ADMINISTRATOR)
    assert bits & deny & ~(allow | SEE | send) == 0


@given(allow=BITS, deny=BITS)
def test_among_roles_allowing_beats_denying(allow: int, deny: int) -> None:
    world, channel, member_id = make_world()
    roles = [world.role_named(name).id for name in ("Members", "Moderators")]
    world.guild.members[member_id].roles = roles
    send = int(Permission.SEND_MESSAGES)
    channel.overwrites = [
        Overwrite(roles[0], 0, deny=deny),
        Overwrite(roles[1], 0, allow=allow | SEE | send),
    ]
    bits = in_channel(world, member_id, channel)
    assert bits & (allow | SEE | send) == allow | SEE | send


@given(deny=BITS)
def test_owner_and_administrators_are_above_overwrites(deny: int) -> None:
    world, channel, member_id = make_world()
    channel.overwrites = [Overwrite(world.guild.id, 0, deny=deny)]
    assert in_channel(world, world.guild.owner_id, channel) == ALL_PERMISSIONS
    world.guild.roles[world.guild.members[member_id].roles[0]].permissions |= 8
    assert in_channel(world, member_id, channel) == ALL_PERMISSIONS


def test_who_does_not_see_a_channel_can_do_nothing_there_and_in_its_threads() -> None:
    world, _, member_id = make_world()
    hidden = world.channel_named("moderators")
    thread = Channel(1, ChannelKind.PUBLIC_THREAD, "t", world.guild.id, hidden.id)
    assert in_channel(world, member_id, hidden) == 0
    assert in_channel(world, member_id, thread) == 0


def test_roles_are_ranked_by_position_and_the_owner_is_above_all() -> None:
    world, _, member_id = make_world()
    top = world.role_named("Steward")
    assert outranks(world, world.bot.id, world.role_named("Moderators"))
    assert not outranks(world, world.bot.id, top)
    assert not outranks(world, member_id, world.role_named("Moderators"))
    assert outranks(world, world.guild.owner_id, top)


@pytest.mark.parametrize(
    ("missing", "request_of", "code"),
    [
        (Permission.VIEW_CHANNEL, ("POST", "/messages", {"content": "x"}), 50001),
        (Permission.VIEW_CHANNEL, ("GET", "/messages", None), 50001),
        (Permission.SEND_MESSAGES, ("POST", "/messages", {"content": "x"}), 50013),
        (Permission.SEND_MESSAGES, ("POST", "/typing", None), 50013),
        (Permission.EMBED_LINKS, ("POST", "/messages", {"embeds": [{"title": "x"}]}), 50013),
        (Permission.READ_MESSAGE_HISTORY, ("GET", "/messages/{m}", None), 50013),
        (Permission.READ_MESSAGE_HISTORY, ("POST", "/messages", "reply"), 160002),
        (Permission.PIN_MESSAGES, ("PUT", "/messages/pins/{m}", None), 50013),
        (Permission.CREATE_PUBLIC_THREADS, ("POST", "/messages/{m}/threads", {"name": "x"}), 50013),
    ],
)
async def test_a_missing_permission_is_refused_with_discords_code(
    lenient: Sandbox,
    api: Api,
    missing: Permission,
    request_of: tuple[str, str, object],
    code: int,
) -> None:
    place = f"/channels/{lenient.channel('news').id}"
    _, message = await api("POST", f"{place}/messages", {"content": "There"})
    method, path, body = request_of
    if body == "reply":
        body = {"content": "x", "message_reference": {"message_id": message["id"]}}
    lenient.deny_bot("news", missing)
    status, answer = await api(method, place + path.replace("{m}", message["id"]), body)
    assert (status, answer["code"]) == (403, code)


async def test_without_history_the_list_is_empty(lenient: Sandbox, api: Api) -> None:
    place = f"/channels/{lenient.channel('news').id}/messages"
    await api("POST", place, {"content": "There"})
    lenient.deny_bot("news", Permission.READ_MESSAGE_HISTORY)
    assert await api("GET", place) == (200, [])


async def test_without_embed_links_embeds_are_dropped_where_words_remain(
    lenient: Sandbox, api: Api
) -> None:
    place = f"/channels/{lenient.channel('news').id}/messages"
    lenient.deny_bot("news", Permission.EMBED_LINKS)
    _, message = await api("POST", place, {"content": "Words", "embeds": [{"title": "x"}]})
    assert (message["content"], message["embeds"]) == ("Words", [])
    status, answer = await api(
        "PATCH", f"{place}/{message['id']}", {"content": None, "embeds": [{"title": "x"}]}
    )
    assert (status, answer["code"]) == (400, 50006)


async def test_files_threads_and_channels_need_their_permissions(
    lenient: Sandbox, careless: TrialBot
) -> None:
    news = careless.place("news")
    thread = await (await news.send("x")).create_thread(name="Talk")
    lenient.deny_bot("news", Permission.ATTACH_FILES | Permission.SEND_MESSAGES_IN_THREADS)
    for attempt in (
        news.send(file=discord.File(__file__)),
        thread.send("x"),
        news.edit(name="other"),
        thread.delete(),
    ):
        with pytest.raises(discord.Forbidden) as refused:
            await attempt
        assert refused.value.code == 50013


async def test_roles_are_handed_out_only_from_above(lenient: Sandbox, careless: TrialBot) -> None:
    role = lenient.add_role("Pings")
    member = lenient.person("member")
    http, guild = careless.http, lenient.guild.id
    with pytest.raises(discord.Forbidden):
        await http.add_role(guild, member.id, role.id)
    own = lenient.role("Steward")
    lenient.set_role_permissions("Steward", own.permissions | Permission.MANAGE_ROLES)
    await http.add_role(guild, member.id, role.id)
    assert role.id in lenient.guild.members[member.id].roles
    await http.remove_role(guild, member.id, role.id)
    assert role.id not in lenient.guild.members[member.id].roles
    above = lenient.add_role("Above", position=99)
    for refused in (above.id, own.id, guild):
        with pytest.raises(discord.Forbidden) as error:
            await http.add_role(guild, member.id, refused)
        assert error.value.code == 50013
    with pytest.raises(discord.NotFound) as unknown:
        await http.add_role(guild, member.id, 1)
    assert unknown.value.code == 10011
    made = await careless.guild.create_role(name="Made", reason="for a test")
    assert lenient.role("Made").id == made.id
    with pytest.raises(discord.Forbidden):
        await careless.guild.create_role(permissions=discord.Permissions(ban_members=True))


async def test_unknown_things_have_their_own_codes(lenient: Sandbox, api: Api) -> None:
    news, guild = lenient.channel("news").id, lenient.guild.id
    for path, code in {
        "/channels/1": 10003,
        "/channels/1/messages": 10003,
        f"/channels/{news}/messages/1": 10008,
        "/guilds/1": 10004,
        f"/guilds/{guild}/roles/1": 10011,
        f"/guilds/{guild}/members/1": 10013,
        "/users/1": 10013,
        f"/applications/{lenient.world.application_id}/commands/1": 10063,
    }.items():
        status, body = await api("GET", path)
        assert (path, status, body["code"]) == (path, 404, code)
    assert (await api("GET", "/channels/nonsense"))[1]["code"] == 50035
    assert (await api("GET", "/nowhere"))[0] == 404
    assert (await api("POST", "/users/@me/channels", {"recipient_id": "1"}))[1]["code"] == 50033
    status, body = await api("GET", "/users/@me", headers={"Authorization": "Bot wrong"})
    assert (status, body["code"]) == (401, 0)
