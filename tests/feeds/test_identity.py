"""The same article is recognised whatever the feed does, and two articles stay two."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.feeds.identity import Identified, Known, identify, mark
from bot.feeds.links import clean_link
from bot.feeds.model import Entry
from bot.text import one_line

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


# A feed's life: documents in each of which one thing about all articles may change.

CHANGES: dict[str, Callable[[Entry, int], Entry]] = {
    "nothing": lambda e, _: e,
    "guids": lambda e, poll: replace(e, guid=f"{poll}-{e.title}"),
    "no guids": lambda e, _: replace(e, guid=""),
    "scheme": lambda e, _: replace(e, link=e.link.replace("https:", "http:")),
    "www": lambda e, _: replace(e, link=e.link.replace("//example", "//www.example")),
    "host": lambda e, poll: replace(e, link=e.link.replace("example.org", f"host{poll}.example")),
    "tracking": lambda e, poll: replace(
        e, link=clean_link(f"{e.link}?utm_source=rss&utm_campaign={poll}&fbclid=x{poll}")
    ),
    "fragmentless": lambda e, _: replace(e, link=e.link + "/"),
    "white space": lambda e, _: replace(
        e, title=one_line(f" {e.title.replace(' ', chr(10))}\t"), text=one_line(f"  {e.text} ")
    ),
    "dates": lambda e, poll: replace(e, published=DAY.replace(day=3 + poll)),
    "text": lambda e, poll: replace(e, text=f"{e.text} Corrected {poll} times."),
}


@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(CHANGES)), st.integers(0, 3), st.sampled_from("abc")),
        min_size=1,
        max_size=8,
    ),
    st.booleans(),
)
def test_in_any_life_of_a_feed_each_article_is_new_once(
    life: list[tuple[str, int, str]], dated: bool
) -> None:
    count, known = 4, remember(identify([], []))
    before: dict[int, Entry] = {}
    for poll, (change, fresh, order) in enumerate(life):
        added = range(count, count + fresh)
        for number in (*added, *(range(count) if not poll else ())):
            before[number] = entry(number, **({} if dated else {"published": None}))
        count += fresh
        # One thing changes; without guids links are what is left, so those stay then.
        guidless = any(not e.guid for e in before.values())
        if change in ("guids", "no guids") or not (guidless and change == "host"):
            before = {number: CHANGES[change](e, poll) for number, e in before.items()}
        document = list(before.values())
        if order != "a":
            document.sort(key=lambda e: e.title, reverse=order == "b")
        found = identify(document, known)
        expected = {f"Title {n}" for n in (range(count) if not poll else added)}
        assert {item.entry.title for item in found if item.article_id is None} == expected
        known = remember(found, known)
        assert len(known) == count


@pytest.mark.parametrize("dated", [True, False])
def test_a_feed_that_invents_guids_and_links_at_each_poll_posts_nothing_again(dated: bool) -> None:
    known = remember(identify([], []))
    for poll in range(5):
        document = [
            entry(
                number,
                guid=f"{poll}/{number}",
                link=f"https://example.org/?session={poll}{number}",
                **({} if dated else {"published": None}),
            )
            for number in range(10)
        ]
        assert len(new(document, known)) == (0 if poll else 10)
        known = remember(identify(document, known), known)


def test_two_documents_in_turn_are_each_new_once() -> None:
    first, second = ARCHIVE[:6], ARCHIVE[6:]
    known = remember(identify(first, []))
    assert new(second, known) == [e.title for e in second]
    known = remember(identify(second, known), known)
    for document in (first, second, first):
        assert new(document, known) == []
        known = remember(identify(document, known), known)


def test_a_post_that_is_repeated_word_for_word_is_new_beside_the_earlier_one() -> None:
    for published in (DAY, None):
        weekly = [
            entry(1, guid=f"week {n}", link=f"https://example.org/week-{n}", published=published)
            for n in range(3)
        ]
        known = remember(identify(weekly[:2], []))
        assert len(known) == 2
        assert len(new(weekly, known)) == 1


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
