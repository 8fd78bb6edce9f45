"""What the system would have put back in the queues, played into a history that nobody has intervened in."""

from __future__ import annotations

import numpy as np

from include.rehearsal.history import REMOTE_UNAVAILABLE, UNHEARD_FAILURE, History
from include.rehearsal.instants import HOUR, NEVER
from include.rehearsal.ministry import Ministry
from include.rehearsal.sending import Queued, play_sends
from include.rehearsal.state import latest_attempt

EVERY = 2 * HOUR
"""Hours between two rounds in which failures go back."""
ROUNDS = 3
"""How often one entry goes back; what fails once more stays."""


def put_back_failures(history: History, ministry: Ministry, seed: int) -> None:
    """Queue every transfer that failed through the receiving side again, once the Ministry is up, as the system does.

    Failures under a name that nobody has heard of stay: the system holds them.
    """
    for _ in range(ROUNDS):
        last = latest_attempt(history.attempts, len(history.entries), NEVER - 1)
        sends = history.attempts.rows(last[last >= 0])
        failed = (sends.outcome >= REMOTE_UNAVAILABLE) & (sends.outcome != UNHEARD_FAILURE)
        failed &= (sends.queued > history.start) & (history.entries.deleted[sends.entry] >= NEVER)
        failed &= history.entries.poison[sends.entry] == 0
        sends = sends.rows(failed)
        up = ministry.up_again(sends.answered)
        at = history.start + ((up - history.start) // EVERY + 1) * EVERY
        count = len(sends)
        again = Queued(sends.entry, sends.number + np.int32(1), at, sends.sent, np.full(count, -1, dtype=np.int32))
        play_sends(history, again, ministry, seed)
