"""Which message about a close the Department is due: decided from the frozen close and what it has been sent of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Figures = Literal["final", "provisional", "held"]
"""What a frozen close allows: the final edition; a provisional one; or none, since its sums do not close."""

Act = Literal["final", "provisional", "hold", "nothing"]
"""What is done: an edition goes out; the report is kept back for a person, and one page says so; nothing."""


@dataclass(frozen=True)
class Standing:
    """What was made of a close's report for the Department so far.

    Attributes:
        final: the final edition is on its way or with the reader.
        provisional: a provisional edition is.
        waiting: a report is held, and nobody has released or dropped it.
        dropped: a report was held and will not go out as it was.
    """

    final: bool = False
    provisional: bool = False
    waiting: bool = False
    dropped: bool = False


def act_for(figures: Figures, has: Standing, *, last_word: bool = False) -> Act:
    """What is due when a close was closed, for the first time or again.

    Args:
        figures: what the close allows by now.
        has: what was made of its report before.
        last_word: the campaign is over: what never came is not waited for any more.
    """
    if has.final:
        return "nothing"
    if figures == "final":
        return "final"
    if figures == "held":
        return "nothing" if has.provisional or has.waiting or has.dropped else "hold"
    if not has.provisional:
        return "provisional"
    return "final" if last_word else "nothing"


def act_when_unanswered(has: Standing) -> Act:
    """What is due at the plan's hour, by which a held report was to be released or dropped."""
    return "provisional" if has.waiting and not (has.final or has.provisional) else "nothing"
