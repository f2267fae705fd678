"""However large an entry is, its message stays within Discord's limits."""

from dataclasses import replace
from datetime import date

import discord
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.knowledge import Answer, Confidence, Entry, Kind, PartialDate, Section, Source
from bot.knowledge.fields import ID_LIMIT
from bot.knowledge.helpful.service import Helpfulness
from bot.knowledge.reading import (
    ANSWER_LIMIT,
    NAME_LIMIT,
    NOTE_LIMIT,
    QUESTION_LIMIT,
    RELATED_LIMIT,
    SECTION_KEYS,
    SECTION_LIMIT,
    STANDS_FOR_LIMIT,
    STEP_LIMIT,
    STEPS_LIMIT,
)
from bot.text import utf16_len
from cogs.knowledge import embeds
from cogs.knowledge.editing.helped import SHOWN, helped_page


def filled(limit: int) -> st.SearchStrategy[str]:
    """Text as long as it may be, of a character that is harmless, or escaped, or counts double."""
    letter = st.sampled_from("x*_|[]()`~#\\@ 🙂é")
    units = st.builds(lambda c: c * (limit // utf16_len(c)), letter)
    return units.map(lambda text: text if text.strip() else "x" * limit)


SOURCES = st.builds(
    Source,
    filled(200),
    filled(100),
    st.sampled_from(["", "2014-10-31"]),
    st.sampled_from(["", "https://example.org/" + "(" * 380, "https://example.org/" + "x" * 380]),
)
HEADINGS = sorted({heading for keys in SECTION_KEYS.values() for heading in keys.values()})
SECTION = st.builds(Section, st.sampled_from(HEADINGS), filled(SECTION_LIMIT))
ENTRIES = st.builds(
    Entry,
    id=st.just("event." + "x" * ID_LIMIT),
    question=filled(QUESTION_LIMIT),
    also=st.just(()),
    answer=filled(ANSWER_LIMIT),
    dates=st.just((PartialDate(2014, 9, 30),) * 8),
    topics=st.just(()),
    related=st.just(()),
    sources=st.lists(SOURCES, min_size=0, max_size=30).map(tuple),
    confidence=st.sampled_from(Confidence),
    note=filled(NOTE_LIMIT),
    checked=st.just(date(2026, 11, 30)),
    kind=st.sampled_from(Kind),
    name=filled(NAME_LIMIT),
    stands_for=filled(STANDS_FOR_LIMIT),
    when=st.just(PartialDate(2014, 9, 30, by=True)),
    until=st.just(PartialDate(2015, 9, 30)),
    steps=st.lists(filled(STEP_LIMIT), max_size=STEPS_LIMIT).map(tuple),
    sections=st.lists(SECTION, max_size=3).map(tuple),
)


def within_limits(embed: discord.Embed) -> None:
    limits = {
        embed.title or "": 256,
        embed.description or "": 4096,
        embed.footer.text or "": 2048,
        embed.author.name or "": 256,
    }
    assert all(utf16_len(text) <= most for text, most in limits.items())
    texts = list(limits)
    for field in embed.fields:
        assert 0 < utf16_len(field.name or "") <= 256
        assert 0 < utf16_len(field.value or "") <= 1024
        texts += [field.name or "", field.value or ""]
    assert utf16_len("".join(texts)) <= 6000


@given(ENTRIES, filled(6000))
def test_the_largest_entry_fits_into_one_message(entry: Entry, asked: str) -> None:
    embed = embeds.answer_embed(entry, asked)
    within_limits(embed)
    rows = embeds.answer_buttons(entry, [entry] * RELATED_LIMIT, reply_to=2**64 - 1).to_components()
    assert all(1 <= len(row["components"]) <= 5 for row in rows)
    assert len(rows) <= 4  # "Not helpful" adds one
    for button in (button for row in rows for button in row["components"]):
        assert len(button["custom_id"]) <= 100
        assert 0 < utf16_len(button["label"]) <= 80


@settings(max_examples=40)  # each has several entries
@given(st.lists(ENTRIES, min_size=2, max_size=4), filled(6000))
def test_several_answers_fit_into_one_message(entries: list[Entry], asked: str) -> None:
    first, *others = entries
    shown = embeds.several_embeds(Answer(asked, first, (), tuple(others)))
    assert shown
    for embed in shown:
        within_limits(embed)
    assert sum(map(embeds.size, shown)) <= 6000


@given(filled(300), st.integers(1, 10**6))
def test_the_answers_that_did_not_help_fit_whatever_their_titles(title: str, pressed: int) -> None:
    judged = [Helpfulness(f"e{number}", title, pressed, pressed) for number in range(SHOWN)]
    (embed,) = helped_page(judged, 12)["embeds"]
    within_limits(embed)
    assert f"{SHOWN}. " in (embed.description or "")
    assert "and 2 more" in (embed.footer.text or "")


@given(st.lists(SOURCES, min_size=1, max_size=30))
def test_at_least_one_source_is_named_and_how_many_more_there_are(sources: list[Source]) -> None:
    entry = replace(EXAMPLE, sources=tuple(sources))
    value = embeds.answer_embed(entry).fields[-1].value or ""
    lines = value.split("\n")
    assert lines[0].startswith("• ")
    assert not lines[0].startswith("• and ")
    if len(lines) < len(sources) or lines[-1].startswith("• and "):
        assert lines[-1] == f"• and {len(sources) - len(lines) + 1} more"


EXAMPLE = Entry(
    id="rar",
    question="What is the RAR?",
    also=(),
    answer="A part of a court's order.",
    dates=(),
    topics=(),
    related=(),
    sources=(),
    confidence=Confidence.CORROBORATED,
    note="",
    checked=date(2026, 1, 31),
    kind=Kind.TERM,
    name="RAR",
    stands_for="Rehabilitation Activity Requirement",
)


def test_the_question_is_shown_where_it_is_not_the_entrys_own_and_is_found_again() -> None:
    for own in ("what is the rar?", "RAR", "RAR: Rehabilitation activity requirement", ""):
        assert embeds.answer_embed(EXAMPLE, own).footer.text == "Last checked on 31 January 2026"
    other = embeds.answer_embed(EXAMPLE, "rar days, what are they")
    assert other.footer.text == (
        "You asked: rar days, what are they\nLast checked on 31 January 2026"
    )


def test_an_entry_without_sources_has_no_empty_field() -> None:
    assert embeds.answer_embed(EXAMPLE).fields == []
