"""Writing the truth of a close into the database `truth`, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import psycopg

from include.rehearsal.breaks import breaks_of
from include.rehearsal.classes import Classes
from include.rehearsal.failures import remote_of, unsettled_of
from include.rehearsal.reading import Reading
from include.rehearsal.self_reports import Expectation, verdicts_of
from include.rehearsal.truth import DATED, codes_of, figures_of

LEDGER_SOURCE = "ministry"


@dataclass(frozen=True)
class Surroundings:
    """What else is true at a close.

    Attributes:
        weather: registry code → what hides the registry from its readers.
        hidden: registry code → tables, and columns as "table.column", that the registry lacks.
        expected: of the registries' reports of themselves.
        before: key and as_of of the close before, None for the first.
    """

    weather: dict[str, str]
    hidden: dict[str, frozenset[str]]
    expected: Expectation
    before: tuple[str, int] | None


def record_close(conn: psycopg.Connection, key: str, reading: Reading, around: Surroundings) -> None:
    """Record the truth of a close; one that is there already stays as it is.

    Args:
        conn: to the truth database, not in autocommit.
        key: of the close; begins with its day.
        reading: of all sources at its as_of.
        around: what else is true.
    """
    if conn.execute("select 1 from truth.source where close_key = %s limit 1", [key]).fetchone():
        return
    figures = figures_of(reading, reading.at)
    _copy(conn, "figure", ((key, *row, *numbers) for *row, numbers in figures))
    _copy(conn, "code_count", ((key, *row) for one in reading.shown for row in codes_of(one)))
    sources = (*(one.history.code for one in reading.shown), LEDGER_SOURCE)
    shown = {code: around.weather.get(code) for code in sources}
    _copy(conn, "source", ((key, code, weather is None, weather) for code, weather in shown.items()))
    classes = Classes(reading)
    _copy(conn, "class_count", ((key, *group, items) for group, items in classes.counts().items()))
    _copy(conn, "failure_count", ((key, *row) for row in unsettled_of(classes)))
    _copy(conn, "failure", ((key, *row) for row in remote_of(classes)))
    _copy(conn, "break", ((key, *row) for row in breaks_of(classes, around.hidden)))
    _copy(conn, "self_report", _verdicts(key, reading, around))
    if around.before is not None:
        _copy(conn, "restatement", _restatements(conn, key, reading, *around.before))
    conn.commit()


def _copy(conn: psycopg.Connection, table: str, rows: Iterable[tuple[object, ...]]) -> None:
    with conn.cursor().copy(f"copy truth.{table} from stdin".encode()) as copy:
        for row in rows:
            copy.write_row(row)


def _verdicts(key: str, reading: Reading, around: Surroundings) -> Iterable[tuple[object, ...]]:
    """Verdicts on the reports of the close's day and of the day before, which may have come late."""
    epoch, day = date(1970, 1, 1), (date.fromisoformat(key[:10]) - date(1970, 1, 1)).days
    known = set(reading.shown[0].history.reports.date.tolist())
    dates = [one for one in (day - 1, day) if one in known]
    for code, reported, verdict in verdicts_of(reading, around.expected, dates, around.hidden):
        yield key, code, epoch + timedelta(days=reported), verdict


def _restatements(
    conn: psycopg.Connection, key: str, reading: Reading, before: str, as_of: int
) -> list[tuple[object, ...]]:
    """What this reading says otherwise of the dated figures of the close before: from there on seen at this close."""
    columns = ", ".join(DATED)
    known = {
        (code, register, phase): numbers
        for code, register, phase, *numbers in conn.execute(
            f"select registry_code, register, phase, {columns} from truth.figure where close_key = %s".encode(),
            [before],
        )
    }
    return [
        (before, code, register, phase, figure, old, new, key)
        for code, register, phase, numbers in figures_of(reading, as_of)
        for figure, old, new in zip(DATED, known[code, register, phase], numbers[: len(DATED)], strict=True)
        if old != new
    ]
