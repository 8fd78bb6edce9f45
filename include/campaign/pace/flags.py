"""The flags: each a rule on the figures of a close, with its figures in the row and a rule to let it go.

A rule has two thresholds. One raises the flag; the other, milder, lets it go, so that a unit at the edge is not told
one thing today and another tomorrow. Kinds that come and go are let go only after some quiet closes in a row. A
registry that was not read is silent and nothing else: whatever was raised before waits until it is read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import TypeAlias, get_args

import numpy as np

from include.campaign.pace.case import Case, Figure, Raised, moved_since_start
from include.campaign.pace.fading import error_rate, report_mismatch, stalled, too_good
from include.campaign.pace.forecast import opening_of
from include.campaign.pace.judgement import Flag, FlagKind, FlagOwner, Forecast, Standing
from include.campaign.pace.rhythm import edges_of
from include.campaign.pace.roadmap import bottlenecks, whole_of
from include.campaign.pace.season import CASE_STAGES, Floats, Season
from include.campaign.plan.fields import Stage

Before: TypeAlias = Mapping[tuple[str, str], int]
KINDS: tuple[FlagKind, ...] = get_args(FlagKind)
SATURDAY = 5
"""As `datetime.weekday` counts."""


def raise_flags(case: Case, before: Before) -> tuple[Flag, ...]:
    """All flags of a close, by registry in the order of the season, then by kind.

    Args:
        case: what was found of the close.
        before: streak by registry and kind when last judged; what was withdrawn is left out.
    """
    codes = case.season.units.codes
    found: list[tuple[int, int, Flag]] = []
    for order, kind in enumerate(KINDS):
        raised = RULES[kind](case)
        streaks = np.array([before.get((code, kind), 0) for code in codes])
        flagged = raised.on | ((streaks > 0) & raised.stays)
        found.extend(
            (int(place), order, _flag(raised, kind, int(place), codes, int(streaks[place]) + 1))
            for place in np.flatnonzero(flagged)
        )
    return tuple(flag for _, _, flag in sorted(found, key=lambda one: one[:2]))


def _flag(raised: Raised, kind: FlagKind, place: int, codes: tuple[str, ...], streak: int) -> Flag:
    figures = {name: _plain(values[place]) for name, values in raised.figures.items()}
    stage = raised.stage[place] if isinstance(raised.stage, tuple) else raised.stage
    owner = raised.owner[place] if isinstance(raised.owner, tuple) else raised.owner
    return Flag(codes[place], kind, stage, owner, figures, streak)


def _plain(value: Figure) -> Figure:
    """A figure as it is kept: whole where it is whole, three places otherwise; None where there is none."""
    if value is None or isinstance(value, str):
        return value
    number = float(value)
    if not np.isfinite(number):
        return None
    return int(number) if number == int(number) else round(number, 3)


# The rules, in the order in which flags are told


def not_started(case: Case) -> Raised:
    """No movement in any stage since the campaign began; any movement lets go."""
    season = case.season
    late = case.day >= case.rules.pace.not_started.from_day
    still = case.judged & ~moved_since_start(season) & late
    days = np.full(len(still), (season.as_of - season.start).total_seconds() / 86_400)
    figures = {"quota": season.units.quota, "work": season.units.work, "books": season.units.books, "days": days}
    return Raised(still, still, figures)


def behind(case: Case) -> Raised:
    """Short of the roadmap of one of the rule's stages by more than the tolerance; named is what holds it up.

    The stage of the flag is the one of these that is furthest behind in days; `bottleneck` the one of all stages, books
    included, where it begins. What the unit has handed over is the Ministry's to receive: where no more than that is
    missing, it is the owner.
    """
    season, rule, codes = case.season, case.rules.laggard, case.season.units.codes
    stage_of = _held_up(case, rule.tolerance_share)
    milder = _held_up(case, rule.clear_share)
    on = case.judged & np.array([stage is not None for stage in stage_of])
    stays = case.judged & np.array([stage is not None for stage in milder])
    told = tuple(stage or other for stage, other in zip(stage_of, milder, strict=True))
    figures: dict[str, Floats] = {"quota": season.units.quota, "work": season.units.work}
    names = ("whole", "done", "due", "days_behind", "spi", "needed_per_day", "pace_per_day")
    figures |= {name: np.full(len(codes), np.nan) for name in names}
    for stage, standing in case.standings.items():
        here = np.array([one == stage for one in told])
        whole = whole_of(season, stage)
        values = {
            "whole": whole,
            "done": standing.done,
            "due": standing.planned,
            "days_behind": standing.days_behind,
            "spi": standing.spi,
            "needed_per_day": np.maximum(whole - standing.done, 0) / _days_left(case, stage),
            "pace_per_day": recent_pace(season, stage, case),
        }
        for name, value in values.items():
            figures[name] = np.where(here, value, figures[name])
    received = np.array([stage == "received" for stage in told])
    handed_enough = figures["due"] - np.nan_to_num(season.handed[:, -1]) <= rule.tolerance_share * season.units.quota
    names_of = bottlenecks(season, case.standings, rule.clear_share)
    told_with: dict[str, Floats | tuple[Figure, ...]] = {**figures, "bottleneck": names_of}
    told_with["under_way"] = np.where(received, season.under_way[:, -1], np.nan)
    owner: tuple[FlagOwner, ...] = tuple("ministry" if theirs else "unit" for theirs in received & handed_enough)
    return Raised(on, on | stays, told_with, told, owner)


def _days_left(case: Case, stage: Stage) -> Floats:
    return case.roadmaps.days_left(stage, case.season.units.codes, case.season.as_of)


def _held_up(case: Case, tolerance: float) -> tuple[Stage | None, ...]:
    """Of the rule's stages the one that is furthest behind; receiving only where nothing else is."""
    asked = case.rules.laggard.stages
    own: dict[Stage, Standing] = {s: case.standings[s] for s in asked if s in case.standings and s != "received"}
    first = bottlenecks(case.season, own, tolerance)
    if "received" not in asked or "received" not in case.standings:
        return first
    last = bottlenecks(case.season, {"received": case.standings["received"]}, tolerance)
    return tuple(one or other for one, other in zip(first, last, strict=True))


def recent_pace(season: Season, stage: Stage, case: Case) -> Floats:
    """Books or cases a standard day over the closes that forecasts look back on; NaN: not read at both ends."""
    closes = min(case.rules.pace.window_closes, len(season.keys))
    weights = case.rhythm.weights(edges_of(season))[-closes:]
    done = np.concatenate([opening_of(season, stage)[:, None], season.done[stage]], axis=1)[:, -1 - closes :]
    return (done[:, -1] - done[:, 0]) / weights.sum()


def will_miss_entry(case: Case) -> Raised:
    """The chance of having entered everything by the milestone is small."""
    return _will_miss(case, "entered", case.entry, case.season.done["entered"][:, -1])


def will_miss_transfer(case: Case) -> Raised:
    """The chance that everything is received by the milestone is small, and the unit's part is not done.

    Where it has handed over all of its work it can do no more: receiving late is a flag `behind` of the Ministry's.
    What is left at the end are refusals and single papers. They are told by case (worklists, breaks): whether the last
    of them comes in time is no question of pace, and one answer of the Ministry's, a day later, would decide who is
    told. Nor is anybody named when nothing that is handed over now could be received in time.
    """
    rule, handed = case.rules.pace, case.season.handed[:, -1]
    found = _will_miss(case, "received", case.transfer, handed)
    received_by = case.season.as_of + timedelta(days=rule.receiving_days)
    much_left = handed < rule.will_miss.handed_share * case.season.units.work - 1e-9
    return replace(found, on=found.on & much_left & (received_by < case.roadmaps.milestones["received"]))


def _will_miss(case: Case, stage: Stage, forecast: Forecast, part: Floats) -> Raised:
    season, rule = case.season, case.rules.pace.will_miss
    count = len(season.units.codes)
    chance = forecast.chance[:count]
    done = part >= case.rules.pace.finished_share * season.units.work - 1e-9
    open_still = case.judged & ~done & np.isfinite(chance) & (len(season.keys) > 1)
    sure = len(season.keys) >= rule.sure_from
    on = rule.on if sure else rule.early
    # What a weekend shows says little of working days.
    working = sum(instant.astimezone(case.rules.campaign.timezone).weekday() < SATURDAY for instant in season.instants)
    open_still &= sure | ((forecast.days_used[:count] >= rule.early_days) & (working >= rule.early_days))
    milestone = case.roadmaps.milestones[stage]
    figures: dict[str, Floats | tuple[Figure, ...]] = {
        "quota": season.units.quota,
        "work": season.units.work,
        "done": season.done[stage][:, -1],
        "remaining": forecast.remaining[:count],
        "chance": chance,
        "p50_days": forecast.p50[:count],
        "p85_days": forecast.p85[:count],
        "pace_per_day": forecast.pace_per_day[:count],
        "needed_per_day": forecast.needed_per_day[:count],
        "days_used": forecast.days_used[:count].astype(float),
        "shrunk": forecast.shrunk[:count].astype(float),
        "milestone": (milestone.isoformat(),) * count,
    }
    # From the milestone on nobody "will" miss it: who is unfinished is behind, and whoever was told stays listed.
    on_time = season.as_of < milestone
    return Raised(open_still & (chance < on) & on_time, open_still & (chance < rule.off), figures, stage)


def going_backwards(case: Case) -> Raised:
    """A figure of cases is lower than it was at the close before; told on the close that sees it."""
    season, rule = case.season, case.rules.pace.going_backwards
    drops = np.stack([_drop(season.done[stage]) for stage in CASE_STAGES])
    place = np.argmax(drops, axis=0)
    lost = drops.max(axis=0)
    if season.dropped is not None:
        lost = np.fmax(lost, np.nan_to_num(season.dropped[:, -1]))
    on = case.judged & (lost > rule.cases) & (lost > rule.share * season.units.quota)
    told = tuple(CASE_STAGES[at] for at in place)
    done = np.stack([season.done[stage][:, -1] for stage in CASE_STAGES])[place, np.arange(len(place))]
    figures = {"quota": season.units.quota, "lost": lost, "done": done, "before": done + lost}
    return Raised(on, np.zeros_like(on), figures, told)


def _drop(done: Floats) -> Floats:
    if done.shape[1] < 2:
        return np.zeros(len(done))
    return np.nan_to_num(done[:, -2] - done[:, -1])


def silent(case: Case) -> Raised:
    """Not read for this close: nothing is known, and nothing else is said of it."""
    season = case.season
    done = season.done["entered"]
    known = np.isfinite(done)
    back = np.where(known.any(axis=1), np.argmax(known[:, ::-1], axis=1), done.shape[1])
    newest = tuple(season.keys[-1 - n] if n < len(season.keys) else None for n in back)
    last = np.where(back < done.shape[1], done[np.arange(len(done)), -1 - np.minimum(back, done.shape[1] - 1)], np.nan)
    quota = season.units.quota
    unread = ~case.read & np.isfinite(quota) & (quota > 0)
    figures = {"quota": quota, "closes": back.astype(float), "last_key": newest, "last_done": last}
    return Raised(unread, unread, figures, None, "line")


RULES: Mapping[FlagKind, Callable[[Case], Raised]] = {
    "not_started": not_started,
    "stalled": stalled,
    "behind": behind,
    "will_miss_entry": will_miss_entry,
    "will_miss_transfer": will_miss_transfer,
    "going_backwards": going_backwards,
    "silent": silent,
    "report_mismatch": report_mismatch,
    "error_rate": error_rate,
    "too_good": too_good,
}
