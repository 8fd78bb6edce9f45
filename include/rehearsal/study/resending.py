"""One history under two Ministries: what was entered, queued and corrected stays, and all sends are played anew.

A world built anew with another Ministry would not do: who keys a paper again hangs on what was received when, and a
paper more or less is enough to tip a unit that stands at a threshold. Here only the Ministry's own doings differ.
"""

from __future__ import annotations

import copy

import numpy as np

from include.rehearsal.history import History
from include.rehearsal.instants import NEVER
from include.rehearsal.ministry import Ministry
from include.rehearsal.sending import Queued, play_sends


def resent(history: History, ministry: Ministry, seed: int) -> History:
    """A copy of a history whose sends of the campaign are those that this Ministry would have answered.

    The luck of a send goes with the place of its entry, which was another when the history was first played: compare
    only what this function has made.
    """
    other = copy.deepcopy(history)
    attempts = other.attempts
    played = (attempts.queued > other.start) & (attempts.sent < NEVER)
    firsts = attempts.rows(played & (attempts.number == 1))
    other.attempts = attempts.rows(~played)
    again = other.entries.first_keying[firsts.entry] >= 0
    for those in (~again, again):  # a second keying is answered by what is known of the first
        queued = Queued.first(firsts.entry[those].astype(np.int32), firsts.queued[those])
        play_sends(other, queued, ministry, seed)
    return other
