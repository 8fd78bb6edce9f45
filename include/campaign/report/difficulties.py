"""Difficulties in the day's papers: new, overdue, cleared, and what is asked of whom. Never in what is public."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from sqlalchemy import RowMapping

from include.campaign.plan.difficulties import DifficultyKind


@dataclass(frozen=True)
class DifficultyLine:
    """One difficulty of a registry; `said` is redacted. `until`: day by whose end its owner is to have cleared it."""

    difficulty_id: int
    registry: str
    kind: str
    kind_name: str
    owner: str
    said: str | None
    opened_on: date
    until: date
    closed_why: str | None = None


@dataclass(frozen=True)
class Request:
    """What is asked of an owner, for which registries (kiến nghị)."""

    owner: str
    kind_name: str
    asked: str
    registries: tuple[str, ...]


@dataclass(frozen=True)
class KindCount:
    """A kind of difficulty in numbers: open in all, of these new and overdue; cleared since the close before."""

    kind_name: str
    owner: str
    open: int
    new: int
    overdue: int
    cleared: int


@dataclass(frozen=True)
class DifficultiesBlock:
    """To the Department of the province, and to a district of its own."""

    kind: ClassVar[str] = "difficulties"

    counts: tuple[KindCount, ...]
    new: tuple[DifficultyLine, ...]
    overdue: tuple[DifficultyLine, ...]
    standing: tuple[DifficultyLine, ...]
    """Neither new nor overdue."""
    cleared: tuple[DifficultyLine, ...]
    requests: tuple[Request, ...]


def difficulties_block(
    rows: Iterable[RowMapping], kinds: Mapping[str, DifficultyKind], area_code: str | None = None
) -> DifficultiesBlock | None:
    """What papers say of difficulties; None where there is nothing.

    Args:
        rows: of `ladder/select_report_difficulties`.
        kinds: the plan's.
        area_code: of one area only.
    """
    chosen = [row for row in rows if area_code in (None, row["area_code"])]
    if not chosen:
        return None
    names = {row["kind"]: kinds[row["kind"]].name_vi if row["kind"] in kinds else row["kind"] for row in chosen}
    lines = {
        state: tuple(difficulty_line(row, names[row["kind"]]) for row in chosen if row["state"] == state)
        for state in ("new", "overdue", "open", "closed")
    }
    counts = [_count(kind, names[kind], [row for row in chosen if row["kind"] == kind]) for kind in names]
    return DifficultiesBlock(
        counts=tuple(sorted(counts, key=lambda count: (-count.open, -count.cleared, count.kind_name))),
        new=lines["new"],
        overdue=tuple(sorted(lines["overdue"], key=lambda line: (line.until, line.registry))),
        standing=lines["open"],
        cleared=lines["closed"],
        requests=_requests([row for row in chosen if row["state"] != "closed"], kinds),
    )


def difficulty_line(row: RowMapping, kind_name: str) -> DifficultyLine:
    """One row of `ladder/select_report_difficulties`."""
    return DifficultyLine(
        difficulty_id=row["difficulty_id"],
        registry=row["full_name"],
        kind=row["kind"],
        kind_name=kind_name,
        owner=row["owner"],
        said=row["said"],
        opened_on=row["opened_on"],
        until=row["due_day"],
        closed_why=row["closed_why"],
    )


def _count(kind: str, name: str, rows: list[RowMapping]) -> KindCount:
    states = [row["state"] for row in rows]
    return KindCount(
        kind_name=name,
        owner=rows[0]["owner"],
        open=len(states) - states.count("closed"),
        new=states.count("new"),
        overdue=states.count("overdue"),
        cleared=states.count("closed"),
    )


def _requests(rows: list[RowMapping], kinds: Mapping[str, DifficultyKind]) -> tuple[Request, ...]:
    """Asked is for what is more than one day's remark, or overdue; most registries first."""
    asked: dict[str, list[str]] = {}
    for row in rows:
        if row["kind"] in kinds and row["owner"] != "unit" and (row["confirmed"] or row["state"] == "overdue"):
            asked.setdefault(row["kind"], []).append(row["full_name"])
    requests = [
        Request(kinds[kind].owner, kinds[kind].name_vi, kinds[kind].request_vi, tuple(sorted(names)))
        for kind, names in asked.items()
    ]
    return tuple(sorted(requests, key=lambda request: (-len(request.registries), request.kind_name)))
