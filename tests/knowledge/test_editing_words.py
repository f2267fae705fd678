"""What moderators type and read: source lines, differences, mistakes in words."""

import re
from datetime import date

import discord
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.knowledge import Kind
from bot.knowledge.editing.checking import Surroundings, read
from bot.knowledge.editing.differences import Difference, words_changed
from bot.knowledge.editing.drafts import asked_table, slug
from bot.knowledge.editing.tables import fitting, read_source_line, source_line
from bot.knowledge.fields import ID
from bot.routing import Fields
from bot.text import utf16_len
from cogs.knowledge.editing import forms
from cogs.knowledge.editing.pages import said

AROUND = Surroundings({"law": "Law"}, frozenset(), {}, "", date(2026, 6, 1))


@pytest.mark.parametrize(
    ("typed", "title", "publisher", "day", "link"),
    [
        ("Minutes | Napo", "Minutes", "Napo", "", ""),
        ("Minutes|Napo|2014-06", "Minutes", "Napo", "2014-06", ""),
        ("M | N | 2014 | https://x.org", "M", "N", "2014", "https://x.org"),
        ("M | N | https://x.org", "M", "N", "", "https://x.org"),
        ("https://x.org | M | N", "M", "N", "", "https://x.org"),
        ("A | B | N | 2014 | https://x.org", "A | B", "N", "2014", "https://x.org"),
        ("Minutes", "Minutes", "", "", ""),
        ("M | N | 2014 | ftp://x", "M", "N", "2014", "ftp://x"),
    ],
)
def test_a_source_is_read_from_a_line(
    typed: str, title: str, publisher: str, day: str, link: str
) -> None:
    wanted = {"title": title, "publisher": publisher, "date": day, "link": link}
    assert read_source_line(typed) == {key: value for key, value in wanted.items() if value}


WORD = st.from_regex(r"[a-z]+( [a-z]+)*", fullmatch=True)


@given(
    st.fixed_dictionaries(
        {"title": WORD, "publisher": WORD},
        optional={
            "date": st.sampled_from(["2014", "2014-06", "by 2014-06-01"]),
            "link": st.just("https://x.org/a"),
        },
    )
)
def test_a_source_that_is_shown_in_a_form_is_read_back_as_it_was(source: dict[str, str]) -> None:
    assert read_source_line(source_line(source)) == source


def test_a_form_sent_as_it_was_opened_changes_nothing() -> None:
    """Also where a title holds the sign that parts them, and where a field is too short for all."""
    typed = {
        "question": "Where?",
        "also": [f"{number} " + "x" * 190 for number in range(40)],
        "answer": "Here.\n\nAnd there.",
        "sources": [{"title": "A | B", "publisher": "C | D"}, {"title": "E", "publisher": "F"}],
        "confidence": "disputed",
    }
    form = forms.new_form(Kind.QUESTION, typed)
    values: dict[str, list[str]] = {}
    for label in form.children:
        assert isinstance(label, discord.ui.Label)
        field = label.component
        if isinstance(field, discord.ui.TextInput):
            values[field.custom_id] = [field.default or ""]
            assert len(field.default or "") <= (field.max_length or 4000)
        elif isinstance(field, discord.ui.Select):
            values[field.custom_id] = [each.value for each in field.options if each.default]
    assert forms.read(Fields(values), typed) == typed


@given(st.lists(st.text(max_size=30), max_size=20), st.integers(10, 200))
def test_what_does_not_fit_into_a_field_is_not_lost(items: list[str], limit: int) -> None:
    shown, rest = fitting(items, limit)
    assert shown + rest == items
    assert utf16_len("\n".join(shown)) <= limit


PLAIN = st.lists(st.sampled_from(["on", "31", "May", "2014", "the", "trusts", "went"])).map(
    " ".join
)


@given(PLAIN, PLAIN)
def test_differences_hold_every_word_that_went_and_that_came(old: str, new: str) -> None:
    assume(old != new)
    pieces = words_changed(old, new, context=100)
    assert " ".join(text for mark, text in pieces if mark != "new").split() == old.split()
    assert " ".join(text for mark, text in pieces if mark != "gone").split() == new.split()


def test_long_stretches_of_the_same_are_left_out() -> None:
    old = " ".join(f"w{n}" for n in range(100))
    pieces = words_changed(old, old.replace("w50", "new"))
    assert pieces == [
        ("skipped", "…"),
        ("same", "w44 w45 w46 w47 w48 w49"),
        ("gone", "w50"),
        ("new", "new"),
        ("same", "w51 w52 w53 w54 w55 w56"),
        ("skipped", "…"),
    ]


@given(st.text(max_size=900), st.text(max_size=900), st.integers(60, 1024), st.booleans())
def test_a_difference_fits_and_leaves_no_mark_open(
    old: str, new: str, limit: int, listed: bool
) -> None:
    pieces = (
        tuple(("gone" if n % 2 else "new", line) for n, line in enumerate(new.split()))
        if listed
        else tuple(words_changed(old, new))
    )
    text = said(Difference("answer", "Answer", pieces, listed=listed), limit)  # type: ignore[arg-type]
    assert utf16_len(text) <= limit
    bare = re.sub(r"\\.", "", text)  # what is escaped is no mark, a backslash included
    assert bare.count("~~") % 2 == 0
    assert bare.count("**") % 2 == 0


@given(st.text())
def test_a_slug_is_the_beginning_of_an_id(text: str) -> None:
    assert ID.fullmatch(f"{slug(text)}-0a1b")
    assert len(slug(text)) <= 50


def test_what_was_asked_is_filled_in_as_a_question_and_as_it_was_asked() -> None:
    assert asked_table("where is the key")["question"] == "Where is the key?"
    long = asked_table("where is " + "the very long " * 10 + "key")
    assert len(long["question"]) <= 100
    assert long["also"] == ["where is " + "the very long " * 10 + "key"]


@pytest.mark.parametrize(
    ("given_", "told"),
    [
        ({"answer": "x " * 400}, "Answer has 799 characters, 600 are the most. Shorten it."),
        ({"also": []}, "Other ways of asking: still missing, press “Edit the words”."),
        ({"dates": ["2031"]}, "Dates: 2031 cannot be: before 1800 or in the future."),
        ({"dates": ["autumn"]}, "Dates: 'autumn' is not a date like"),
        ({"related": ["nothing"]}, "Related: I know no entry 'nothing'."),
        ({"related": ["a", "b", "c", "d", "e"]}, "Related names more than 4. Keep the nearest."),
        ({"topics": ["lore"]}, "Topics: there is no topic 'lore'."),
        ({"topics": []}, "Topics: still missing, press “Topics”."),
        ({"sources": []}, "Sources: still missing, press “Edit the words”."),
        ({"sources": [{"title": "A", "publisher": "B", "date": "soon"}]}, "Source 1: date: 'soon'"),
        ({"steps": list("abcdefghi")}, "Steps has more than 8. Join some."),
    ],
)
def test_mistakes_are_told_by_the_names_of_the_forms(given_: dict[str, object], told: str) -> None:
    table = {
        "id": "third-x7f2",
        "question": "Where?",
        "also": ["where to"],
        "answer": "There.",
        "topics": ["law"],
        "sources": [{"title": "A", "publisher": "B"}],
        "confidence": "corroborated",
        "checked": "2026-02-28",
    }
    assert read(table, Kind.QUESTION, AROUND)[1] == []
    _, mistakes = read({**table, **given_}, Kind.QUESTION, AROUND)
    assert any(mistake.startswith(told) for mistake in mistakes), mistakes
