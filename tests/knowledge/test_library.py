"""The content files: what comes with the bot is free of mistakes, and a mistake is told well."""

from datetime import date
from itertools import pairwise

import pytest

from bot.knowledge import Kind, library
from tests.knowledge.conftest import ENTRIES, SOURCES, TOPICS, WriteContent

TODAY = date(2026, 6, 1)


def test_the_content_that_comes_with_the_bot_has_no_mistakes() -> None:
    assert library.check_content() == []


def test_there_are_enough_questions_and_events() -> None:
    loaded = library.load()
    assert len(loaded.entries) >= 60
    assert len(loaded.events) >= 75


def test_every_entry_and_event_names_its_sources() -> None:
    loaded = library.load()
    for entry in loaded.entries:
        assert entry.sources, entry.id
    for event in loaded.events:
        assert event.sources, event.id


def test_events_stand_in_order_of_date() -> None:
    for earlier, later in pairwise(library.load().events):
        assert earlier.date.order <= later.date.order


def test_links_are_whole_addresses() -> None:
    for entry in library.load().entries:
        for source in entry.sources:
            assert " " not in source.link
            assert not source.link or source.link.startswith(("https://", "http://"))


def test_a_good_folder_is_read_whole(write_content: WriteContent) -> None:
    loaded = library.load(write_content(), TODAY)
    assert loaded.problems == ()
    first = loaded.entries[0]
    assert first.answer == "In October 2014.\n\nAnd nothing else."
    assert first.related == ("second",)
    assert first.sources[0].title == "The order"
    assert loaded.events[0].category == "court"


MISTAKES = [
    # what is changed, into what, the line, the entry, what the message must contain
    ('also = ["What', 'alsow = ["What', 5, "first", "unknown key 'alsow'"),
    ('also = ["What', 'alsow = ["What', 2, "first", "'also' is missing"),
    ('related = ["second"]', 'related = ["third"]', 14, "first", "'third' does not exist"),
    ('related = ["second"]', 'related = ["first"]', 14, "first", "related to itself"),
    ('sources = ["order"]', 'sources = ["odrer"]', 15, "first", "'odrer' is not in sources.toml"),
    ('sources = ["order"]', "sources = []", 15, "first", "'sources' is empty"),
    ('id = "second"', 'id = "first"', 20, "first", "used already in entries.toml, line 2"),
    ('id = "second"', 'id = "Second One"', 20, "Second One", "small letters, digits and hyphens"),
    ('dates = ["2014-10"]', 'dates = ["2014-13"]', 12, "first", "no such day"),
    ('dates = ["2014-10"]', 'dates = ["2031-01"]', 12, "first", "in the future"),
    ('dates = ["2014-10"]', 'dates = ["autumn"]', 12, "first", "is not a date like"),
    ("checked = 2026-01-31", "checked = 2027-01-31", 17, "first", "lies in the future"),
    ("checked = 2026-01-31", 'checked = "soon"', 17, "first", "a day without quotation marks"),
    ('"corroborated"', '"certain"', 16, "first", "must be one of: corroborated"),
    ('topics = ["law"]', 'topics = ["lore"]', 13, "first", "'lore' is not in topics.toml"),
    ("When was the order made?", "When " * 21 + "?", 4, "first", "100 are the most"),
    ("And nothing else.", "And so on. " * 60, 6, "first", "600 are the most"),
    ('category = "court"', 'category = "kourt"', 33, "made", "'kourt' is not in topics.toml"),
    ("[[event]]", "[[evnt]]", 30, "made", "unknown table [evnt]"),
    ('"Which judge was it?"', '"When was the order made?"', 22, "second", "'first' too"),
    ('id = "made"', 'id = "made"\nend = "2013"', 32, "made", "Swap"),]  # fmt: skip


ACTION = """
[[action]]
id = "walk"
name = "The walk"
date = "2014-03"
end = "2014-04"
question = "What was the walk?"
also = ["Did they walk?"]
answer = "A walk."
took_part = "By walking."
outcome = "Tired."
topics = ["law"]
sources = ["order"]
confidence = "one-source"
checked = 2026-01-31

[[term]]
id = "pi"
term = "PI"
stands_for = "Public Interest"
question = "What does PI mean?"
also = ["PI meaning"]
answer = "What is good for all."
topics = ["law"]
sources = ["order"]
confidence = "one-source"
checked = 2026-01-31
"""
KIND_MISTAKES = [
    ('name = "The walk"\n', "", "walk", "'name' is missing"),
    ('date = "2014-03"\n', "", "walk", "'date' is missing"),
    ('end = "2014-04"', 'end = "2014-02"', "walk", "Swap"),
    ('outcome = "Tired."\n', "", "walk", "'outcome' is missing"),
    ('outcome = "Tired."', 'steps = ["Go."]', "walk", "unknown key 'steps'"),
    ('term = "PI"', 'term = ""', "pi", "'term' is empty"),
    ('term = "PI"', f'term = "{"P" * 101}"', "pi", "100 are the most"),
    ("[[term]]", "[[trem]]", "pi", "It must be one of [[entry]], [[term]]"),
]


def test_each_kind_has_its_own_parts(write_content: WriteContent) -> None:
    walk, term = library.load(write_content(entries=ENTRIES + ACTION), TODAY).entries[-2:]
    assert (walk.kind, walk.title, str(walk.when), str(walk.until)) == (
        Kind.ACTION,
        "The walk",
        "March 2014",
        "April 2014",
    )
    assert [section.text for section in walk.sections] == ["By walking.", "Tired."]
    assert (term.kind, term.title) == (Kind.TERM, "PI: Public Interest")


@pytest.mark.parametrize(("before", "after", "entry", "told"), KIND_MISTAKES)
def test_a_mistake_in_what_only_a_kind_has_is_told(
    write_content: WriteContent, before: str, after: str, entry: str, told: str
) -> None:
    assert before in ACTION
    folder = write_content(entries=ENTRIES + ACTION.replace(before, after, 1))
    problems = library.load(folder, TODAY).problems
    assert [p.entry for p in problems if told in p.text] == [entry], list(map(str, problems))


def test_a_name_stands_once_in_its_kind(write_content: WriteContent) -> None:
    twice = ACTION + ACTION.replace('"pi"', '"pi-2"').replace('"walk"', '"walk-2"').replace(
        "?", "!"
    )
    told = [str(p) for p in library.load(write_content(entries=ENTRIES + twice), TODAY).problems]
    assert any("'PI' is 'pi' already" in text for text in told), told
    assert any("'The walk' is 'walk' already" in text for text in told), told


@pytest.mark.parametrize(("before", "after", "line", "entry", "told"), MISTAKES)
def test_a_mistake_is_told_with_file_line_entry_and_what_to_do(
    write_content: WriteContent, before: str, after: str, line: int, entry: str, told: str
) -> None:
    assert before in ENTRIES
    folder = write_content(entries=ENTRIES.replace(before, after, 1))
    problems = library.load(folder, TODAY).problems
    matching = [p for p in problems if told in p.text]
    assert matching, [str(p) for p in problems]
    problem = matching[0]
    assert (problem.file, problem.line, problem.entry) == ("entries.toml", line, entry)
    assert str(problem).startswith(f"entries.toml, line {line}: {entry!r}: ")


def test_a_file_that_is_not_toml_is_told_with_its_line(write_content: WriteContent) -> None:
    folder = write_content(entries=ENTRIES.replace('topics = ["law"]', 'topics = ["law"', 1))
    (problem, *rest) = library.load(folder, TODAY).problems
    assert "Not valid TOML" in problem.text
    assert "missing quotation mark, comma or bracket" in problem.text
    assert 12 <= problem.line <= 14
    assert rest == []  # what is missing with the file is not told besides
    broken = library.load(write_content(sources=SOURCES + "[spare\n"), TODAY).problems
    assert [(p.file, "Not valid TOML" in p.text) for p in broken] == [("sources.toml", True)]


def test_a_file_in_another_encoding_is_told(write_content: WriteContent) -> None:
    folder = write_content(entries=ENTRIES.replace("nothing", "n\u00f6thing").encode("latin-1"))
    assert any("UTF-8" in p.text for p in library.load(folder, TODAY).problems)


def test_a_missing_file_and_an_unused_source_are_told(write_content: WriteContent) -> None:
    unused = SOURCES + '[spare]\ntitle = "Spare"\npublisher = "Nobody"\n'
    told = [
        p.text for p in library.load(write_content(sources=unused, topics=None), TODAY).problems
    ]
    assert any("The file is missing" in text for text in told)
    assert any("no entry and no event names this source" in text for text in told)


def test_a_link_must_be_an_address(write_content: WriteContent) -> None:
    folder = write_content(sources=SOURCES.replace("https://example", "example"))
    assert any("'link' must begin" in p.text for p in library.load(folder, TODAY).problems)


def test_what_has_a_mistake_is_left_out_and_the_rest_stays(write_content: WriteContent) -> None:
    folder = write_content(entries=ENTRIES.replace('"corroborated"', '"certain"', 1))
    loaded = library.load(folder, TODAY)
    assert [entry.id for entry in loaded.entries] == ["second"]


def test_a_key_inside_a_long_text_is_no_key(write_content: WriteContent) -> None:
    text = ENTRIES.replace("And nothing else.", "[[entry]]\nid = 3")
    loaded = library.load(write_content(entries=text), TODAY)
    assert loaded.problems == ()
    assert "id = 3" in loaded.entries[0].answer


@pytest.mark.parametrize(
    "text",
    [
        "\"It says ''' somewhere.\"",
        '\'It says """ somewhere.\'',
        '"""\nA \\""" in it, and \'\'\'\n"""',
        '"As it is."  # and not """ or \'\'\' so',
        '"""At the end: \\\\"""',
        '"""Two quotes at the end"""""',
    ],
)
def test_quotes_inside_a_text_hide_no_table_below(write_content: WriteContent, text: str) -> None:
    entries = ENTRIES.replace('"The court did."', text).replace('id = "made"', 'id = "ma de"')
    (problem,) = library.load(write_content(entries=entries), TODAY).problems
    assert (problem.entry, problem.line) == ("ma de", 31 + text.count("\n"))


def test_words_need_a_partner(write_content: WriteContent) -> None:
    folder = write_content(words='[[same]]\nwords = ["alone"]\n', topics=TOPICS)
    assert any("at least two" in p.text for p in library.load(folder, TODAY).problems)


def test_the_digest_changes_with_the_content(write_content: WriteContent) -> None:
    before = library.digest(write_content())
    assert library.digest(write_content()) == before
    assert library.digest(write_content(entries=ENTRIES + "# a remark\n")) != before
