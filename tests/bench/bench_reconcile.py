"""Every entry held against every receipt, both ways, 3 % of them differing: our pairing and classes against reladiff.

reladiff gets the two sides as tables with the natural key as their primary key, ready to compare; it says which keys
differ, and neither matches by reference or sender nor says what a difference is. Where both tables lie in one database
it joins them ("joindiff"); across databases, where registries and ledger really are, it compares checksums
("hashdiff").
"""

from __future__ import annotations

import time

import pytest
from sqlalchemy import Connection, text

from include.campaign.days import Calendar
from include.campaign.endpoint import Endpoint
from include.campaign.plan import Plan, load_plan
from include.campaign.reconcile import close_days, open_close, pair_receipts
from include.campaign.reconcile.matching import tell_received
from include.campaign.warehouse import engine, run
from include.local.postgres import Server
from tests.bench.conftest import CASES, ROOT, SCALE, Ratios, campaign_database, rival, url

ENTRIES_IN_BOOK = 100
SIZES = (0.1, 1, 4)

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
# reladiff's: the natural key as whole numbers where it can be, which it compares fastest.
_SIDES = """
create schema rival;
create table rival.entry as
select b.registry_code::integer as unit, b.opened_year::integer as year, b.book_no::integer as book,
    e.entry_id::integer % 1000 as number, coalesce(e.t_ministry_ref, '') as ref
from mirror.entry as e inner join mirror.book as b using (registry_code, book_id);
create table rival.receipt as
select unit_code::integer as unit, opened_year::integer as year, book_no::integer as book,
    case when entry_no = 'x3' then 503 else entry_no::integer end as number, ministry_ref as ref
from mirror.receipt;
alter table rival.entry add primary key (unit, year, book, number);
alter table rival.receipt add primary key (unit, year, book, number);
analyze rival.entry;
analyze rival.receipt;
"""


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


def pair_and_class(campaign: Endpoint, calendar: Calendar) -> tuple[float, dict[str, int]]:
    """Seconds of the pairing and the classes, and the classes found; nothing is kept."""
    close = calendar.closes()[0]
    instants = {"as_of": close.as_of, "previous_as_of": None, "starts_at": calendar.starts_at}
    with engine(campaign).connect() as conn:
        began = time.perf_counter()
        pair_receipts(conn)
        tell_received(conn, close.as_of)
        run(conn, "create_counted", **instants)
        run(conn, "create_receipt_classes", as_of=close.as_of)
        seconds = time.perf_counter() - began
        of_entries = conn.execute(text("select class, sum(entries)::integer from counted group by class")).all()
        of_receipts = conn.execute(text("select class, count(*) from receipt_class group by class")).all()
        conn.rollback()
    return seconds, dict([*of_entries, *of_receipts])


def test_both_ways(warehouse_server: Server, plan: Plan, ratios: Ratios) -> None:
    calendar = Calendar(plan.rules)
    close = calendar.closes()[0]
    per_row: dict[float, float] = {}
    for size in SIZES:
        with campaign_database(warehouse_server, f"campaign_{str(size).replace('.', '_')}") as campaign:
            with engine(campaign).begin() as conn:
                entries = fill(conn, plan, calendar, size * SCALE)
            with engine(campaign).execution_options(isolation_level="AUTOCOMMIT").connect() as conn:
                conn.execute(text("vacuum analyze"))
            seconds, classes = pair_and_class(campaign, calendar)
            percent = entries // 100
            assert classes == {"E1": 97 * percent, "E2": percent, "E5": 2 * percent, "R1": 98 * percent, "R4": percent}
            per_row[size] = seconds / entries * 1e6
            ratios.told(f"{entries:,} entries: pairing and classes", f"{seconds:.2f} s, {per_row[size]:.2f} us/row")
            if size == 1:
                whole = time.perf_counter()
                with engine(campaign).begin() as conn:
                    close_days(conn, calendar, [close], "bench", close.as_of)
                ratios.told(f"{entries:,} entries: the whole first close", f"{time.perf_counter() - whole:.2f} s")
                against_reladiff(warehouse_server, campaign, seconds, 4 * percent, ratios)
    ratios.at_most(f"time per row at {SIZES[-1]:g}x of that at 1x", per_row[SIZES[-1]], per_row[1], 1.25)


def against_reladiff(server: Server, campaign: Endpoint, seconds: float, differing: int, ratios: Ratios) -> None:
    """`differing` counts rows on either side: a key on one side is one, a key with another reference two."""
    with engine(campaign).begin() as conn:
        conn.execute(text(_SIDES))
    task = {
        "database": url(server, campaign.database),
        "tables": ["rival.entry", "rival.receipt"],
        "key": ["unit", "year", "book", "number"],
        "compare": ["ref"],
    }
    for algorithm, what in (("hashdiff", "as across databases"), ("joindiff", "both tables in one database")):
        found = rival("reladiff_pair", task | {"algorithm": algorithm})
        ratios.faster(f"both ways, 3 % differing: against reladiff {algorithm} ({what})", seconds, found["seconds"], 5)
        ratios.told(f"... rows that reladiff {algorithm} tells", f"{found['rows']:,} of {differing + differing // 4:,}")
