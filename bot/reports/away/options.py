"""The options of ``python -m bot inbox``. Nothing heavy is imported here."""

import argparse
from pathlib import Path

# Each act by its option: what it takes after it, and what it does.
ACTS: dict[str, tuple[tuple[str, ...], str]] = {
    "reply": (("REPORT",), "reply to a report's writer, in words from standard input"),
    "note": (("REPORT",), "write a note for moderators, in words from standard input"),
    "used": (("REPORT", "WHAT"), "tell what became of it: count, raise, conf, pub or other"),
    "status": (("REPORT", "STATUS"), "set a report's status"),
    "label": (("REPORT", "LABEL"), "label a report; an empty one takes the label off"),
    "hand": (("REPORT", "NAME"), "hand a report to another moderator"),
    "matter": (("REPORT", "OTHER"), "put two reports under one matter"),
    "apart": (("REPORT",), "take a report out of its matter"),
    "redact": (("REPORT",), "delete words for good: from standard input, one passage a line"),
    "quote": (("REPORT",), "propose words to quote, from standard input"),
    "agree": (("REPORT", "NUMBER"), "agree to a quotation that somebody else proposed"),
    "ask": (("REPORT", "NUMBER"), "ask its reporter about a quotation that was agreed to"),
    "take": (("REPORT", "NUMBER"), "take a quotation that is free, to use it publicly"),
    "stop": (("REPORT",), "stop its sender, if brought back before midnight UTC"),
}


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add them."""
    parser.add_argument("bundle", type=Path, help="the file that /inbox export gave")
    parser.add_argument(
        "--key", type=Path, required=True, action="append", help="a private key's file; may repeat"
    )
    parser.add_argument("--page", action="store_true", help="show it as a page on this machine")
    parser.add_argument("--port", type=port, default=0, help="of the page (any free one)")
    parser.add_argument(
        "--answers", type=Path, help="where answers go, for /inbox import (beside the bundle)"
    )
    parser.add_argument("--as", dest="signed", default="", help="a name to sign notes with")
    one = parser.add_mutually_exclusive_group()
    for name, (after, text) in ACTS.items():
        one.add_argument(f"--{name}", nargs=len(after), metavar=after, help=text)
    one.add_argument("--undo", action="store_true", help="take back what was done last")
    one.add_argument("--figures", action="store_true", help="count the quarters that are over")
    one.add_argument(
        "--reseal", action="store_true", help="seal everything to the newest of the given keys"
    )


def port(text: str) -> int:
    """A port's number.

    Raises:
        ArgumentTypeError: it is none.
    """
    if not text.isdigit() or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port from 0 to 65535")
    return int(text)
