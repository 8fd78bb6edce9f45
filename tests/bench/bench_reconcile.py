"""Every entry held against every receipt, both ways, 3 % of them differing: our pairing and classes against reladiff.

reladiff gets the two sides as tables with the natural key as their primary key, ready to compare; it says which keys
differ, and neither matches by reference or sender nor says what a difference is. Where both tables lie in one database
it joins them ("joindiff"); across databases, where registries and ledger really are, it compares checksums
("hashdiff").
"""

from __future__ import annotations

import time
from operator import itemgetter
from typing import Any

import pytest
from sqlalchemy import Connection, text

from include.campaign.days import Calendar
from include.campaign.endpoint import Endpoint
from include.campaign.plan import Plan, load_plan
from include.campaign.reconcile import close_days, closing, open_close
from include.campaign.warehouse import engine
from include.local.postgres import Server
from tests.bench.conftest import CASES, ROOT, SCALE, Ratios, campaign_database, rival, url

ENTRIES_IN_BOOK = 100
REPEATS = {0.1: 5, 1: 3, 4: 2}
"""Size, as a multiple of the scale, to how often it is closed: the quickest counts, since other work only slows."""

SIZES = tuple(REPEATS)

_BOOKS = """
insert into mirror.book (registry_code, book_id, register, opened_year, book_no, opened_by, phase, since)
select registry_code, n, 'KS', 1950 + n % 56, lpad((n / 56 + 1)::text, 3, '0'), registry_code, 2, 1
from plan.registry cross join generate_series(1, :books) as n
"""
# Of a hundred entries one was accepted but never received, one was received without an answer, and one receipt bears
# another number: 3 % differ.
_ENTRIES = """
insert into mirror.entry (
    registry_code, entry_id, book_id, entry_no, entered_at, defects, t_state, t_attempts, t_ministry_ref, since
)
select
    registry_code, book_id * 1000 + n, book_id, n::text, '2025-03-01 08:00+07', '{}',
    case when n = 2 then 'sent' else 'accepted' end, 1,
    case when n != 2 then concat_ws('-', registry_code, book_id, n) end, 1
from mirror.book cross join generate_series(1, :entries) as n
order by registry_code, book_id, n
"""
_RECEIPTS = """
insert into mirror.receipt (
    receipt_id, ministry_ref, unit_code, register, opened_year, book_no, entry_no, received_at, since
)
select
    row_number() over (), concat_ws('-', b.registry_code, b.book_id, case when n = 3 then 'other' else n::text end),
    b.registry_code, b.register, b.opened_year, b.book_no, case when n = 3 then 'x3' else n::text end,
    '2025-03-01 10:00+07', 1
from mirror.book as b cross join generate_series(2, :entries) as n
"""
_READINGS = """
insert into pull.reading (source_code, attempt_key, close_key, read_at, outcome)
select source_code, 'bench', :close_key, :as_of, 'ok'
from (select registry_code as source_code from plan.registry union all select 'ministry') as source
"""
# reladiff's two sides: the mirror itself (entries need their book's part of the key, so it is a view); the same as
# tables made for it, with the key as primary key; and these with a key of whole numbers, which it splits best and which
# real numbers ("12/2004", "02A") are not. Making the tables is not counted.
_SIDES = """
create schema rival;
create view rival.entry_of_the_mirror as
select b.opened_by as unit, b.register, b.opened_year as year, b.book_no as book, e.entry_no as number,
    coalesce(e.t_ministry_ref, '') as ref
from mirror.entry as e inner join mirror.book as b using (registry_code, book_id);
create view rival.receipt_of_the_mirror as
select unit_code as unit, register, opened_year as year, book_no as book, entry_no as number, ministry_ref as ref
from mirror.receipt;
create table rival.entry_as_written as select * from rival.entry_of_the_mirror;
create table rival.receipt_as_written as select * from rival.receipt_of_the_mirror;
create table rival.entry_in_numbers as
select unit::integer, year::integer, book::integer, number::integer, ref from rival.entry_as_written;
create table rival.receipt_in_numbers as
select unit::integer, year::integer, book::integer, replace(number, 'x', '50')::integer as number, ref
from rival.receipt_as_written;
alter table rival.entry_as_written add primary key (unit, register, year, book, number);
alter table rival.receipt_as_written add primary key (unit, register, year, book, number);
alter table rival.entry_in_numbers add primary key (unit, year, book, number);
alter table rival.receipt_in_numbers add primary key (unit, year, book, number);
analyze rival.entry_as_written, rival.receipt_as_written, rival.entry_in_numbers, rival.receipt_in_numbers;
"""
_KEYS = {
    "of_the_mirror": ["unit", "register", "year", "book", "number"],
    "as_written": ["unit", "register", "year", "book", "number"],
    "in_numbers": ["unit", "year", "book", "number"],
}
_FORMS = {"of_the_mirror": "the mirror itself", "as_written": "own tables", "in_numbers": "own tables, whole numbers"}


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load_plan(ROOT / "include" / "plan")


def fill(conn: Connection, plan: Plan, calendar: Calendar, size: float) -> int:
    """A mirror of about `size` times the province, and readings that say so; returns its entries."""
    close = calendar.closes()[0]
    open_close(conn, plan, calendar, close, "bench", close.as_of)
    books = max(1, round(CASES * size / len(plan.registries) / ENTRIES_IN_BOOK))
    conn.execute(text(_BOOKS), {"books": books})
    conn.execute(text(_ENTRIES), {"entries": ENTRIES_IN_BOOK})
    conn.execute(text(_RECEIPTS), {"entries": ENTRIES_IN_BOOK})
    conn.execute(text(_READINGS), {"close_key": close.key, "as_of": close.as_of})
    return books * ENTRIES_IN_BOOK * len(plan.registries)


def close_first_day(
    campaign: Endpoint, calendar: Calendar, monkeypatch: pytest.MonkeyPatch
) -> tuple[float, float, dict[str, int]]:
    """Seconds until every entry and receipt has its class, seconds of the whole close, and the classes. Rolled back."""
    close = calendar.closes()[0]
    classed: list[float] = []
    fetch = closing.fetch

    def noting(conn: Connection, name: str, /, **parameters: Any) -> Any:
        if name == "select_open_sums":  # the first thing that is asked of the classes
            classed.append(time.perf_counter())
        return fetch(conn, name, **parameters)

    with monkeypatch.context() as patch, engine(campaign).connect() as conn:
        patch.setattr(closing, "fetch", noting)
        began = time.perf_counter()
        close_days(conn, calendar, [close], "bench", close.as_of)
        whole = time.perf_counter() - began
        classes = conn.execute(text("select class, sum(items)::integer from closing.class_count group by class")).all()
        assert conn.execute(text("select held_why from closing.close")).all() == [(None,)]
        conn.rollback()
    return classed[0] - began, whole, dict(classes)


def test_both_ways(warehouse_server: Server, plan: Plan, ratios: Ratios, monkeypatch: pytest.MonkeyPatch) -> None:
    calendar = Calendar(plan.rules)
    per_row: dict[float, float] = {}
    for size in SIZES:
        with campaign_database(warehouse_server, f"campaign_{str(size).replace('.', '_')}") as campaign:
            with engine(campaign).begin() as conn:
                entries = fill(conn, plan, calendar, size * SCALE)
            with engine(campaign).execution_options(isolation_level="AUTOCOMMIT").connect() as conn:
                conn.execute(text("vacuum analyze"))
            closings = [close_first_day(campaign, calendar, monkeypatch) for _ in range(REPEATS[size])]
            seconds, whole, classes = min(closings, key=itemgetter(0))
            percent = entries // 100
            assert classes == {"E1": 97 * percent, "E2": percent, "E5": 2 * percent, "R1": 98 * percent, "R4": percent}
            per_row[size] = seconds / entries * 1e6
            ratios.told(
                f"{entries:,} entries: pairing and classes; the whole first close",
                f"{seconds:.2f} s; {whole:.2f} s",
            )
            if size == 1:
                against_reladiff(warehouse_server, campaign, seconds, 5 * percent, ratios)
    ratios.told(
        f"microseconds per entry at {', '.join(f'{size:g}x' for size in SIZES)}",
        ", ".join(f"{per_row[size]:.1f}" for size in SIZES),
    )
    ratios.at_most(f"time per entry at {SIZES[-1]:g}x to that at 1x", per_row[SIZES[-1]], per_row[1], 1.25)


def against_reladiff(server: Server, campaign: Endpoint, seconds: float, differing: int, ratios: Ratios) -> None:
    """Every algorithm on either form of the key. `differing` counts rows: a key with two references is two."""
    with engine(campaign).begin() as conn:
        conn.execute(text(_SIDES))
    for form, key in _KEYS.items():
        for algorithm in ("hashdiff", "joindiff"):
            task = {
                "database": url(server, campaign.database),
                "tables": [f"rival.entry_{form}", f"rival.receipt_{form}"],
                "key": key,
                "compare": ["ref"],
                "algorithm": algorithm,
            }
            runs = [rival("reladiff_pair", task) for _ in range(REPEATS[1])]
            assert {found["rows"] for found in runs} == {differing}
            theirs = min(found["seconds"] for found in runs)
            what = f"pairing and classes against reladiff {algorithm}, {_FORMS[form]}"
            ratios.faster(f"{what} ({theirs:.1f} s)", seconds, theirs, 5)
