"""Threads and forum posts by the real client."""

import io

import discord
import pytest

from bot.sandbox import Sandbox
from bot.sandbox.constants import Permission
from tests.sandbox.conftest import Api
from tests.sandbox.trial_bot import TrialBot


async def test_a_thread_from_a_message_has_its_id_and_is_shown_on_it(
    sandbox: Sandbox, bot: TrialBot
) -> None:
    message = await bot.place("news").send("An article")
    thread = await message.create_thread(name="Talk about it", auto_archive_duration=1440)
    await thread.send("First word")
    held = sandbox.messages("news")[0]
    assert thread.id == message.id
    assert held.thread is not None
    assert held.thread.name == "Talk about it"
    assert [each.text for each in sandbox.messages(thread.id)] == ["First word"]
    assert held.raw["flags"] & 32
    with pytest.raises(discord.HTTPException) as twice:
        await message.create_thread(name="Again")
    assert twice.value.code == 160004
    fetched = await bot.place("news").fetch_message(message.id)
    assert fetched.thread is not None


async def test_forum_posts_carry_tags_files_and_their_first_message(
    sandbox: Sandbox, bot: TrialBot
) -> None:
    forum = bot.place("library")
    tag = forum.available_tags[0]
    file = discord.File(io.BytesIO(b"x"), "x.txt")
    made = await forum.create_thread(
        name="A post",
        content="First",
        applied_tags=[tag],
        file=file,
        embed=discord.Embed(title="E"),
    )
    assert made.thread.id == made.message.id
    assert made.thread.applied_tags == [tag]
    [post] = sandbox.threads("library")
    [first] = sandbox.messages(post.id)
    assert (first.content, first.embeds[0]["title"]) == ("First", "E")
    assert first.attachments[0]["filename"] == "x.txt"
    await made.message.edit(content="Changed")
    assert first.content == "Changed"


async def test_nonces_are_not_deduplicated_in_forums(lenient: Sandbox, api: Api) -> None:
    path = f"/channels/{lenient.channel('library').id}/threads"
    body = {"name": "Post", "message": {"content": "x", "nonce": "1", "enforce_nonce": True}}
    first, second = await api("POST", path, body), await api("POST", path, body)
    assert first[0] == second[0] == 201
    assert "nonce" not in first[1]["message"]
    assert len(lenient.threads("library")) == 2


async def test_a_forum_may_require_a_tag_and_knows_its_own(lenient: Sandbox, api: Api) -> None:
    forum = lenient.add_channel("strict", "forum", tags=["One"], flags=1 << 4)
    path = f"/channels/{forum.id}/threads"
    body = {"name": "Post", "message": {"content": "x"}}
    assert (await api("POST", path, body))[1]["code"] == 40067
    unknown = await api("POST", path, body | {"applied_tags": ["1"]})
    assert unknown[1]["code"] == 50035
    assert (await api("POST", path, body | {"applied_tags": [forum.tags[0]["id"]]}))[0] == 201
    forum.tags[0]["moderated"] = True
    moderated = await api("POST", path, body | {"applied_tags": [forum.tags[0]["id"]]})
    assert moderated[1]["code"] == 50013


async def test_what_is_no_thread_or_no_forum_is_refused(lenient: Sandbox, api: Api) -> None:
    forum, news = lenient.channel("library"), lenient.channel("news")
    status, body = await api("POST", f"/channels/{forum.id}/messages", {"content": "x"})
    assert (status, body["code"]) == (400, 50008)
    assert (await api("PUT", f"/channels/{news.id}/thread-members/@me"))[1]["code"] == 50024
    archived = await api(
        "GET", f"/channels/{lenient.channel('Community').id}/threads/archived/public"
    )
    assert archived[1]["code"] == 50024
    for name in ("", "x" * 101):
        path = f"/channels/{forum.id}/threads"
        status, body = await api("POST", path, {"name": name, "message": {"content": "x"}})
        assert (status, body["code"]) == (400, 50035)
    assert (await api("POST", path, {"name": "x", "message": {}}))[1]["code"] == 50006


async def test_archived_threads_open_when_written_in_but_refuse_changes(
    lenient: Sandbox, careless: TrialBot
) -> None:
    message = await careless.place("news").send("An article")
    thread = await message.create_thread(name="Talk")
    said = await thread.send("Word")
    await thread.edit(archived=True)
    with pytest.raises(discord.HTTPException) as refused:
        await said.edit(content="Changed")
    assert refused.value.code == 50083
    with pytest.raises(discord.HTTPException) as renamed:
        await thread.edit(name="Other")
    assert renamed.value.code == 50083
    await thread.send("Awake again")
    assert lenient.channel("Talk").thread is not None
    assert not lenient.world.channels[thread.id].thread.archived  # type: ignore[union-attr]


async def test_locked_threads_take_nothing_from_those_who_do_not_manage_them(
    lenient: Sandbox, careless: TrialBot
) -> None:
    message = await careless.place("news").send("An article")
    thread = await message.create_thread(name="Talk")
    state = lenient.channel("Talk").thread
    assert state is not None
    state.locked = True
    with pytest.raises(discord.Forbidden) as refused:
        await thread.send("Word")
    assert refused.value.code == 160005
    with pytest.raises(discord.Forbidden) as unlocked:
        await thread.edit(locked=False)
    assert unlocked.value.code == 50013
    own = lenient.role("Steward")
    lenient.set_role_permissions("Steward", own.permissions | Permission.MANAGE_THREADS)
    await thread.send("As a manager")


async def test_active_and_archived_threads_are_listed(sandbox: Sandbox, bot: TrialBot) -> None:
    forum = bot.place("library")
    made = [(await forum.create_thread(name=f"Post {n}", content="x")).thread for n in range(4)]
    for thread in made[:3]:
        await thread.edit(archived=True)
    assert [each.name for each in await bot.guild.active_threads()] == ["Post 3"]
    names = [each.name async for each in forum.archived_threads(limit=None)]
    assert names == ["Post 2", "Post 1", "Post 0"]
    paged = [each.name async for each in forum.archived_threads(limit=2)]
    assert paged == ["Post 2", "Post 1"]


async def test_people_join_threads_and_are_told_of(sandbox: Sandbox, bot: TrialBot) -> None:
    thread = (await bot.place("library").create_thread(name="Post", content="x")).thread
    member = sandbox.person("member")
    await thread.add_user(discord.Object(member.id))
    ids = {each.id for each in await thread.fetch_members()}
    assert ids == {member.id, sandbox.bot.id}
    await thread.leave()
    await sandbox.until(lambda: "THREAD_MEMBERS_UPDATE" in bot.heard)


async def test_the_author_of_a_post_speaks_first(lenient: Sandbox, careless: TrialBot) -> None:
    member = lenient.person("member")
    post = await member.post("A question", "Words", "library", ("News",))
    await lenient.until(lambda: careless.get_channel(post.id) is not None)
    thread = careless.get_channel(post.id)
    assert isinstance(thread, discord.Thread)
    await thread.send("An answer")
    assert post.thread is not None
    post.thread.total_sent = 0
    with pytest.raises(discord.Forbidden) as early:
        await thread.send("Too early")
    assert early.value.code == 40058


async def test_a_thread_without_a_message_is_private_unless_asked_otherwise(
    sandbox: Sandbox, bot: TrialBot
) -> None:
    channel = bot.place("news")
    public = await channel.create_thread(name="Open", type=discord.ChannelType.public_thread)
    assert not public.is_private()
    assert sandbox.messages("news")[-1].raw["type"] == 18
    own = sandbox.role("Steward")
    sandbox.set_role_permissions("Steward", own.permissions | Permission.CREATE_PRIVATE_THREADS)
    private = await channel.create_thread(name="Closed")
    assert private.is_private()
    member = sandbox.person("member")
    assert "Closed" not in [each.name for each in member.channels()]
    await private.add_user(discord.Object(member.id))
    assert "Closed" in [each.name for each in member.channels()]
