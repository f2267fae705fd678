"""Pictures are drawn elsewhere, kept for a while, and refused in plain words."""

import asyncio
import os
import signal
import stat
import struct
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import pytest

from bot.charts import painter as painting
from bot.charts import style
from bot.charts.painter import BUSY, FAILED, KEPT, NOT_INSTALLED, TOO_MANY, Painter
from bot.charts.worker import answer
from bot.errors import Unavailable
from tests.charts.conftest import chart_of, item, many
from tests.feeds.memory import peak_mb
from tests.processes import ends_with_its_parent, until_gone

ROOT = Path(__file__).parents[2]


def size(png: bytes) -> tuple[int, int]:
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", png[16:24])
    return width, height


async def test_a_small_chart_is_one_picture_as_wide_as_it_should_be(painter: Painter) -> None:
    picture = await painter.draw(chart_of([item(2014), item(2015)]))
    width, height = size(picture.png)
    assert width == style.WIDTH
    assert 300 < height <= style.TALLEST
    assert (picture.part, picture.parts, picture.first, picture.last) == (0, 1, 0, 1)


async def test_a_large_chart_begins_with_a_glance_and_goes_on_in_parts(painter: Painter) -> None:
    chart = many(40)
    glance = await painter.draw(chart)
    assert glance.parts > 2
    assert glance.first is None
    assert size(glance.png)[1] <= style.TALLEST
    told: list[int] = []
    for part in range(1, glance.parts):
        picture = await painter.draw(chart, part)
        assert picture.first is not None
        assert picture.last is not None
        told += range(picture.first, picture.last + 1)
    assert told == list(range(40))
    assert (await painter.draw(chart, 99)).part == glance.parts - 1


async def test_the_same_is_drawn_once_and_something_else_anew(painter: Painter) -> None:
    chart = chart_of([item(2014)])
    drawn = await asyncio.gather(painter.draw(chart), painter.draw(chart))
    os.kill(painter.pids[0], signal.SIGKILL)  # whoever needs it now would notice
    again = await painter.draw(chart)
    assert drawn[0] is drawn[1] is again
    other = await painter.draw(chart_of([item(2014, text="Something else.")]))
    assert other.png != again.png


async def test_what_is_kept_has_a_bound(painter: Painter) -> None:
    for number in range(3):
        picture = await painter.draw(chart_of([item(2014, text=f"Number {number}.")]))
        padded = replace(picture, png=picture.png + bytes(KEPT // 2))
        painter._keep((str(number), 0), padded)
    assert sum(len(each.png) for each in painter._kept.values()) <= KEPT


async def test_at_rest_there_is_no_worker(tmp_path: Path) -> None:
    painter = Painter(tmp_path, idle_s=0)
    await painter.draw(chart_of([item(2014)]))
    await until_gone(painter.pids)
    await painter.draw(chart_of([item(2015)]))
    await painter.close()


async def test_a_worker_that_was_killed_is_replaced_unnoticed(painter: Painter) -> None:
    await painter.draw(chart_of([item(2014)]))
    os.kill(painter.pids[0], signal.SIGKILL)
    assert (await painter.draw(chart_of([item(2015)]))).parts == 1


async def test_a_picture_that_takes_too_long_is_refused_in_a_sentence(tmp_path: Path) -> None:
    painter = Painter(tmp_path, timeout_s=0.001)
    with pytest.raises(Unavailable) as refused:
        await painter.draw(chart_of([item(2014)]))
    assert str(refused.value) == FAILED
    await painter.close()


async def test_a_library_that_is_broken_is_refused_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(painting, "WORKER", "bot.charts.no_such_worker")
    painter = Painter(tmp_path)
    with pytest.raises(Unavailable) as refused:
        await painter.draw(chart_of([item(2014)]))
    assert str(refused.value) == FAILED
    await painter.close()


async def test_a_folder_that_cannot_be_made_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    painter = Painter(tmp_path / "file" / "charts")
    with pytest.raises(Unavailable) as refused:
        await painter.draw(chart_of([item(2014)]))
    assert str(refused.value) == FAILED
    await painter.close()


async def test_without_the_library_nothing_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(painting, "LIBRARY", "matplotlib_is_not_here")
    painter = Painter(tmp_path / "charts")
    assert not painter.available
    with pytest.raises(Unavailable) as refused:
        await painter.draw(chart_of([item(2014)]))
    assert str(refused.value) == NOT_INSTALLED
    assert painter.pids == []
    assert not (tmp_path / "charts").exists()


async def test_more_at_once_than_can_wait_are_told_to_come_back(painter: Painter) -> None:
    charts = [chart_of([item(2014, text=f"Number {number}.")]) for number in range(12)]
    drawn = await asyncio.gather(*map(painter.draw, charts), return_exceptions=True)
    refused = [each for each in drawn if isinstance(each, BaseException)]
    assert [str(each) for each in refused] == [BUSY] * 4


async def test_what_nobody_could_read_is_not_drawn(painter: Painter) -> None:
    with pytest.raises(Unavailable) as refused:
        await painter.draw(many(401))
    assert str(refused.value) == TOO_MANY


async def test_three_hundred_events_are_drawn(painter: Painter) -> None:
    picture = await painter.draw(many(300))
    assert size(picture.png)[1] <= style.TALLEST


@pytest.mark.parametrize(
    "text", ["$\\frac{x$ for 5", "🙂 ☃ 𝕏 漢字 العربية ไทย", "a" * 300, "_^{}%&#~", "😀"]
)
async def test_no_text_breaks_the_picture(painter: Painter, text: str) -> None:
    picture = await painter.draw(
        chart_of([item(2014, text=text, landmark=text[:26])], title=text[:70])
    )
    assert size(picture.png)[0] == style.WIDTH


def test_a_chart_that_cannot_be_drawn_does_not_end_the_worker() -> None:
    broken = chart_of([]).to_json()
    header, body = answer({"chart": broken, "part": 0}, b"")
    assert not header["ok"]
    assert body == b""


async def test_the_folder_is_the_operators_alone(painter: Painter, tmp_path: Path) -> None:
    await painter.draw(chart_of([item(2014)]))
    assert stat.S_IMODE((tmp_path / "charts").stat().st_mode) == 0o700


async def test_the_worker_knows_none_of_our_settings_and_takes_little_memory(
    painter: Painter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "secret-token")
    await painter.draw(many(60))
    await painter.draw(many(60), 1)
    (pid,) = painter.pids
    assert b"secret-token" not in Path(f"/proc/{pid}/environ").read_bytes()
    assert peak_mb(pid) < 200


async def test_the_worker_ends_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    script = textwrap.dedent(f"""
        import asyncio, pathlib
        from bot.charts.painter import Painter
        from tests.charts.conftest import chart_of, item
        async def main():
            painter = Painter(pathlib.Path({str(tmp_path)!r}))
            await painter.draw(chart_of([item(2014)]))
            print(painter.pids[0], flush=True)
            await asyncio.Event().wait()
        asyncio.run(main())
    """)
    await ends_with_its_parent(script)


async def test_nothing_that_draws_is_ever_loaded_into_the_bots_own_process() -> None:
    script = textwrap.dedent("""
        import sys
        import bot.app, bot.services, bot.runner
        import cogs.knowledge.picture
        print([name for name in ("matplotlib", "numpy", "PIL") if name in sys.modules])
    """)
    ran = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, cwd=ROOT, stdout=subprocess.PIPE
    )
    out, _ = await ran.communicate()
    assert out.decode().strip() == "[]"
