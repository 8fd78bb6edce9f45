"""A campaign judged evening by evening, by the functions that judge a real close and decide a real evening."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from include.campaign.days import FINAL, Calendar, Close
from include.campaign.ladder.episodes import Step, apart_of, paths_of
from include.campaign.ladder.evening import Decision, Evening, decide_evening
from include.campaign.pace.judgement import Judgement
from include.campaign.pace.season import Season
from include.campaign.plan import Plan
from include.rehearsal.study.sight import Sight

Streaks = Mapping[tuple[str, str], int]
Judge = Callable[[Season, Streaks], Judgement]
"""Judges a season, given the streaks by registry and kind of flag when last judged."""


@dataclass(frozen=True)
class Judged:
    """An evening: what was found, what the ladder made of it, and which address was told of which registries."""

    judgement: Judgement
    decision: Decision
    told: tuple[tuple[str, str], ...]


def judge_evenings(plan: Plan, sight: Sight, judge: Judge) -> list[Judged]:
    """Judge every close in its order, each with what was found before it, and step the ladder. Nobody acknowledges."""
    calendar = Calendar(plan.rules)
    codes = sight.units.codes
    paths = paths_of(plan, apart_of(dict(zip(codes, sight.units.own_quota.tolist(), strict=True))))
    streaks: dict[tuple[str, str], int] = {}
    evenings: list[Judged] = []
    for number, close in enumerate(sight.closes):
        judgement = judge(sight.season(number), streaks)
        streaks = _kept(streaks, sight, number) | {
            (flag.registry_code, flag.kind): flag.streak for flag in judgement.flags
        }
        before = evenings[-1].decision.episodes if evenings else {}
        judged = {codes[place] for place in np.flatnonzero(judgement.judged).tolist()}
        evening = Evening(close.key, calendar.day_number(close.day), judged, {}, {}, close.kind == FINAL)
        decision = decide_evening(evening, judgement.flags, before, paths, plan.rules.ladder)
        told = tuple((_address(plan, step, close), step.registry_code) for step in decision.steps)
        evenings.append(Judged(judgement, decision, told))
    return evenings


def _address(plan: Plan, step: Step, close: Close) -> str:
    return plan.contact(step.unit_code, step.post, close.day).email.casefold()


def _kept(streaks: Streaks, sight: Sight, close: int) -> dict[tuple[str, str], int]:
    """Streaks that stand because the registry was not read: only whether it is silent was looked at."""
    unread = {sight.units.codes[place] for place in np.flatnonzero(sight.unread(close)).tolist()}
    return {key: streak for key, streak in streaks.items() if key[0] in unread and key[1] != "silent"}
