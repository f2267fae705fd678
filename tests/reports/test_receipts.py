"""Receipts survive being copied by hand, and only their derivation is of any use to a database."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import InvalidInput
from bot.reports import receipts
from bot.reports.receipts import Deriver, derive, new_receipt, read_receipt

SALT = bytes(range(16))


def test_a_receipt_is_eight_words_of_88_bits_and_never_the_same() -> None:
    made = {new_receipt() for _ in range(50)}
    assert len(made) == 50
    assert all(len(receipt.split()) == 8 for receipt in made)
    assert len(receipts._words()) ** 8 >= 2**88


@settings(max_examples=200)
@given(
    st.integers(min_value=0),
    st.lists(
        st.sampled_from([" ", "  ", ", ", "\n", " - ", ". ", "\u00a0"]), min_size=7, max_size=7
    ),
    st.lists(st.sampled_from([str.lower, str.upper, str.title]), min_size=8, max_size=8),
    st.lists(st.booleans(), min_size=8, max_size=8),
)
def test_case_separators_and_endings_do_not_matter(
    seed: int, separators: list[str], cases: list[Callable[[str], str]], shortened: list[bool]
) -> None:
    words = receipts._words()
    chosen = [words[(seed // 2048**place) % 2048] for place in range(8)]
    typed = ""
    for place, word in enumerate(chosen):
        piece = word[:4] if shortened[place] else word
        typed += cases[place](piece) + (separators[place] if place < 7 else " ")
    assert read_receipt(typed) == " ".join(chosen)


def test_numbered_and_accented_words_are_read() -> None:
    assert read_receipt("1. zoo 2. Zóo 3) zoo 4 zoo zoo zoo zoo zoo") == " ".join(["zoo"] * 8)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "I read 0"),
        ("zoo zoo", "I read 2"),
        ("zoo " * 9, "I read 9"),
        ("zoo zoo zoo zoo zoo zoo zoo abandoon", ""),
        ("zoo zoo zoo zoo zoo zoo zoo abondon", "Did you mean “abandon”?"),
        ("acts zoo zoo zoo zoo zoo zoo zoo", "Word 1, “acts”"),
    ],
)
def test_a_mistyped_receipt_is_named_with_a_suggestion(typed: str, sentence: str) -> None:
    if not sentence:
        assert read_receipt(typed).endswith("abandon")
        return
    with pytest.raises(InvalidInput, match="word") as caught:
        read_receipt(typed)
    assert sentence in str(caught.value)


def test_a_receipt_gives_the_same_keys_each_time_and_other_ones_elsewhere() -> None:
    receipt = new_receipt()
    first, again = derive(receipt, SALT), derive(receipt, SALT)
    assert (first.lookup, first.public_key) == (again.lookup, again.public_key)
    other_salt, other_receipt = derive(receipt, SALT[::-1]), derive(new_receipt(), SALT)
    assert len({first.lookup, other_salt.lookup, other_receipt.lookup}) == 3
    assert first.lookup != first.public_key


@pytest.mark.parametrize(("together", "possible"), [(2, True), (3, False)])
async def test_two_derivations_run_at_a_time_and_never_three(
    monkeypatch: pytest.MonkeyPatch, together: int, possible: bool
) -> None:
    derived = derive(new_receipt(), SALT)
    barrier = threading.Barrier(together)
    met = False

    def meeting(receipt: str, salt: bytes) -> receipts.Derived:
        nonlocal met
        with suppress(threading.BrokenBarrierError):
            barrier.wait(20 if possible else 0.5)
            met = True
        return derived

    monkeypatch.setattr(receipts, "derive", meeting)
    deriver = Deriver(SALT)
    await asyncio.gather(*(deriver.derive("any") for _ in range(12)))
    deriver.close()
    assert met is possible


def test_the_derivation_costs_what_the_design_says() -> None:
    assert (receipts.MEMORY_BYTES, receipts.PASSES, receipts.AT_ONCE) == (64 * 2**20, 3, 2)
