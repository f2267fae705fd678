"""The byte search looks at the folder of a running process, whose files come and go."""

import os
from pathlib import Path

import pytest

from bot.sandbox import Sandbox
from tests.reports import hosting
from tests.reports.hosting import Host


@pytest.fixture
def host(sandbox: Sandbox, tmp_path: Path, filled_database: Path) -> Host:
    found = Host(sandbox, tmp_path / "host", filled_database)
    (found.data / "reports.db").touch()
    return found


def test_a_file_that_is_renamed_while_it_is_looked_at_is_seen_under_its_new_name(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the list of the deleted is written: listed when it was there, renamed before its turn."""
    kept, fresh = host.data / "list.txt", host.data / "list.txt.new"
    kept.write_text("the old one")
    fresh.write_text("the new one")
    original = hosting.unnoticed

    def unnoticed(path: Path) -> bytes:
        content = original(path)
        if path == kept and fresh.exists():
            fresh.replace(kept)
            os.utime(kept, (1, 1))
        return content

    monkeypatch.setattr(hosting, "unnoticed", unnoticed)
    host.look("now")
    assert {b"the old one", b"the new one"} <= set(host.seen.values())
    assert set(host.times["data/list.txt now"]) == {1}
    assert "data/list.txt.new now" not in host.times


def test_a_folder_that_never_comes_to_rest_is_no_look(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hosting, "TIMES_AT_MOST", 3)

    def unnoticed(path: Path) -> bytes:
        path.write_bytes(b"x" * (path.stat().st_size % 100 + 1))
        return b""

    monkeypatch.setattr(hosting, "unnoticed", unnoticed)
    with pytest.raises(AssertionError, match="never came to rest"):
        host.look("now")
