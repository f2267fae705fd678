"""Messages by the real client: sent, read page by page, changed, deleted, marked, mentioned."""

import io
import struct
import zlib
from typing import Any

import discord
import pytest

from bot.sandbox import CannotUse, Sandbox
from bot.sandbox.constants import Permission
from tests.sandbox.conftest import Api
from tests.sandbox.trial_bot import TrialBot


def png(width: int, height: int) -> bytes:
    """A picture of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    rows = b"".join(b"\x00" + b"\x00\x80\x00" * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


async def test_history_pages_before_after_and_around(sandbox: Sandbox, bot: TrialBot) -> None:
    channel = bot.place("news")
    sent = [await channel.send(str(number)) for number in range(7)]

    async def texts(**limits: Any) -> list[str]:
        return [message.content async for message in channel.history(**limits)]

    assert await texts(limit=3) == ["6", "5", "4"]
    assert await texts(limit=None) == ["6", "5", "4", "3", "2", "1", "0"]
    assert await texts(before=sent[3], limit=2) == ["2", "1"]
    assert await texts(after=sent[3], limit=2) == ["4", "5"]
    assert await texts(after=sent[3], limit=None) == ["4", "5", "6"]
    assert sorted(await texts(around=sent[3], limit=3)) == ["2", "3", "4"]
    assert (await channel.fetch_message(sent[2].id)).content == "2"


async def test_long_histories_are_read_a_hundred_at_a_time(sandbox: Sandbox, bot: TrialBot) -> None:
    member, channel = sandbox.person("member"), bot.place("general")
    for number in range(150):
        await member.say(str(number))
    found = [message.id async for message in channel.history(limit=None, oldest_first=True)]
    assert found == [message.id for message in sandbox.messages("general")]
    asked = [each for each in sandbox.requests if each.path.endswith("/messages")]
    assert len(asked) == 2


async def test_embeds_with_pictures_and_files_come_back_as_sent(
    sandbox: Sandbox, bot: TrialBot
) -> None:
    embed = discord.Embed(
        title="Title", description="Text", colour=0x123456, url="https://a.example"
    )
    embed.add_field(name="Name", value="Value", inline=False).set_footer(text="Foot")
    embed.set_author(name="Author").set_image(url="attachment://chart.png")
    embed.set_thumbnail(url="https://a.example/small.png")
    picture = discord.File(io.BytesIO(png(3, 2)), "chart.png", description="A chart")
    message = await bot.place("news").send("See", embed=embed, file=picture)
    assert message.embeds[0].title == "Title"
    assert message.embeds[0].image.url == message.attachments[0].url
    attachment = message.attachments[0]
    assert (attachment.width, attachment.height, attachment.description) == (3, 2, "A chart")
    assert attachment.content_type == "image/png"
    assert await attachment.read() == png(3, 2)
    assert sandbox.messages("news")[0].text.splitlines() == [
        *("See", "Author", "Title", "Text", "Name", "Value", "Foot", "chart.png")
    ]


async def test_an_edit_keeps_what_it_does_not_name(sandbox: Sandbox, bot: TrialBot) -> None:
    file = discord.File(io.BytesIO(b"one"), "one.txt")
    message = await bot.place("news").send("Words", embed=discord.Embed(title="E"), file=file)
    await message.edit(content="Other words")
    held = sandbox.messages("news")[0]
    assert (held.content, held.embeds[0]["title"]) == ("Other words", "E")
    assert [each["filename"] for each in held.attachments] == ["one.txt"]
    assert held.raw["edited_timestamp"] is not None
    await message.edit(attachments=[], embed=None)
    assert (held.content, held.embeds, held.attachments) == ("Other words", [], [])
    await message.edit(attachments=[discord.File(io.BytesIO(b"two"), "two.txt")])
    assert [each["filename"] for each in held.attachments] == ["two.txt"]
    await sandbox.until(lambda: len(bot.edited) == 3)


async def test_deleted_messages_are_gone_for_everybody(sandbox: Sandbox, bot: TrialBot) -> None:
    message = await bot.place("news").send("Words")
    await message.delete()
    assert sandbox.messages("news") == []
    with pytest.raises(discord.NotFound) as gone:
        await message.edit(content="Again")
    assert gone.value.code == 10008
    await sandbox.until(lambda: "MESSAGE_DELETE" in bot.heard)


async def test_pins_by_the_new_routes_and_the_old(lenient: Sandbox, api: Api) -> None:
    place = f"/channels/{lenient.channel('news').id}"
    _, message = await api("POST", f"{place}/messages", {"content": "Pin me"})
    assert (await api("PUT", f"{place}/messages/pins/{message['id']}"))[0] == 204
    _, pins = await api("GET", f"{place}/messages/pins")
    assert [each["message"]["id"] for each in pins["items"]] == [message["id"]]
    assert pins["has_more"] is False
    assert [each["id"] for each in (await api("GET", f"{place}/pins"))[1]] == [message["id"]]
    assert (await api("DELETE", f"{place}/pins/{message['id']}"))[0] == 204
    assert (await api("GET", f"{place}/messages/pins"))[1]["items"] == []


async def test_a_channel_takes_250_pins(lenient: Sandbox, api: Api) -> None:
    channel = lenient.channel("news")
    member = lenient.person("member")
    for number in range(251):
        await member.say(str(number), "news")
    path = f"/channels/{channel.id}/messages/pins/"
    for message in lenient.messages("news")[:250]:
        message.pinned_at = 1.0
    status, body = await api("PUT", path + str(lenient.messages("news")[250].id))
    assert (status, body["code"]) == (400, 30003)


async def test_reactions_are_added_counted_and_taken_back(sandbox: Sandbox, bot: TrialBot) -> None:
    sandbox.set_role_permissions(
        "Steward", sandbox.role("Steward").permissions | Permission.ADD_REACTIONS
    )
    message = await bot.place("news").send("React")
    await message.add_reaction("👍")
    fetched = await bot.place("news").fetch_message(message.id)
    assert [(str(each.emoji), each.count, each.me) for each in fetched.reactions] == [
        ("👍", 1, True)
    ]
    me = bot.user
    assert me is not None
    await message.remove_reaction("👍", me)
    assert (await bot.place("news").fetch_message(message.id)).reactions == []


async def test_only_what_allowed_mentions_lets_through_is_notified(
    sandbox: Sandbox, bot: TrialBot
) -> None:
    member, role = sandbox.person("member"), sandbox.add_role("Pinged", mentionable=True)
    text = f"@everyone <@{member.id}> <@&{role.id}>"
    channel = bot.place("news")
    await channel.send(text, allowed_mentions=discord.AllowedMentions.none())
    await channel.send(text, allowed_mentions=discord.AllowedMentions(roles=True, users=False))
    await channel.send(text)
    raws = [each.raw for each in sandbox.messages("news")]
    assert [len(each["mentions"]) for each in raws] == [0, 0, 1]
    assert [each["mention_roles"] for each in raws] == [[], [str(role.id)], [str(role.id)]]
    # The bot may not mention everyone, whatever it allows itself.
    assert not any(each["mention_everyone"] for each in raws)


async def test_a_role_that_is_not_mentionable_is_not_pinged(
    sandbox: Sandbox, bot: TrialBot
) -> None:
    await bot.place("news").send(f"<@&{sandbox.role('Moderators').id}>")
    assert sandbox.messages("news")[0].raw["mention_roles"] == []


async def test_words_of_others_reach_the_bot_only_if_meant_for_it(
    sandbox: Sandbox, bot: TrialBot
) -> None:
    member = sandbox.person("member")
    await member.say("private talk")
    await member.say(f"<@{sandbox.bot.id}> hello")
    await member.say("to you alone", "dm")
    await sandbox.until(lambda: len(bot.said) == 3)
    assert [each.content for each in bot.said] == ["", f"<@{sandbox.bot.id}> hello", "to you alone"]
    fetched = [each.content async for each in bot.place("general").history(oldest_first=True)]
    assert fetched == ["", f"<@{sandbox.bot.id}> hello"]


async def test_direct_messages_both_ways(sandbox: Sandbox, bot: TrialBot) -> None:
    member = sandbox.person("member")
    user = await bot.fetch_user(member.id)
    await user.send("Hello there")
    assert [each.content for each in member.messages("dm")] == ["Hello there"]
    await member.say("Hello back", "dm")
    await sandbox.until(lambda: bot.said and bot.said[-1].content == "Hello back")
    assert isinstance(bot.said[-1].channel, discord.DMChannel)


async def test_replies_quote_what_they_answer(sandbox: Sandbox, bot: TrialBot) -> None:
    asked = await sandbox.person("member").say("A question")
    found = await bot.place("general").fetch_message(asked.id)
    reply = await found.reply("An answer")
    assert reply.reference is not None
    assert reply.reference.message_id == asked.id
    [_, held] = sandbox.messages("general")
    assert held.raw["type"] == 19
    assert [each["username"] for each in held.raw["mentions"]] == ["member"]
    quiet = await found.reply("Quietly", mention_author=False)
    assert quiet.mentions == []


async def test_announcements_are_published_once(lenient: Sandbox, api: Api) -> None:
    channel = lenient.add_channel("announcements", "announcement")
    place = f"/channels/{channel.id}/messages"
    _, message = await api("POST", place, {"content": "News"})
    status, answer = await api("POST", f"{place}/{message['id']}/crosspost")
    assert (status, answer["flags"] & 1) == (200, 1)
    assert (await api("POST", f"{place}/{message['id']}/crosspost"))[0] == 400
    news = f"/channels/{lenient.channel('news').id}/messages"
    _, other = await api("POST", news, {"content": "No announcement"})
    assert (await api("POST", f"{news}/{other['id']}/crosspost"))[1]["code"] == 50024


async def test_bulk_delete_takes_2_to_100_recent_messages(lenient: Sandbox, api: Api) -> None:
    lenient.set_role_permissions("Steward", Permission.ADMINISTRATOR)
    member = lenient.person("member")
    ids = [str((await member.say(str(number), "news")).id) for number in range(3)]
    path = f"/channels/{lenient.channel('news').id}/messages/bulk-delete"
    assert (await api("POST", path, {"messages": ids[:1]}))[1]["code"] == 50016
    assert (await api("POST", path, {"messages": ids[:2]}))[0] == 204
    assert [str(each.id) for each in lenient.messages("news")] == ids[2:]
    lenient.clock.advance(15 * 24 * 3600)
    fresh = str((await member.say("fresh", "news")).id)
    assert (await api("POST", path, {"messages": [ids[2], fresh]}))[1]["code"] == 50034


async def test_old_messages_are_edited_only_now_and_then(lenient: Sandbox, api: Api) -> None:
    place = f"/channels/{lenient.channel('news').id}/messages"
    _, message = await api("POST", place, {"content": "Old"})
    path = f"{place}/{message['id']}"
    for number in range(10):
        assert (await api("PATCH", path, {"content": f"young {number}"}))[0] == 200
    lenient.clock.advance(3601)
    for number in range(3):
        assert (await api("PATCH", path, {"content": f"old {number}"}))[0] == 200
    status, body = await api("PATCH", path, {"content": "too often"})
    assert (status, body["code"]) == (429, 30046)
    lenient.clock.advance(body["retry_after"] + 1)
    assert (await api("PATCH", path, {"content": "later"}))[0] == 200


async def test_typing_is_told(sandbox: Sandbox, bot: TrialBot) -> None:
    async with bot.place("news").typing():
        await bot.place("news").send("Written")
    assert any(each.path.endswith("/typing") for each in sandbox.requests)


async def test_people_can_edit_and_delete_only_what_they_may(sandbox: Sandbox) -> None:
    member, moderator = sandbox.person("member"), sandbox.person("moderator")
    message = await member.say("Mine")
    await member.edit(message, "Still mine")
    assert message.content == "Still mine"
    with pytest.raises(CannotUse):
        await moderator.edit(message, "Not yours")
    with pytest.raises(CannotUse):
        await sandbox.person("colleague").delete(message)
    await moderator.delete(message)
    assert member.messages() == []


async def test_what_a_select_shows_as_chosen_has_an_id_that_a_browser_does_not_round(
    sandbox: Sandbox, bot: TrialBot
) -> None:
    view = discord.ui.View()
    news = discord.SelectDefaultValue(
        id=sandbox.channel("news").id, type=discord.SelectDefaultValueType.channel
    )
    view.add_item(discord.ui.ChannelSelect(custom_id="place", default_values=[news]))
    await bot.place("general").send("Where?", view=view)
    (message,) = sandbox.messages("general")
    (shown,) = message.components[0]["components"][0]["default_values"]
    assert shown == {"id": str(sandbox.channel("news").id), "type": "channel"}


async def test_other_bots_and_webhooks_are_told_from_people(
    sandbox: Sandbox, bot: TrialBot
) -> None:
    robot = sandbox.add_person("robot", bot=True)
    said = await robot.say(f"<@{sandbox.bot.id}> hello")
    hooked = sandbox.say_by_webhook(f"<@{sandbox.bot.id}> @everyone hello")
    channel = bot.place("general")
    by_robot, by_webhook = [await channel.fetch_message(each.id) for each in (said, hooked)]
    assert by_robot.author.bot
    assert by_robot.webhook_id is None
    assert by_robot.application_id is None  # another application's than ours
    assert by_webhook.author.bot
    assert by_webhook.webhook_id == by_webhook.author.id
    assert [person.id for person in by_webhook.mentions] == [sandbox.bot.id]
    own = await channel.send("hello")
    assert own.application_id == sandbox.world.application_id
