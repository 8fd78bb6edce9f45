"""The flags: each a rule on the figures of a close, with its figures in the row and a rule to let it go.

A rule has two thresholds. One raises the flag; the other, milder, lets it go, so that a unit at the edge is not told
one thing today and another tomorrow. Kinds that come and go are let go only after some quiet closes in a row. A
registry that was not read is silent and nothing else: whatever was raised before waits until it is read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias, get_args

import numpy as np

from include.campaign.pace.fairness import Funnel, funnel
from include.campaign.pace.forecast import opening_of
from include.campaign.pace.judgement import Flag, FlagKind, FlagOwner, Forecast, Standing
from include.campaign.pace.rhythm import Rhythm, edges_of
from include.campaign.pace.roadmap import Roadmaps, bottlenecks, finished, whole_of
from include.campaign.pace.season import BOOK_STAGES, CASE_STAGES, STAGES, Flags, Floats, Season
from include.campaign.plan.fields import Stage
from include.campaign.plan.rules import Rules

Figure: TypeAlias = float | int | str | None
Before: TypeAlias = Mapping[tuple[str, str], int]
KINDS: tuple[FlagKind, ...] = get_args(FlagKind)
SATURDAY = 5
"""As `datetime.weekday` counts."""
UNIT_STAGES: tuple[Stage, ...] = (*BOOK_STAGES, "entered", "attached", "reviewed")
"""Stages that a unit moves by itself."""


@dataclass(frozen=True)
class Case:
    """What rules look at: a season with what was found of it."""

    season: Season
    rules: Rules
    roadmaps: Roadmaps
    rhythm: Rhythm
    standings: Mapping[Stage, Standing]
    entry: Forecast
    transfer: Forecast

    @property
    def judged(self) -> Flags:
        """Registries with a quota that were read."""
        quota = self.season.units.quota
        return self.read & np.isfinite(quota) & (quota > 0)

    @property
    def read(self) -> Flags:
        """Registries that were read for this close."""
        return np.isfinite(self.season.done["entered"][:, -1])

    @property
    def day(self) -> int:
        """Day of the campaign that the close is of, 1 on its first."""
        zone = self.rules.campaign.timezone
        last = (self.season.as_of.astimezone(zone).timestamp() - self.season.start.timestamp() - 1) // 86_400
        return int(last) + 1


@dataclass(frozen=True)
class Raised:
    """What a rule finds: who is to be flagged, who stays flagged, and the figures, an element per registry."""

    on: Flags
    stays: Flags
    figures: Mapping[str, Floats | tuple[Figure, ...]]
    stage: tuple[Stage | None, ...] | Stage | None = None
    owner: tuple[FlagOwner, ...] | FlagOwner = "unit"


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


def moved_since_start(season: Season) -> Flags:
    """Registries in which anything was done in any stage since the campaign's first instant, as far as is known."""
    moved = np.zeros(len(season.units.codes), dtype=bool)
    for stage in STAGES:
        done = season.done[stage]
        opened = opening_of(season, stage)
        if stage not in season.opening and (stage in BOOK_STAGES or season.opening):
            # What stood there at the first close may be from before: only what came after it is movement.
            opened = np.nanmin(np.where(np.isfinite(done), done, np.inf), axis=1)
        highest = np.nanmax(np.where(np.isfinite(done), done, -np.inf), axis=1)
        moved |= highest > opened
    return moved


def stalled(case: Case) -> Raised:
    """Begun, and in the first stage of entering, attaching, reviewing that is not finished hardly a case for closes."""
    season, rule = case.season, case.rules.pace.stalled
    stages: tuple[Stage, ...] = ("entered", "attached", "reviewed")
    at = np.select([~finished(season, stage, rule.below_share) for stage in stages], [0, 1, 2], 3)
    begun = moved_since_start(season) & case.judged & (season.done["entered"][:, -1] > 0) & (at < 3)
    done = np.stack([season.done[stage] for stage in (*stages, "reviewed")])[at, np.arange(len(at))]
    still, moved = _still(done, rule.closes, rule.share * season.units.work)
    earlier, _ = _still(done[:, :-1], rule.closes, rule.share * season.units.work)
    figures = {
        "quota": season.units.quota,
        "work": season.units.work,
        "done": done[:, -1],
        "moved": moved,
        "closes": np.full(len(at), float(rule.closes)),
    }
    names = tuple((*stages, None)[place] for place in at)
    return Raised(begun & still, begun & (still | earlier), figures, names)


def _still(done: Floats, closes: int, at_most: Floats) -> tuple[Flags, Floats]:
    """Whether no more than so much was done in each of the last closes together, and how much was."""
    if done.shape[1] <= closes:
        return np.zeros(len(done), dtype=bool), np.full(len(done), np.nan)
    moved = done[:, -1] - done[:, -1 - closes]
    return np.isfinite(moved) & (moved <= at_most), moved


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
    """
    return _will_miss(case, "received", case.transfer, case.season.handed[:, -1])


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


def report_mismatch(case: Case) -> Raised:
    """The registry has reported more than was measured, days in a row; quiet closes let go."""
    over = np.nan_to_num(case.season.over_reported)
    days = case.rules.pace.report_mismatch.days
    on = case.judged & (over[:, -1] >= days)
    lately = (over[:, -case.rules.pace.quiet_closes :] >= days).any(axis=1)
    return Raised(on, case.judged & lately, {"days": over[:, -1]})


def error_rate(case: Case) -> Raised:
    """Refusals that the unit can correct are above what its number of answers lets chance explain."""
    season, rule = case.season, case.rules.pace.error_rate
    closes = min(case.rules.pace.quiet_closes, len(season.keys))
    found = [_funnel_at(season, -1 - n, rule.answered) for n in range(closes)]
    now = found[0]
    _, limit = now.limits(rule.on)
    on = case.judged & _out_of_line(now, rule.on, rule.rate)
    stays = case.judged & np.any([_out_of_line(one, rule.off, rule.rate) for one in found], axis=0)
    figures = {
        "refused": season.refused[:, -1],
        "answered": season.answered[:, -1],
        "rate": now.rate,
        "centre": np.full(len(on), now.centre),
        "limit": limit,
        "sigmas": now.sigmas,
    }
    return Raised(on, stays, figures, "received")


def _funnel_at(season: Season, close: int, answered: int) -> Funnel:
    volume = season.answered[:, close]
    return funnel(season.refused[:, close], np.where(volume >= answered, volume, np.nan))


def _out_of_line(found: Funnel, sigmas: float, rate: float) -> Flags:
    return (np.nan_to_num(found.sigmas) > sigmas) & (np.nan_to_num(found.rate) >= rate)


def too_good(case: Case) -> Raised:
    """A day's cases are many times what is usual in the province: by work, and by people where they are told."""
    season, rule = case.season, case.rules.pace.too_good
    weights = case.rhythm.weights(edges_of(season))  # late on, what the few at work do says nothing of days
    done = np.concatenate([opening_of(season, "entered")[:, None], season.done["entered"]], axis=1)
    daily = np.diff(done, axis=1)
    per_day = daily / np.where(weights > 0, weights, np.nan)
    busy = done[:, :-1] < case.rules.pace.finished_share * season.units.work[:, None]
    by_work = per_day / np.where(season.units.work > 0, season.units.work, np.nan)[:, None]
    people = np.where(season.people > 0, season.people, np.nan)
    by_person = per_day / people
    usual = _usual(by_work[busy]), _usual(by_person[busy])
    times = np.fmin(by_work / usual[0], np.where(np.isfinite(by_person), by_person / usual[1], np.inf))
    times = np.where(daily >= rule.cases, np.nan_to_num(times, posinf=0.0), 0.0)
    on = case.judged & (times[:, -1] >= rule.on)
    stays = case.judged & (times[:, -case.rules.pace.quiet_closes :] >= rule.off).any(axis=1)
    figures = {
        "cases": daily[:, -1],
        "work": season.units.work,
        "times": times[:, -1],
        "people": season.people[:, -1],
        "per_person": by_person[:, -1],
        "usual_per_person": np.full(len(on), usual[1]),
    }
    return Raised(on, stays, figures, "entered")


def _usual(values: Floats) -> float:
    shown = values[np.isfinite(values) & (values > 0)]
    return float(np.median(shown)) if len(shown) else float("nan")


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
