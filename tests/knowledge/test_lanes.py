"""The lanes are the content's to name, and a mistake in them is told."""

import pytest

from bot.knowledge import library
from bot.knowledge.lanes import lane_of
from tests.knowledge.conftest import ENTRIES, TOPICS, WriteContent

LANES = """
[categories]
court = "Court"
union = "Union action"
market = "Market"
[topics]
law = "Law"
[lanes]
"Law" = ["court"]
"Work" = ["union", "market"]
"""


def test_lanes_keep_their_order_and_their_categories(write_content: WriteContent) -> None:
    loaded = library.load(write_content(topics=LANES))
    assert loaded.problems == ()
    assert list(loaded.lanes.items()) == [("Law", ("court",)), ("Work", ("union", "market"))]


@pytest.mark.parametrize(
    ("before", "after", "line", "told"),
    [
        ('["court"]', '["kourt"]', 9, "category 'kourt' is not in [categories]"),
        ('["court"]', '"court"', 9, "'Law' must be a list"),
        ('["court"]', "[1]", 9, "'Law' must be a list"),
        ('["court"]', "[]", 9, "'Law' is empty"),
        ('["union", "market"]', '["union", "court", "market"]', 10, "is in 'Law' already"),
        ('["union", "market"]', '["union"]', 8, "no lane holds market"),
        ('"Work"', f'"{"Work" * 7}"', 10, "must have 1 to 24 characters"),
        ("[lanes]", "[lains]", 8, "[categories], [topics] or [lanes]"),
    ],
)
def test_a_mistake_in_the_lanes_is_told_with_its_line(
    write_content: WriteContent, before: str, after: str, line: int, told: str
) -> None:
    assert before in LANES
    problems = library.load(write_content(topics=LANES.replace(before, after))).problems
    assert (problems[0].file, problems[0].line) == ("topics.toml", line)
    assert told in problems[0].text
    assert len(problems) == 1


def test_more_lanes_than_fit_beside_each_other_are_a_mistake(write_content: WriteContent) -> None:
    names = [f"c{number}" for number in range(7)]
    categories = "\n".join(f'{name} = "{name}"' for name in ["court", *names[1:]])
    lanes = "\n".join(f'"{name}" = ["{name}"]' for name in ["court", *names[1:]])
    topics = f'[categories]\n{categories}\n[topics]\nlaw = "Law"\n[lanes]\n{lanes}\n'
    loaded = library.load(write_content(topics=topics))
    assert [problem.text for problem in loaded.problems] == ["more than 6 lanes. Join some."]


def test_without_lanes_each_category_is_one_as_far_as_there_is_room() -> None:
    few = {"court": "Court", "union": "Union"}
    assert lane_of({}, few) == (["Court", "Union"], {"court": 0, "union": 1})
    many = {f"c{number}": f"C{number}" for number in range(9)}
    names, numbers = lane_of({}, many)
    assert names == ["C0", "C1", "C2", "C3", "C4"]
    assert "c5" not in numbers  # drawn in "Other"


def test_content_without_lanes_is_no_mistake(write_content: WriteContent) -> None:
    assert library.load(write_content(topics=TOPICS)).problems == ()


def test_the_content_that_comes_with_the_bot_has_the_four_lanes_that_were_promised() -> None:
    assert list(library.load().lanes) == ["Policy", "Union", "Court and Parliament", "Market"]


def test_a_landmark_is_short(write_content: WriteContent) -> None:
    named = ENTRIES.replace('category = "court"', 'category = "court"\nlandmark = "The order"')
    (event,) = library.load(write_content(entries=named)).events
    assert event.landmark == "The order"
    long = ENTRIES.replace('category = "court"', f'category = "court"\nlandmark = "{"x" * 27}"')
    (problem,) = library.load(write_content(entries=long)).problems
    assert "'landmark' has 27 characters, 26 are the most" in problem.text
