"""Judging a close: from the season to where each registry stands, what is foretold, and its flags."""

from __future__ import annotations

from include.campaign.pace.case import Case
from include.campaign.pace.flags import Before, raise_flags
from include.campaign.pace.forecast import foretell, habits_in
from include.campaign.pace.judgement import Judgement
from include.campaign.pace.rhythm import rhythm_of
from include.campaign.pace.roadmap import Roadmaps, bottlenecks, standings
from include.campaign.pace.season import Season
from include.campaign.plan.rules import Rules


def judge(season: Season, plan_rules: Rules, roadmaps: Roadmaps, before: Before) -> Judgement:
    """Everything that is found at the last close of a season. The same season gives the same, whenever it is judged.

    Args:
        season: figures of all closes up to the one judged.
        plan_rules: thresholds; the campaign's days.
        roadmaps: the stages' windows and milestones.
        before: streak of each flag when its registry was last judged, by registry code and kind; flags that were
            withdrawn are left out.
    """
    rhythm = rhythm_of(season, plan_rules)
    found = standings(season, roadmaps, plan_rules.pace.finished_share)
    foretold = foretell(season, plan_rules, roadmaps, rhythm, habits_in(season, plan_rules, rhythm))
    case = Case(season, plan_rules, roadmaps, rhythm, found, foretold.entry, foretold.transfer)
    return Judgement(
        standings=found,
        entry=foretold.entry,
        transfer=foretold.transfer,
        intervals=foretold.intervals,
        flags=raise_flags(case, before),
        judged=case.judged,
        bottleneck=bottlenecks(season, found, plan_rules.laggard.tolerance_share),
    )
