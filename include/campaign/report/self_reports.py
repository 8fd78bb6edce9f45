"""What a paper says of the registries' daily reports of themselves: how many came, how true, and who says too much."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import RowMapping

# Figures of a report, and what the papers call them (terms.yaml).
_FIGURES = {"books_scanned": "books_scanned", "entered": "entered", "reviewed": "reviewed", "transferred": "received"}


@dataclass(frozen=True)
class ReportedDay:
    """Reports of one day, counted: when they came, and how those that came compare with what was measured."""

    day: date
    on_time: int
    late: int
    missing: int
    matches: int
    over: int
    under: int

    @property
    def judged(self) -> int:
        """Registries that were asked for a report and could be looked at."""
        return self.on_time + self.late + self.missing


@dataclass(frozen=True)
class Overstated:
    """A figure that a report puts too high; `figure` is a term."""

    figure: str
    reported: int
    measured: int


@dataclass(frozen=True)
class OverReport:
    """A registry whose reports say more than was measured on several days in a row."""

    registry: str
    day: date
    days_in_row: int
    figures: tuple[Overstated, ...]


@dataclass(frozen=True)
class SelfReports:
    """Registries' reports of themselves as a close found them, the earlier day first."""

    days: tuple[ReportedDay, ...]
    over_reports: tuple[OverReport, ...]
    """New at this close, and from the second day in a row on: once can be a slip."""
    tolerance_share: Decimal
    tolerance_cases: int


def self_reports(rows: Sequence[RowMapping]) -> SelfReports | None:
    """The block on self-reports; None where no report was due or none could be looked at.

    Args:
        rows: of `select_report_self_reports`, by day.
    """
    if not rows:
        return None
    days = sorted({row["report_date"] for row in rows})
    return SelfReports(
        days=tuple(_day(day, [row for row in rows if row["report_date"] == day]) for day in days),
        over_reports=tuple(_over_report(row) for row in rows if row["named"]),
        tolerance_share=rows[0]["tolerance_share"],
        tolerance_cases=rows[0]["tolerance_cases"],
    )


def newest_due(rows: Sequence[RowMapping]) -> date | None:
    """The newest day whose report was due and looked for."""
    return max((row["report_date"] for row in rows), default=None)


def without_newest(rows: Sequence[RowMapping]) -> frozenset[str]:
    """Codes of the registries that have not handed in the report of the newest day that is due."""
    newest = newest_due(rows)
    missing = (row for row in rows if row["report_date"] == newest and row["verdict"] == "missing")
    return frozenset(row["registry_code"] for row in missing)


def _day(day: date, rows: Sequence[RowMapping]) -> ReportedDay:
    came = Counter(row["verdict"] if row["verdict"] in ("late", "missing") else "on time" for row in rows)
    said = Counter(row["comparison"] for row in rows)
    return ReportedDay(
        day=day,
        on_time=came["on time"],
        late=came["late"],
        missing=came["missing"],
        matches=said["matches"],
        over=said["over"],
        under=said["under"],
    )


def _over_report(row: RowMapping) -> OverReport:
    return OverReport(
        registry=row["full_name"],
        day=row["report_date"],
        days_in_row=row["day_in_row"],
        figures=tuple(
            Overstated(_FIGURES[name], row[f"reported_{name}"], row[f"measured_{name}"]) for name in row["over_figures"]
        ),
    )
