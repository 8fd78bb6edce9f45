"""Reads the season from closed days, has a close judged, and freezes what was found.

Judging reads what was known at the close, is seeded by its key, and changes nothing once people have been told: a past
day that is run again gives the same flags.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy import Connection, RowMapping

from include.campaign.days import TAIL, Calendar, Close
from include.campaign.pace.judgement import Forecast, Judgement
from include.campaign.pace.judging import judge
from include.campaign.pace.roadmap import Roadmaps
from include.campaign.pace.season import STAGES, Floats, Season, Units
from include.campaign.plan import Plan
from include.campaign.plan.fields import Stage
from include.campaign.told import told
from include.campaign.warehouse import fetch, fetch_one, run

DERIVED = "derived"
"""Origin of a quota that was computed from another unit's: not the unit's own."""

FORETOLD: tuple[Stage, ...] = ("entered", "received")
"""Stages whose end is foretold."""

_OPENING: dict[Stage, str] = {"entered": "opening_entered", "received": "opening_received"}
_FIGURES = (
    *STAGES, *_OPENING.values(), "under_way", "refused", "answered", "over_reported", "people", "dropped",
)  # fmt: skip


def judge_close(conn: Connection, plan: Plan, calendar: Calendar, close: Close) -> int:
    """Judge a close and freeze what was found; returns how many flags stand.

    Nobody is judged in the tail (the roadmap has ended) nor by a held close (its figures are in doubt). Once letters of
    the close are in the outbox, what was frozen stays.

    Args:
        conn: campaign database, in a transaction of the caller.
        plan: rules and roadmaps.
        calendar: the campaign's days.
        close: the close, closed before.
    """
    if told(conn, close):
        return len(fetch(conn, "ladder/select_flags", close_key=close.key))
    for kind in ("standings", "forecasts", "intervals", "judged", "backtests", "chance_scores"):
        run(conn, f"pace/delete_{kind}", close_key=close.key)
    run(conn, "delete_flags", close_key=close.key)
    known = fetch_one(conn, "select_close", close_key=close.key)
    if known is None or known["state"] == "held" or close.kind == TAIL:
        return 0
    season = read_season(conn, plan, calendar, close)
    judgement = judge(season, plan.rules, Roadmaps.of(plan), streaks_before(conn, close))
    _freeze(conn, close, season, judgement)
    _score(conn, plan, close, known["baseline"])
    return len(judgement.flags)


def streaks_before(conn: Connection, close: Close) -> Mapping[tuple[str, str], int]:
    """Closes in a row with each flag, by registry and kind, when the registry was looked at last before a close."""
    rows = fetch(conn, "pace/select_streaks", close_key=close.key)
    return {(row["registry_code"], row["kind"]): row["streak"] for row in rows}


def read_season(conn: Connection, plan: Plan, calendar: Calendar, close: Close) -> Season:
    """All closes of the campaign up to one, under the baseline that was in force at it; notes what its books hold.

    A close that was not carried through, or is held, is a column without data.

    Args:
        conn: campaign database, in a transaction of the caller.
        plan: registries and the areas that they are counted in.
        calendar: the campaign's days.
        close: the last of the season; dated figures are as it knew them.

    Raises:
        LookupError: the close was never opened.
    """
    known = fetch_one(conn, "select_close", close_key=close.key)
    if known is None:
        raise LookupError(f"close {close.key} was never opened")
    against = {"close_key": close.key, "baseline": known["baseline"]}
    run(conn, "pace/insert_books", **against)
    run(conn, "pace/delete_tallies", **against)
    run(conn, "pace/insert_tallies", **against)
    run(conn, "pace/insert_tallied", **against)
    rows = fetch(conn, "pace/select_season", **against)
    books = fetch(conn, "pace/select_books", close_key=close.key)
    closes = [one for one in calendar.closes() if one.as_of <= close.as_of]
    codes = tuple(registry.code for registry in plan.registries)
    figures = _figures(rows, codes, [one.key for one in closes])
    return Season(
        units=_units(plan, codes, [row for row in rows if row["close_key"] == close.key], books, figures["entered"]),
        keys=tuple(one.key for one in closes),
        instants=tuple(one.as_of for one in closes),
        start=calendar.starts_at,
        done={stage: figures[stage] for stage in STAGES},
        under_way=figures["under_way"],
        refused=figures["refused"],
        answered=figures["answered"],
        over_reported=figures["over_reported"],
        people=figures["people"],
        # Where the first close is not known, nothing is taken to have been done before.
        opening={stage: np.nan_to_num(figures[name][:, 0]) for stage, name in _OPENING.items()},
        dropped=figures["dropped"],
    )


def _figures(rows: Iterable[RowMapping], codes: Sequence[str], keys: Sequence[str]) -> dict[str, Floats]:
    """Arrays of registries by closes, NaN where nothing is known."""
    figures = {name: np.full((len(codes), len(keys)), np.nan) for name in _FIGURES}
    at, on = {code: place for place, code in enumerate(codes)}, {key: place for place, key in enumerate(keys)}
    for row in rows:
        unit, column = at.get(row["registry_code"]), on.get(row["close_key"])
        if unit is None or column is None:  # of a plan that has changed since
            continue
        for name in _FIGURES:
            if row[name] is not None:
                figures[name][unit, column] = row[name]
    return figures


def _units(
    plan: Plan, codes: tuple[str, ...], today: Iterable[RowMapping], books: Iterable[RowMapping], entered: Floats
) -> Units:
    of_books = {row["registry_code"]: row for row in books}
    progress = {row["registry_code"]: row for row in today}
    districts = {code: plan.district_of(code) for code in codes}
    areas = {code: district.code if district else code for code, district in districts.items()}
    area_codes = tuple(dict.fromkeys(areas.values()))
    quotas = [progress[code]["quota"] if code in progress else None for code in codes]
    holdings = _array([of_books[code]["holdings"] if code in of_books else None for code in codes])
    origins = [progress[code]["origin"] if code in progress else None for code in codes]
    return Units(
        codes=codes,
        area=np.array([area_codes.index(areas[code]) for code in codes], dtype=np.int64),
        area_codes=area_codes,
        quota=_array(quotas),
        own_quota=np.array(
            [quota is not None and origin != DERIVED for quota, origin in zip(quotas, origins, strict=True)]
        ),
        books=_array([of_books[code]["books"] if code in of_books else None for code in codes]),
        # Books hold no less than what was entered from them, whatever their closing pages say.
        holdings=np.where(np.isnan(holdings), np.nan, np.fmax(holdings, np.fmax.reduce(entered, axis=1))),
    )


def _array(values: Sequence[int | None]) -> Floats:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _freeze(conn: Connection, close: Close, season: Season, judgement: Judgement) -> None:
    codes = list(season.units.codes)
    key = {"close_key": close.key}
    run(
        conn,
        "pace/insert_judged",
        codes=codes,
        known=(~np.isnan(season.done["entered"][:, -1])).tolist(),
        judged=judgement.judged.tolist(),
        apart=(~season.units.own_quota).tolist(),
        bottlenecks=list(judgement.bottleneck),
        **key,
    )
    for stage, standing in judgement.standings.items():
        run(
            conn,
            "pace/insert_standings",
            codes=codes,
            stage=stage,
            planned=_known(standing.planned),
            done=_known(standing.done),
            planned_days=_known(standing.planned_days),
            earned_days=_known(standing.earned_days),
            **key,
        )
    _freeze_forecast(conn, close, season.units, "entered", judgement.entry)
    _freeze_forecast(conn, close, season.units, "received", judgement.transfer)
    for interval in judgement.intervals:
        some = ~np.isnan(interval.low)
        units = [unit for unit, here in zip(_scopes(season.units, judgement.entry), some, strict=True) if here]
        run(
            conn,
            "pace/insert_intervals",
            for_key=interval.key,
            ahead=interval.ahead,
            codes=[code for code, _ in units],
            scopes=[scope for _, scope in units],
            low=_known(interval.low[some]),
            middle=_known(interval.middle[some]),
            high=_known(interval.high[some]),
            naive=_known(interval.naive[some]),
            **key,
        )
    flags = judgement.flags
    run(
        conn,
        "pace/insert_flags",
        codes=[flag.registry_code for flag in flags],
        kinds=[flag.kind for flag in flags],
        stages=[flag.stage for flag in flags],
        owners=[flag.owner for flag in flags],
        streaks=[flag.streak for flag in flags],
        figures=[_as_json(flag.figures) for flag in flags],
        **key,
    )


def _score(conn: Connection, plan: Plan, close: Close, baseline: str) -> None:
    """Hold what was foretold at earlier closes against what came; chances once it is known who made the milestone."""
    run(conn, "pace/insert_backtests", close_key=close.key, baseline=baseline)
    for stage, milestone in Roadmaps.of(plan).milestones.items():
        if stage in FORETOLD and milestone <= close.as_of:
            run(conn, "pace/insert_chance_score", close_key=close.key, stage=stage, milestone=milestone)


def _scopes(units: Units, found: Forecast) -> list[tuple[str, str]]:
    """Code and scope of each unit that a forecast is of: registries, units just below the province, the province."""
    scopes = ["registry"] * len(units.codes) + ["area"] * len(units.area_codes) + ["province"]
    return list(zip(found.codes, scopes, strict=True))


def _freeze_forecast(conn: Connection, close: Close, units: Units, stage: str, found: Forecast) -> None:
    of = _scopes(units, found)
    run(
        conn,
        "pace/insert_forecasts",
        close_key=close.key,
        stage=stage,
        codes=[code for code, _ in of],
        scopes=[scope for _, scope in of],
        remaining=_known(found.remaining),
        pace_per_day=_known(found.pace_per_day),
        needed_per_day=_known(found.needed_per_day),
        p50_days=_known(found.p50),
        p85_days=_known(found.p85),
        chance=_known(found.chance),
        days_used=found.days_used.tolist(),
        shrunk=found.shrunk.tolist(),
        naive_days=_known(found.naive),
    )


def _known(values: Floats) -> list[float | None]:
    """Null where nothing is known. Infinity stays: it says "beyond what can be told"."""
    return [None if math.isnan(value) else value for value in values.tolist()]


def _as_json(figures: Mapping[str, Any]) -> str:
    """JSON has no NaN and no infinity: what is not a number is told as null."""
    return json.dumps(
        {
            name: None if isinstance(value, float) and not math.isfinite(value) else _plain(value)
            for name, value in figures.items()
        },
        ensure_ascii=False,
    )


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
