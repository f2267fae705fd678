"""What is typed, written as TOML and read as a content file is the same entry."""

from datetime import date
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bot.knowledge import Confidence, Entry, Kind, PartialDate, Source, library
from bot.knowledge.editing.checking import Surroundings, read
from bot.knowledge.editing.export import LOCAL_FILE, export
from bot.knowledge.editing.model import State
from bot.knowledge.editing.tables import table_of
from bot.knowledge.reading import NAME_KEYS, SECTION_KEYS
from tests.knowledge.conftest import ENTRIES, SOURCES, TOPICS, WriteContent

TODAY = date(2026, 6, 1)
AROUND = Surroundings({"law": "Law"}, frozenset({"first", "second"}), {}, "", TODAY)

QUOTES = ['"""', "'''", "\\", '\\"', "\\u0041", '""']
MARKS = ["#", "[[entry]]", 'id = "x"', "= ", "\x00", "\x7f", "\u2028", "\x85", "é", "🙂"]
NASTY = st.sampled_from([*QUOTES, *MARKS, "\n\n", "\n", "\r", " ", "\t"])
CHARACTERS = st.characters(exclude_categories=["Cs"])


def texts(most: int) -> st.SearchStrategy[str]:
    """Any text at all, with a liking for what TOML might take amiss."""
    parts = st.lists(st.one_of(NASTY, st.text(CHARACTERS, max_size=12)), max_size=12)
    # Something that is no white space must be in it.
    return st.builds("{}{}".format, st.sampled_from("a\"'\\"), parts.map("".join)).filter(
        lambda text: 0 < len(text.encode("utf-16-le")) // 2 <= most
    )


DATES = st.dates(date(1850, 1, 1), date(2026, 5, 1)).map(lambda day: PartialDate.of(day).iso)
SOURCE_TABLES = st.fixed_dictionaries(
    {"title": texts(100), "publisher": texts(50)},
    optional={"date": DATES, "link": st.just("https://example.org/a?b=c#d")},
)


@st.composite
def tables(
    draw: st.DrawFn, kinds: tuple[Kind, ...] = (*NAME_KEYS, Kind.QUESTION)
) -> tuple[Kind, dict[str, Any]]:
    kind = draw(st.sampled_from(kinds))
    table: dict[str, Any] = {
        "id": "third-x7f2",
        "question": draw(texts(100)),
        "also": draw(st.lists(texts(60), min_size=1, max_size=4)),
        "answer": draw(texts(300)),
        "dates": draw(st.lists(DATES, max_size=2, unique=True)),
        "topics": ["law"],
        "related": draw(st.lists(st.sampled_from(["first", "second"]), unique=True)),
        "sources": draw(st.lists(SOURCE_TABLES, min_size=1, max_size=3)),
        "confidence": draw(st.sampled_from(list(Confidence))).value,
        "note": draw(st.one_of(st.just(""), texts(100))),
        "checked": "2026-02-28",
    }
    if kind in NAME_KEYS:
        table[NAME_KEYS[kind]] = draw(texts(90))
    table |= {key: draw(texts(200)) for key in SECTION_KEYS.get(kind, {})}
    if kind is Kind.TERM:
        table["stands_for"] = draw(texts(90))
    if kind is Kind.ACTION:
        table["date"] = draw(DATES)
    if kind is Kind.QUESTION:
        table["steps"] = draw(st.lists(texts(90), max_size=4))
    return kind, table


def accepted(kind: Kind, table: dict[str, Any]) -> Entry:
    """The entry of a table in which there is nothing to mend."""
    entry, mistakes = read(table, kind, AROUND)
    assume(not mistakes)
    return entry


@settings(
    max_examples=120,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(tables())
def test_whatever_the_text_an_exported_entry_is_read_as_it_was(
    write_content: WriteContent, drawn: tuple[Kind, dict[str, Any]]
) -> None:
    entry = accepted(*drawn)
    assert read(table_of(entry), entry.kind, AROUND) == (entry, [])
    folder = write_content()
    for path in folder.glob(LOCAL_FILE):
        path.unlink()
    made = export(folder, [State(entry, own=True)], TODAY)
    assert made.problems == ()
    for name, text in made.files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    loaded = library.load(folder)
    assert loaded.problems == ()
    assert [each.id for each in loaded.entries] == ["first", "second", entry.id]
    assert loaded.entries[-1] == entry


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(tables((Kind.QUESTION,)), st.sampled_from(["first", "second"]))
def test_a_changed_entry_takes_the_place_of_the_one_in_the_file(
    write_content: WriteContent, drawn: tuple[Kind, dict[str, Any]], changed: str
) -> None:
    kind, table = drawn
    entry = accepted(kind, {**table, "id": changed, "related": []})
    folder = write_content()
    before = {each.id: each for each in library.load(folder).entries}
    made = export(folder, [State(entry, own=True)], TODAY)
    assert made.problems == ()
    assert (made.new, made.changed, made.hidden) == (0, 1, 0)
    assert LOCAL_FILE not in made.files
    for name, text in made.files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    assert {each.id: each for each in library.load(folder).entries} == {**before, changed: entry}


def example(identifier: str, **given: Any) -> Entry:
    table = {
        "id": identifier,
        "question": f"What is {identifier}?",
        "also": [f"{identifier} meaning"],
        "answer": "Something.",
        "topics": ["law"],
        "sources": [{"title": "Minutes", "publisher": "The branch", "date": "2026-02"}],
        "confidence": "corroborated",
        "checked": "2026-02-28",
        **given,
    }
    entry, mistakes = read(table, Kind.QUESTION, AROUND)
    assert mistakes == []
    return entry


def test_remarks_other_tables_and_sources_that_are_used_stay_as_they_are(
    write_content: WriteContent,
) -> None:
    spare = '\n# The next is an old one.\n[spare]\ntitle = "Spare"\npublisher = "Nobody"\n'
    entries = ENTRIES.replace('sources = ["order"]', 'sources = ["spare"]', 1).replace(
        "[[event]]", "# What happened:\n\n[[event]]"
    )
    folder = write_content(entries=entries, sources=SOURCES + spare)
    made = export(folder, [State(example("first"), own=True)], TODAY)
    assert made.problems == ()
    assert "[spare]" not in made.files["sources.toml"]  # nothing names it any more
    assert "[order]" in made.files["sources.toml"]
    assert "[the-branch-2026]" in made.files["sources.toml"]
    text = made.files["entries.toml"]
    assert "# What happened:\n\n[[event]]" in text
    assert text.endswith(entries[entries.index("# What happened:") :])
    assert "When was the order made?" not in text


def test_hidden_ones_are_named_and_left_alone_and_links_to_what_is_not_there_are_dropped(
    write_content: WriteContent,
) -> None:
    folder = write_content(topics=TOPICS)
    own = [
        State(example("gone-1234"), own=True, hidden=True),
        State(example("new-1234", related=["first"]), own=True),
        State(example("second"), own=True, hidden=True, built_in=example("second")),
    ]
    entry = own[1].entry
    assert entry is not None
    made = export(folder, own, TODAY)
    assert (made.new, made.changed, made.hidden) == (1, 0, 2)
    assert made.problems == ()
    assert "# gone-1234: What is gone-1234?\n" in made.files[LOCAL_FILE]
    assert "entries.toml" not in made.files
    again = export(folder, [State(example("new-1234"), own=True)], TODAY)
    assert again.new == 1


def test_an_earlier_export_that_has_been_taken_in_is_changed_where_it_stands(
    write_content: WriteContent,
) -> None:
    folder = write_content()
    own = [State(example("new-1234"), own=True), State(example("new-5678"), own=True)]
    for name, text in export(folder, own, TODAY).files.items():
        (folder / name).write_text(text, encoding="utf-8")
    later = State(example("new-1234", answer="Something else."), own=True)
    made = export(folder, [later, own[1], State(example("new-9abc"), own=True)], TODAY)
    assert (made.new, made.changed) == (1, 2)
    assert made.problems == ()
    for name, text in made.files.items():
        (folder / name).write_text(text, encoding="utf-8")
    loaded = {each.id: each for each in library.load(folder).entries}
    assert loaded["new-1234"].answer == "Something else."
    assert set(loaded) == {"first", "second", "new-1234", "new-5678", "new-9abc"}


def test_two_that_cannot_stand_together_are_told(write_content: WriteContent) -> None:
    """As when a new version of the files asks what a server's own entry asks."""
    clash = State(example("new-1234", question="Who made the order?"), own=True)
    made = export(write_content(), [clash], TODAY)
    assert len(made.problems) == 1
    assert "'Who made the order?' is asked by" in made.problems[0]


def test_the_same_source_is_named_once(write_content: WriteContent) -> None:
    order = {"title": "The order", "publisher": "The court", "date": "2014-10"}
    link = {"link": "https://example.org/order"}
    own = [
        State(example("new-1234", sources=[order | link, order | link]), own=True),
        State(example("new-5678", sources=[order]), own=True),
    ]
    made = export(write_content(), own, TODAY)
    assert made.problems == ()
    assert 'sources = ["order"]' in made.files[LOCAL_FILE]
    assert made.files["sources.toml"].count("[the-court-2014]") == 1
    assert Source("The order", "The court", "2014-10") in own[1].entry.sources  # type: ignore[union-attr]
