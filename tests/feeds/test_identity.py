"""The same article is recognised whatever the feed does, and two articles stay two."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.feeds.identity import Identified, Known, identify, mark
from bot.feeds.model import Entry

DAY = datetime(2026, 3, 2, tzinfo=UTC)


def entry(number: int, **changes: object) -> Entry:
    made = Entry(
        guid=f"g{number}",
        link=f"https://example.org/{number}",
        own_link=True,
        title=f"Title {number}",
        text=f"The text of article {number}, long enough to be told from another one.",
        published=DAY.replace(hour=number % 24),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def remember(found: list[Identified], before: list[Known] | None = None) -> list[Known]:
    """What the store would remember of them."""
    known = {article.article_id: article for article in before or []}
    for item in found:
        number = item.article_id or max(known, default=0) + 1
        known[number] = Known(
            number,
            item.guid,
            item.guid_shared,
            item.place,
            item.content,
            item.title,
            item.entry.published,
        )
    return list(known.values())


def new(entries: list[Entry], known: list[Known]) -> list[str]:
    return [item.entry.title for item in identify(entries, known) if item.article_id is None]


ARCHIVE = [entry(number) for number in range(1, 13)]
KNOWN = remember(identify(ARCHIVE, []))


def test_a_document_read_twice_has_nothing_new() -> None:
    assert new(ARCHIVE, KNOWN) == []
    assert new(list(reversed(ARCHIVE)), KNOWN) == []


def test_a_new_entry_is_new_and_an_edited_one_is_not() -> None:
    edited = entry(3, title="Corrected title", text="Corrected text")
    assert new([entry(13), edited, *ARCHIVE[4:]], KNOWN) == ["Title 13"]


def test_a_site_that_changes_all_its_guids_does_not_repost_its_archive() -> None:
    changed = [replace(e, guid=f"https://example.org/?p={e.guid}") for e in ARCHIVE]
    assert new([entry(13, guid="new"), *changed], KNOWN) == ["Title 13"]


def test_guids_that_are_dropped_or_come_up_later_change_nothing() -> None:
    without = [replace(e, guid="") for e in ARCHIVE]
    assert new(without, KNOWN) == []
    assert new(ARCHIVE, remember(identify(without, []))) == []


def test_a_move_to_https_or_another_host_does_not_repost() -> None:
    plain = [replace(e, guid="", link=e.link.replace("https", "http")) for e in ARCHIVE]
    assert new([replace(e, guid="") for e in ARCHIVE], remember(identify(plain, []))) == []
    elsewhere = [
        replace(e, guid=f"new{e.guid}", link=e.link.replace("example.org", "example.net"))
        for e in ARCHIVE
    ]
    assert new(elsewhere, KNOWN) == []


def test_one_guid_for_all_articles_is_no_identity() -> None:
    same = [replace(e, guid="https://example.org/") for e in ARCHIVE]
    known = remember(identify(same[:6], []))
    assert len(known) == 6
    assert new(same, known) == [e.title for e in same[6:]]
    # also when later documents show only one of them at a time
    assert new([same[8]], known) == ["Title 9"]
    assert new([same[2]], known) == []


def test_a_guid_doubled_by_mistake_does_not_change_how_the_others_are_known() -> None:
    doubled = [replace(entry(13), guid="g2"), *ARCHIVE]
    assert new(doubled, KNOWN) == ["Title 13"]


def test_articles_that_share_a_page_are_told_apart_by_their_guids() -> None:
    page = "https://example.org/releases"
    shared = [replace(e, link=page) for e in ARCHIVE]
    known = remember(identify(shared[:6], []))
    assert new(shared, known) == [e.title for e in shared[6:]]


def test_a_new_guid_on_a_known_page_with_another_title_is_a_new_article() -> None:
    again = entry(99, link=ARCHIVE[0].link)
    assert new([again], KNOWN) == ["Title 99"]


def test_articles_without_guid_and_link_are_known_by_title_and_text() -> None:
    bare = [replace(e, guid="", own_link=False, link="https://example.org/") for e in ARCHIVE]
    known = remember(identify(bare, []))
    assert len(known) == len(bare)
    assert new([*bare, entry(20, guid="", own_link=False)], known) == ["Title 20"]


def test_entries_that_are_exactly_alike_are_one() -> None:
    assert len(identify([ARCHIVE[0], ARCHIVE[0]], [])) == 1


entries = st.lists(
    st.builds(
        Entry,
        guid=st.sampled_from(["", "a", "b", "c"]),
        link=st.sampled_from([f"https://example.org/{n}" for n in range(4)]),
        own_link=st.booleans(),
        title=st.sampled_from(["One", "Two", "Three"]),
        text=st.sampled_from(["", "x" * 60, "y" * 60]),
        published=st.sampled_from([None, DAY, DAY.replace(hour=5)]),
    ),
    max_size=8,
)


@given(entries)
def test_whatever_a_document_says_reading_it_again_brings_nothing_new(found: list[Entry]) -> None:
    known = remember(identify(found, []))
    assert new(found, known) == []


@given(entries, entries)
def test_no_two_entries_become_the_same_article_and_keys_are_unique(
    first: list[Entry], second: list[Entry]
) -> None:
    known = remember(identify(first, []))
    found = identify(second, known)
    ids = [item.article_id for item in found if item.article_id]
    assert len(ids) == len(set(ids))
    assert len({item.key for item in found}) == len(found)


@given(st.text(min_size=1), st.text(), st.text())
def test_marks_fit_a_nonce_and_differ_by_subscription_and_article(
    token: str, key: str, other: str
) -> None:
    token = token.encode("utf-8", "replace").hex()
    made = mark(token, key.encode("utf-8", "replace").hex())
    assert len(made) == 16
    assert made.isascii()
    assert made.isalnum()
    if key.encode("utf-8", "replace") != other.encode("utf-8", "replace"):
        assert made != mark(token, other.encode("utf-8", "replace").hex())
