"""Stopping a sender whom nobody knows: a tie between a report and a person, in memory for a day.

A report is tied to whoever sent it or added to it today, both under codes made with the day's key
(bot.limits). The key is thrown away at midnight UTC and with the process; then no tie leads
anywhere, and they are dropped. Nothing of it is written, and nothing here says whether there was a
tie: that would tell moderators on which side of midnight a report was sent.
"""

from bot.limits import DailyLimits

STOPPED = ("report", "add")  # what a stopped person can do no more, as the limits call it


class Senders:
    """The ties of today."""

    def __init__(self, limits: DailyLimits) -> None:
        self._limits = limits
        self._day = b""
        self._ties: dict[bytes, set[bytes]] = {}

    def tie(self, guild_id: int, report_id: bytes, person_id: int) -> None:
        """Remember until midnight UTC that a person sent a report, or added to it."""
        self.forget_old()
        codes = {self._limits.code(purpose, guild_id, person_id) for purpose in STOPPED}
        self._ties.setdefault(self._name(guild_id, report_id), set()).update(codes)

    def stop(self, guild_id: int, report_id: bytes) -> None:
        """Let whoever a report is tied to have reached their limits for today, if anybody is."""
        self.forget_old()
        for code in self._ties.get(self._name(guild_id, report_id), ()):
            self._limits.exhaust(code)

    def forget_old(self) -> None:
        """Drop the ties of a day that is over."""
        today = self._limits.code("day", 0, 0)
        if today != self._day:
            self._day = today
            self._ties.clear()

    def _name(self, guild_id: int, report_id: bytes) -> bytes:
        return self._limits.code("tie", guild_id, int.from_bytes(report_id, "big"))
