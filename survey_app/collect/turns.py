"""How often one address may send a form: counted minute by minute, in this process, never written down."""

import threading
from collections import Counter

MINUTE = 60


class Turns:
    """The turns that each address took in the current minute."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._minute = 0
        self._taken: Counter[str] = Counter()

    def wait(self, address: str, most: int, moment: float) -> int:
        """Take a turn at a moment (Unix seconds): 0, or the seconds to wait where `most` were taken this minute."""
        minute, second = divmod(int(moment), MINUTE)
        with self._lock:
            if minute != self._minute:
                self._minute = minute
                self._taken.clear()
            self._taken[address] += 1
            return MINUTE - second if self._taken[address] > most else 0
