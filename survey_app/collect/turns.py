"""How often one address may send a form, and how much it sent of late: counted in this process, never written down."""

import threading
from collections import Counter, deque

MINUTE = 60
MOST_ADDRESSES = 20_000


class Crowds:
    """The answers that each address sent to each form within a span: an address is known while it sends, no longer."""

    def __init__(self, most: int, span: float) -> None:
        self._lock = threading.Lock()
        self._most, self._span = most, span
        self._sent: dict[tuple[str, int, int], deque[float]] = {}

    def join(self, address: str, survey_id: int, agency_id: int, moment: float) -> int:
        """Note one more answer at a moment (seconds): how many came before it within the span, `most` at most."""
        with self._lock:
            if len(self._sent) >= MOST_ADDRESSES:
                self._forget(moment)
            times = self._sent.setdefault((address, survey_id, agency_id), deque(maxlen=self._most + 1))
            while times and times[0] < moment - self._span:
                times.popleft()
            before = min(len(times), self._most)
            times.append(moment)
            return before

    def _forget(self, moment: float) -> None:
        self._sent = {key: times for key, times in self._sent.items() if times[-1] >= moment - self._span}
        if len(self._sent) >= MOST_ADDRESSES:
            self._sent.clear()


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
