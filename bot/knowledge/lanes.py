"""The lanes in which the timeline is drawn: which category belongs into which."""

from collections.abc import Mapping, Sequence

from bot.knowledge.toml_blocks import Block, Problem
from bot.text import utf16_len

LANES_LIMIT = 6  # beside each other on a phone, each in a colour of its own
LANE_NAME_LIMIT = 24
OTHER = "Other"


def read_lanes(
    block: Block | None, categories: Mapping[str, str], problems: list[Problem]
) -> dict[str, tuple[str, ...]]:
    """The table ``[lanes]``: names with their categories; mistakes are added to ``problems``."""
    if block is None:
        return {}
    before = len(problems)
    lanes: dict[str, tuple[str, ...]] = {}
    placed: dict[str, str] = {}
    for name, given in block.data.items():
        if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
            problems.append(block.problem(f'{name!r} must be a list, as ["court"].', name))
            continue
        if not name.strip() or utf16_len(name) > LANE_NAME_LIMIT:
            problems.append(
                block.problem(f"{name!r} must have 1 to {LANE_NAME_LIMIT} characters.", name)
            )
            continue
        if not given:
            problems.append(block.problem(f"{name!r} is empty. Name a category in it.", name))
            continue
        for category in given:
            if category not in categories:
                listed = ", ".join(categories)
                told = f"category {category!r} is not in [categories]. Those there are: {listed}."
                problems.append(block.problem(told, name))
            elif (other := placed.setdefault(category, name)) != name:
                told = f"category {category!r} is in {other!r} already. Keep it in one of them."
                problems.append(block.problem(told, name))
        lanes[name] = tuple(category for category in given if placed.get(category) == name)
    if len(block.data) > LANES_LIMIT:
        problems.append(block.problem(f"more than {LANES_LIMIT} lanes. Join some."))
    missing = [each for each in categories if each not in placed]
    if missing and len(problems) == before:  # else it may be no more than a slip of the pen above
        problems.append(block.problem(f"no lane holds {', '.join(missing)}. Put each into one."))
    return dict(list(lanes.items())[:LANES_LIMIT])


def lane_of(
    lanes: Mapping[str, Sequence[str]], categories: Mapping[str, str]
) -> tuple[list[str], dict[str, int]]:
    """The lanes' names, and the number of the lane in which each category is drawn.

    Where the content names no lanes, each category is one, as far as there is room. What belongs
    nowhere comes into a last lane, "Other".
    """
    if not lanes:
        shown = list(categories)
        if len(shown) > LANES_LIMIT:
            shown = shown[: LANES_LIMIT - 1]
        lanes = {categories[each]: [each] for each in shown}
    names = list(lanes)
    numbers = {each: number for number, held in enumerate(lanes.values()) for each in held}
    return names, numbers
