"""Shapes to a picture. Only the worker imports this: matplotlib takes more memory than the bot."""

import io
import re
import unicodedata
from functools import lru_cache
from pathlib import Path

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, get_font
from matplotlib.lines import Line2D
from matplotlib.patches import FancyBboxPatch, Rectangle
from matplotlib.transforms import Affine2D
from PIL import Image

from bot.charts import style
from bot.charts.shapes import Box, Line, Mark, Sheet, Text

BROAD = {"D": 0.76, "^": 1.08, "v": 1.08}  # what makes a shape look as large as a circle
COLOURS = 128  # of the finished picture: a quarter of the bytes, and nobody sees it
MISSING = "□"

_FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"
_FILES = {False: _FONTS / "DejaVuSans.ttf", True: _FONTS / "DejaVuSans-Bold.ttf"}


def measure(text: str, size: float, bold: bool) -> float:
    """The width of a text in pixels."""
    return sum(_word_width(part, bold) for part in _parts(text)) * size / 100


def _parts(text: str) -> list[str]:
    """The words and spaces of a text: most words come again and again."""
    words = text.split(" ")
    return [words[0], *(part for word in words[1:] for part in (" ", word))]


@lru_cache(maxsize=20_000)
def _word_width(text: str, bold: bool) -> float:
    font = get_font(str(_FILES[bold]))
    font.set_size(100, 72)
    if text == " ":
        return _word_width("n n", bold) - _word_width("nn", bold)
    font.set_text(text, 0.0)
    return float(font.get_width_height()[0]) / 64


def drawable(text: str) -> str:
    """The text without what the font cannot draw: signs are left out, letters become a box."""
    return re.sub(" +", " ", "".join(_drawable(character) for character in text)).strip()


@lru_cache(maxsize=2_000)
def _drawable(character: str) -> str:
    if character.isspace() or get_font(str(_FILES[False])).get_char_index(ord(character)):
        return character
    kind = unicodedata.category(character)
    return MISSING if kind.startswith(("L", "N")) else ""


def png(sheet: Sheet) -> bytes:
    """The picture as a PNG file."""
    height = round(sheet.height)
    figure = Figure(figsize=(style.WIDTH / 72, height / 72), dpi=72, facecolor=style.BACKGROUND)
    FigureCanvasAgg(figure)
    pixels = Affine2D().scale(1, -1).translate(0, height)
    for order, shape in enumerate(sheet.shapes):
        if isinstance(shape, Text):
            figure.text(
                shape.x,
                shape.y,
                shape.text,
                transform=pixels,
                color=shape.colour,
                fontproperties=FontProperties(fname=_FILES[shape.bold], size=shape.size),
                horizontalalignment=shape.align,
                verticalalignment="center" if shape.turned else "baseline",
                rotation=90 if shape.turned else 0,
                parse_math=False,
                zorder=order,
            )
        else:
            artist = _artist(shape)
            artist.set_zorder(order)
            artist.set_transform(pixels)
            figure.add_artist(artist)
    raw = io.BytesIO()
    figure.savefig(raw, format="rgba", dpi=72)
    picture = Image.frombytes("RGBA", (style.WIDTH, height), raw.getvalue())
    packed = io.BytesIO()
    few = picture.convert("RGB").quantize(
        COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE
    )
    few.save(packed, "PNG", compress_level=6)
    return packed.getvalue()


def _artist(shape: Box | Line | Mark) -> Line2D | Rectangle | FancyBboxPatch:
    if isinstance(shape, Mark):
        return Line2D(
            [shape.x],
            [shape.y],
            marker=shape.shape,
            markersize=shape.size * BROAD.get(shape.shape, 1),
            markeredgewidth=4,
            markeredgecolor=shape.colour,
            markerfacecolor=style.BACKGROUND if shape.hollow else shape.colour,
        )
    if isinstance(shape, Line):
        return Line2D(
            [shape.x, shape.to_x],
            [shape.y, shape.to_y],
            color=shape.colour,
            linewidth=shape.width,
            solid_capstyle="butt",
        )
    if shape.round:
        inset = shape.round
        return FancyBboxPatch(
            (shape.x + inset, shape.y + inset),
            shape.width - 2 * inset,
            shape.height - 2 * inset,
            boxstyle=f"round,pad={inset}",
            facecolor=shape.colour,
            edgecolor="none",
        )
    return Rectangle(
        (shape.x, shape.y), shape.width, shape.height, facecolor=shape.colour, edgecolor="none"
    )
