"""No more messages in any minute than the mail server's keeper allows."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

_WINDOW_SECONDS = 60.0


class Throttle:
    """Lets `per_minute` through in any minute: so many at once, then each one a minute after the one so many before it.

    It knows of one drain only: a drain that follows at once begins anew.
    """

    def __init__(self, per_minute: int, pause: Callable[[float], None], clock: Callable[[], float]) -> None:
        self._pause = pause
        self._clock = clock
        self._begun: deque[float] = deque(maxlen=per_minute)

    def wait(self) -> None:
        """Return when the next one may go."""
        if len(self._begun) == self._begun.maxlen:
            left = self._begun[0] + _WINDOW_SECONDS - self._clock()
            if left > 0:
                self._pause(left)
        self._begun.append(self._clock())
