"""How early and how rightly registries were flagged, and how often what was foretold came true; counts that add up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from include.campaign.pace.season import Flags, Floats, Units
from include.rehearsal.instants import DAY, seconds
from include.rehearsal.misses import FINISHED_SHARE, Outcome
from include.rehearsal.study.blame import CLIMBED, Blamed
from include.rehearsal.study.evenings import Judged
from include.rehearsal.study.sight import Sight

MISS = "will_miss_entry"
CHANCES = (0.05, 0.2, 0.4, 0.6, 0.8, 0.95)
"""Between these lie the groups of chances that are held against what came."""
TRANSFER_DAYS = (6, 10, 14, 18)
NEARLY = 0.95
"""Of receiving: all but refusals and single papers (`will_miss.handed_share` of the plan)."""
MADE, RECEIVED, RECEIVED_NEARLY = "entered", "received", "received, all but a twentieth"
DAYS = (4, 6, 8)
"""Days of the campaign, the first being 1, at whose close flags are held against the world."""
STANDING, EVER, NAIVE = "flagged on that evening", "flagged by that evening", "naive line"
CEILING = "who knows all but the days to come"
WAYS = (STANDING, EVER, NAIVE, CEILING)
TOLD_TWICE = "a registry told twice to one address in an evening"
LEVEL_TWICE = "a level told twice in an episode"
SCOPES = ("registry", "registry still at work then", "district", "province")

Key = tuple[str | int, ...]
Tally = dict[Key, float]
"""Counts and sums by name; those of several provinces are added."""


@dataclass(frozen=True)
class Played:
    """A campaign that was judged, and what the world knows of it.

    Attributes:
        sight: what the system saw.
        evenings: one per close.
        outcomes: of every registry's entry work.
        foreseen: by day of `DAYS`, registries that miss to one who knows all but the days to come (`ceiling`).
        blamed: by cause, the steps that would not be without it.
        deadline: the milestone of entry (seconds since the epoch).
    """

    sight: Sight
    evenings: Sequence[Judged]
    outcomes: Sequence[Outcome]
    foreseen: Mapping[int, Flags]
    blamed: Mapping[str, Sequence[Blamed]]
    deadline: int

    @property
    def counted(self) -> Flags:
        """Registries that have a quota of their own: only they are scored."""
        return has_quota(self.sight.units)

    @property
    def misses_alone(self) -> Flags:
        """Registries that would miss the milestone if no help came."""
        return np.array([outcome.misses_alone for outcome in self.outcomes])


def has_quota(units: Units) -> Flags:
    """Registries with a quota that was given to them."""
    return units.own_quota & ~np.isnan(units.quota)


def tally_of(played: Played) -> Tally:
    """All counts of one campaign."""
    parts = (
        _early(played),
        _chances(played),
        _reliability(played),
        _intervals(played),
        _finishes(played),
        _evenings(played),
        _blamed(played),
    )
    found: Tally = {}
    for key, count in chain(*parts):
        found[key] = found.get(key, 0.0) + count
    return found


def added(tallies: Iterable[Tally]) -> Tally:
    """The sum of several."""
    found: Tally = {}
    for tally in tallies:
        for key, count in tally.items():
            found[key] = found.get(key, 0.0) + count
    return found


Counted = Iterator[tuple[Key, float]]


def _flagged(played: Played, number: int) -> Flags:
    """Registries that are told at a close that they will miss the milestone."""
    told = {flag.registry_code for flag in played.evenings[number].judgement.flags if flag.kind == MISS}
    return np.array([code in told for code in played.sight.units.codes])


def _days_left(played: Played, number: int) -> float:
    return (played.deadline - seconds(played.sight.closes[number].as_of)) / DAY


def naive_misses(played: Played, number: int) -> Flags:
    """Registries that a straight line from the start brings to the end of their work after the milestone only."""
    entry, registries = played.evenings[number].judgement.entry, len(played.sight.units.codes)
    return (entry.remaining[:registries] > 0) & (entry.naive[:registries] > _days_left(played, number))


def _early(played: Played) -> Counted:
    counted, misses = played.counted, played.misses_alone
    ever = np.zeros_like(counted)
    for number in range(max(DAYS)):
        standing = _flagged(played, number)
        ever |= standing
        if number + 1 not in DAYS:
            continue
        day = number + 1
        found = (standing, ever, naive_misses(played, number), played.foreseen[day])
        for way, flagged in zip(WAYS, found, strict=True):
            yield ("early", way, day, "miss"), float((counted & misses).sum())
            yield ("early", way, day, "hit"), float((counted & misses & flagged).sum())
            yield ("early", way, day, "flagged"), float((counted & flagged).sum())


def _chances(played: Played) -> Counted:
    """Squared errors of the chance of making the milestone, and of the naive line's yes or no."""
    makes = ~played.misses_alone
    for day in DAYS:
        chance = played.evenings[day - 1].judgement.entry.chance[: len(makes)]
        known = played.counted & ~np.isnan(chance)
        naive = ~naive_misses(played, day - 1)
        yield ("brier", "chance", day), float(((chance - makes)[known] ** 2).sum())
        yield ("brier", "naive", day), float((naive != makes)[known].sum())
        yield ("brier", "n", day), float(known.sum())


def _reliability(played: Played) -> Counted:
    """By what was told: of how many registries a milestone was made that was foretold with such a chance."""
    units, received = played.sight.units, played.sight.truth["received"][:, -1]
    outcomes = [
        (MADE, DAYS, ~played.misses_alone),
        (RECEIVED, TRANSFER_DAYS, received >= FINISHED_SHARE * units.work),
        (RECEIVED_NEARLY, TRANSFER_DAYS, received >= NEARLY * units.work),
    ]
    for what, days, came in outcomes:
        for day in days:
            judgement = played.evenings[day - 1].judgement
            chance = (judgement.entry if what == MADE else judgement.transfer).chance[: len(came)]
            group = np.searchsorted(CHANCES, chance, side="right")
            for place in range(len(CHANCES) + 1):
                told = played.counted & ~np.isnan(chance) & (group == place)
                yield ("reliability", what, day, place, "n"), float(told.sum())
                yield ("reliability", what, day, place, "came"), float((told & came).sum())


def _intervals(played: Played) -> Counted:
    """Whether later closes fell into what was foretold of them, by how many closes later; unfinished work only.

    Counted is up to the work: whether a finished unit goes on to its last paper is no question of its pace.
    """
    sight = played.sight
    places = {close.key: number for number, close in enumerate(sight.closes)}
    enough = FINISHED_SHARE * _by_unit(sight, sight.units.work[:, None])[:, 0]
    came = np.minimum(_by_unit(sight, sight.figures["entered"]), enough[:, None])
    for number, evening in enumerate(played.evenings):
        for interval in evening.judgement.intervals:
            if interval.key not in places:
                continue
            entered = came[:, places[interval.key]]
            low, middle, high, naive = (
                np.minimum(end, enough) for end in (interval.low, interval.middle, interval.high, interval.naive)
            )
            known = (evening.judgement.entry.remaining > 0) & ~np.isnan(entered) & ~np.isnan(low)
            for scope, units in _scopes(played, entered < enough).items():
                scored = known & units
                counts = {
                    "n": scored,
                    "held": scored & (low <= entered) & (entered <= high),
                    "below": scored & (entered < low),
                }
                for what, those in counts.items():
                    yield ("interval", scope, interval.ahead, what), float(those.sum())
                    if scope == SCOPES[1]:
                        yield ("interval of", number + 1, interval.ahead, what), float(those.sum())
                name = ("interval", scope, interval.ahead)
                yield (*name, "cases"), float(entered[scored].sum())
                yield (*name, "middle"), float(np.abs(middle - entered)[scored].sum())
                yield (*name, "naive"), float(np.abs(naive - entered)[scored].sum())


def _by_unit(sight: Sight, figures: Floats) -> Floats:
    """Rows of the registries, then of the areas, then of the province.

    A sum is of the registries with a quota, and unknown where a part of it is.
    """
    counted = np.where(np.isnan(sight.units.quota)[:, None], 0.0, figures)
    areas = [counted[sight.units.area == area].sum(axis=0) for area in range(len(sight.units.area_codes))]
    return np.vstack([figures, *areas, counted.sum(axis=0)])


def _scopes(played: Played, working: Flags) -> dict[str, Flags]:
    """Which units, in the order of a forecast, are scored under which name; `working`: not finished by the close."""
    registries, areas = len(played.counted), len(played.sight.units.area_codes)
    kinds = np.repeat([0, 2, 3], [registries, areas, 1])
    counted = np.concatenate([played.counted, np.ones(areas + 1, dtype=bool)])
    return {
        SCOPES[0]: (kinds == 0) & counted,
        SCOPES[1]: (kinds == 0) & counted & working,
        SCOPES[2]: kinds == 2,
        SCOPES[3]: kinds == 3,
    }


def _finishes(played: Played) -> Counted:
    """Of registries unfinished on a day, how many were done within the days that half, or 85 %, of the courses took."""
    sight = played.sight
    enough = np.array([outcome.enough for outcome in played.outcomes])
    for day in DAYS:
        forecast = played.evenings[day - 1].judgement.entry
        as_of = seconds(sight.closes[day - 1].as_of)
        for name, days in (("p50", forecast.p50), ("p85", forecast.p85)):
            within = days[: len(enough)]
            scored = played.counted & (forecast.remaining[: len(enough)] > 0) & np.isfinite(within)
            by = as_of + within * DAY
            scored &= by <= seconds(sight.closes[-1].as_of)
            yield ("finish", name, day, "n"), float(scored.sum())
            yield ("finish", name, day, "held"), float((scored & (_entered_at(sight, by) >= enough)).sum())


def _entered_at(sight: Sight, instants: Floats) -> Floats:
    """Cases entered by an instant of its own for each registry, between two closes in proportion."""
    closes = np.array([seconds(close.as_of) for close in sight.closes], dtype=np.float64)
    rows = zip(instants, sight.truth["entered"], strict=True)
    return np.array([np.interp(instant, closes, entered) for instant, entered in rows])


def _evenings(played: Played) -> Counted:
    """Flags by kind, and what the ladder did, evening by evening."""
    for close, evening in zip(played.sight.closes, played.evenings, strict=True):
        for flag in evening.judgement.flags:
            yield ("flags", close.key, flag.kind), 1.0
        yield ("evening", close.key, str(evening.decision.verdict)), 1.0
        for step in evening.decision.steps:
            yield ("steps", close.key, step.level), 1.0
        yield ("steps", close.key, "end"), float(len(evening.decision.ends))
        yield ("steps", close.key, "addresses"), float(len({address for address, _ in evening.told}))
        yield ("twice", TOLD_TWICE), float(len(evening.told) - len(set(evening.told)))
    levels = [
        (step.registry_code, step.episode, step.level)
        for evening in played.evenings
        for step in evening.decision.steps
        if step.level in CLIMBED
    ]
    yield ("twice", LEVEL_TWICE), float(len(levels) - len(set(levels)))
    yield ("provinces",), 1.0


def _blamed(played: Played) -> Counted:
    for cause, steps in played.blamed.items():
        yield ("blamed", cause), float(len(steps))
        for one in steps:
            yield ("blamed for", cause, ", ".join(one.kinds), one.step.close_key), 1.0
