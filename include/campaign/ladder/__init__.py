"""From flags to people: who hears of a unit that is behind, how far up it goes, and when it is over.

`decide_evening` is pure; `step_ladder` decides an evening of the campaign database and freezes it.
"""

from include.campaign.ladder.episodes import Episode, Level, PastEvening, Rung, Step, paths_of, replay
from include.campaign.ladder.evening import (
    Decision,
    End,
    Evening,
    Instead,
    Outcome,
    Verdict,
    decide_evening,
    judge_evening,
)
from include.campaign.ladder.stepping import step_ladder

__all__ = [
    "Decision",
    "End",
    "Episode",
    "Evening",
    "Instead",
    "Level",
    "Outcome",
    "PastEvening",
    "Rung",
    "Step",
    "Verdict",
    "decide_evening",
    "judge_evening",
    "paths_of",
    "replay",
    "step_ladder",
]
