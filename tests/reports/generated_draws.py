"""What made-up reports are drawn from: digits and letters."""

import random

UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def digits(chance: random.Random, count: int) -> str:
    return "".join(chance.choice("0123456789") for _ in range(count))


def letters(chance: random.Random, count: int, among: str = UPPER) -> str:
    return "".join(chance.choice(among) for _ in range(count))
