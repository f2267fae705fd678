"""Which pictures a chart consists of: one, or a glance at the whole and then its rows in parts."""

from bot.charts.model import LaneChart
from bot.charts.overview import overview
from bot.charts.rows import Rows
from bot.charts.shapes import Measure, Sheet


class Parts:
    """The pictures of a chart; what is on one is worked out only when it is asked for."""

    def __init__(self, chart: LaneChart, measure: Measure) -> None:
        self._chart = chart
        self._measure = measure
        self._rows = Rows(chart, measure)

    @property
    def count(self) -> int:
        """How many pictures there are."""
        rows = len(self._rows.parts)
        return rows if rows == 1 else rows + 1

    def items(self, part: int) -> range | None:
        """The numbers of the items that a picture tells of; None for the glance at the whole."""
        if self.count == 1:
            return self._rows.parts[0]
        return self._rows.parts[part - 1] if part else None

    def sheet(self, part: int) -> Sheet:
        """A picture; parts are counted from 0."""
        if self.count == 1:
            return self._rows.sheet(0, self._chart.about)
        if part == 0:
            return overview(self._chart, f"{self._chart.about} · at a glance", self._measure)
        about = f"{self._chart.about} · part {part} of {self.count - 1}"
        return self._rows.sheet(part - 1, about)
