"""What the system would have put back in the queues, played into a history that nobody has intervened in."""

from __future__ import annotations

import numpy as np

from include.rehearsal.history import REMOTE_UNAVAILABLE, UNHEARD_FAILURE, History
from include.rehearsal.instants import HOUR, NEVER
from include.rehearsal.ministry import Ministry
from include.rehearsal.sending import Queued, play_sends
from include.rehearsal.state import latest_attempt

EVERY = 2 * HOUR
"""Hours between two rounds in which sends go back; one without an answer is asked about for as long first."""
ROUNDS = 3
"""How often one entry goes back; what fails once more stays."""


def put_back_failures(history: History, ministry: Ministry, seed: int) -> None:
    """Queue again, once the Ministry is up, what failed through the receiving side or was lost, as the system does.

    Lost is what was sent, has no answer and never came into the ledger. Failures under a name that nobody has heard of
    stay: the system holds them.
    """
    for _ in range(ROUNDS):
        last = latest_attempt(history.attempts, len(history.entries), NEVER - 1)
        sends = history.attempts.rows(last[last >= 0])
        lost = (sends.sent < NEVER) & (sends.answered >= NEVER) & (history.received()[sends.entry] >= NEVER)
        failed = (sends.outcome >= REMOTE_UNAVAILABLE) & (sends.outcome != UNHEARD_FAILURE)
        failed &= history.entries.poison[sends.entry] == 0
        wanted = (failed | lost) & (sends.queued > history.start) & (history.entries.deleted[sends.entry] >= NEVER)
        sends, lost = sends.rows(wanted), lost[wanted]
        up = ministry.up_again(np.where(lost, sends.sent + EVERY, sends.answered))
        at = history.start + ((up - history.start) // EVERY + 1) * EVERY
        count = len(sends)
        again = Queued(sends.entry, sends.number + np.int32(1), at, sends.sent, np.full(count, -1, dtype=np.int32))
        play_sends(history, again, ministry, seed)
