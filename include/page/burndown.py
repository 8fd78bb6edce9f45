"""Duplicates left to be decided, close by close, as a line per district. Pure: no database, no HTML."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import RowMapping

WIDTH, HEIGHT = 120, 24


@dataclass(frozen=True)
class BurnLine:
    """The province or a unit just below it: its duplicates at the newest close, and what was left at each.

    Attributes:
        name: of the unit.
        known, remaining, proposed, decided: as in the Department's report.
        points: of an SVG polyline in WIDTH x HEIGHT; nothing left lies at the bottom.
    """

    name: str
    known: int
    remaining: int
    proposed: int
    decided: int
    points: str


def burn_lines(rows: Iterable[RowMapping], province: str) -> tuple[BurnLine, ...]:
    """The province first, then its units with the most left first; empty where there never was a duplicate.

    Args:
        rows: rows of `duplicates/select_burndown`, of all closes.
        province: its name.
    """
    by_area: dict[tuple[str, str], list[RowMapping]] = {}
    for row in rows:
        by_area.setdefault((row["area_code"], row["full_name"]), []).append(row)
    everything = [row for of in by_area.values() for row in of]
    areas = [_line(name, of) for (_, name), of in by_area.items()]
    whole = _line(province, everything)
    if not whole.known:
        return ()
    return whole, *sorted((area for area in areas if area.known), key=lambda area: (-area.remaining, area.name))


def _line(name: str, rows: list[RowMapping]) -> BurnLine:
    left: dict[str, int] = {}
    for row in rows:
        left[row["close_key"]] = left.get(row["close_key"], 0) + row["remaining"]
    newest = [row for row in rows if row["close_key"] == max(left)]
    known, remaining, proposed, decided = (
        sum(row[column] for row in newest) for column in ("known", "remaining", "proposed", "decided_so_far")
    )
    return BurnLine(name, known, remaining, proposed, decided, _points([left[key] for key in sorted(left)]))


def _points(values: list[int]) -> str:
    highest, steps = max([*values, 1]), max(len(values) - 1, 1)
    return " ".join(
        f"{place * WIDTH / steps:.1f},{1 + (HEIGHT - 2) * (1 - value / highest):.1f}"
        for place, value in enumerate(values)
    )
