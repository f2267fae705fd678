"""Nonces as Discord keeps them: per author, for a few minutes, and never with the message."""

REMEMBERED_S = 300.0


class Nonces:
    """Which message an author's nonce made, as long as that is remembered."""

    def __init__(self) -> None:
        self._seen: dict[tuple[int, str], tuple[float, int, int]] = {}

    def find(self, author_id: int, nonce: str, now: float) -> tuple[int, int] | None:
        """Channel and message id of what this nonce made, if it is not yet forgotten."""
        found = self._seen.get((author_id, nonce))
        if found is None or now - found[0] > REMEMBERED_S:
            return None
        return found[1], found[2]

    def remember(
        self, author_id: int, nonce: str, channel_id: int, message_id: int, now: float
    ) -> None:
        """Note what a nonce made."""
        self._seen = {
            key: value for key, value in self._seen.items() if now - value[0] <= REMEMBERED_S
        }
        self._seen[author_id, nonce] = (now, channel_id, message_id)

    def forget(self) -> None:
        """Forget them all, as if minutes had passed."""
        self._seen.clear()
