"""How charts look: for Discord's dark theme, on a phone that shows 1,080 pixels a third as wide."""

from bot.charts.shapes import Measure

WIDTH = 1080
TALLEST = 2160  # twice the width: a phone shows it whole without making it narrower
MARGIN = 28

TITLE_SIZE = 56.0
ABOUT_SIZE = 38.0
TEXT_SIZE = 36.0  # 12 when shown a third as wide, like small print in Discord itself
SMALL_SIZE = 31.0
LEADING = 1.26  # from line to line, of the size

BACKGROUND = "#313338"
BAND = "#3b3e45"
TEXT = "#f2f3f5"
MUTED = "#b5bac1"
FAINT = "#5c5e66"

# Each lane has a colour and a shape, so that nobody depends on the colours.
LANES = (
    ("#6cb4ff", "o"),
    ("#ff9090", "s"),
    ("#ffcb57", "D"),
    ("#57d9a3", "^"),
    ("#d6a2ff", "v"),
    ("#ffa35c", "P"),
    ("#c4c9ce", "X"),
)


def lane_style(number: int) -> tuple[str, str]:
    """Colour and shape of a lane."""
    return LANES[min(number, len(LANES) - 1)]


def wrap(
    text: str,
    width: float,
    size: float,
    measure: Measure,
    *,
    indent: float = 0,
    bold: bool = False,
) -> list[str]:
    """The lines of a text, the first shorter by ``indent``; a word that is too long is broken."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):  # not at a no-break space
        room = width - (0 if lines else indent)
        longer = f"{line} {word}" if line else word
        if measure(longer, size, bold) <= room:
            line = longer
            continue
        if line or (indent and not lines):
            lines.append(line)
        while measure(word, size, bold) > width and len(word) > 1:
            kept = _fitting(word, width, size, measure, bold=bold)
            lines.append(word[:kept])
            word = word[kept:]
        line = word
    return [*lines, line] if line else lines


def _fitting(word: str, width: float, size: float, measure: Measure, *, bold: bool) -> int:
    """How many letters of a word fit, at least one."""
    kept = len(word) - 1
    while kept > 1 and measure(word[:kept], size, bold) > width:
        kept -= 1
    return kept
