"""A province's failed transfers decided about and put back, to the bare calls that put the same ones back.

27,000 duplicates and 50,000 failures of every other outcome among 851,831 entries, over 129 registries. The duplicates
are made cases, their partners found, proposed by one person in bulk and confirmed by another; the rest is decided by
the plan and put back. The bare calls decide nothing, ask no ledger, and record nothing: one call a registry, eight at
once. An ordinary day, with a hundredth of the failures, is told beside it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import asyncpg
import pytest
from sqlalchemy import Connection, text

from include.campaign.days import Calendar
from include.campaign.duplicates import Look, confirm_batch, propose_batch, record_looks
from include.campaign.duplicates.cases import refresh_cases
from include.campaign.endpoint import Endpoint
from include.campaign.plan import Plan, load_plan
from include.campaign.plan.rules import Requeue
from include.campaign.reconcile import open_close
from include.campaign.reconcile.matching import pair_receipts
from include.campaign.transfers import RequeueResult, counts, decide, requeue
from include.campaign.warehouse import engine, fetch, sql
from include.local.postgres import Server
from tests.bench.conftest import CASES, ROOT, SCALE, Ratios, campaign_database, endpoint, timed
from tests.sources import CONTRACT

ENTRIES_IN_BOOK = 100
DUPLICATES, FAILURES = 27_000, 50_000
AT_ONCE = 8
# Of a hundred failures so many are of each kind: state, code, whether they go back now.
KINDS = (
    (60, "failed", "REMOTE_UNAVAILABLE", True),
    (15, "failed", "REMOTE_THROTTLED", True),
    (8, "failed", "REMOTE_TIMEOUT", True),
    (5, "sent", None, True),
    (8, "rejected", "BAD_DATE", False),
    (2, "rejected", "REMOTE_REJECT", False),
    (2, "rejected", "NEVER_SEEN", False),
)
_KINDS = """
create table bench_kind (
    first_place integer, last_place integer, state text, code text
)
"""
# Entries are numbered through all first ones of the books, then all second ones, and so on. Those with the first
# numbers failed, those after them are duplicates, all others were received. A duplicate bears the number of one half a
# book on.
_BOOKS = """
insert into mirror.book (registry_code, book_id, register, opened_year, book_no, opened_by, phase, since)
select registry_code, n, 'KS', 1950 + n % 56, lpad((n / 56 + 1)::text, 3, '0'), registry_code, 2, 1
from plan.registry cross join generate_series(1, :books) as n
"""
_ENTRIES = """
insert into mirror.entry (
    registry_code, entry_id, book_id, entry_no, entered_at, defects, t_state, t_attempts, t_sent_at, t_answered_at,
    t_error_code, t_ministry_ref, since
)
select
    b.registry_code, n, b.book_id, (place + case when k.code = 'DUP_RECORD' then :entries / 2 else 0 end)::text,
    '2025-03-01 08:00+07', '{}', coalesce(k.state, 'accepted'), 1,
    :as_of - interval '5 hours', case when k.state is distinct from 'sent' then :as_of - interval '4 hours' end, k.code,
    case when k.state is null then concat_ws('-', b.registry_code, n) end, 1
from mirror.book as b
cross join generate_series(1, :entries) as place
cross join lateral (values ((place - 1) * :books + b.book_id)) as numbered (n)
left join bench_kind as k on n between k.first_place and k.last_place
"""
_RECEIPTS = """
insert into mirror.receipt (
    receipt_id, ministry_ref, unit_code, register, opened_year, book_no, entry_no, received_at, since
)
select
    row_number() over (), e.t_ministry_ref, e.registry_code, b.register, b.opened_year, b.book_no, e.entry_no,
    cast(:as_of as timestamptz) - interval '4 hours', 1
from mirror.entry as e inner join mirror.book as b using (registry_code, book_id)
where e.t_ministry_ref is not null
"""
_READINGS = """
insert into pull.reading (source_code, attempt_key, read_at, outcome)
select source_code, :attempt, :read_at, 'ok'
from (select registry_code as source_code from plan.registry union all select 'ministry') as source
"""
_FAILED_IN_A_REGISTRY = """
insert into sohoa.book (book_id, register, opened_year, book_no, opened_by, phase) values (1, 'KS', 2004, '01', '1', 2);
insert into sohoa.entry (entry_id, book_id, entry_no) select n, 1, n from generate_series(1, {last}) as n;
insert into sohoa.transfer (entry_id, state, attempts, queued_at, sent_at, answered_at, error_code)
select n, k.state, 1, now(), '2025-03-01', case when k.state != 'sent' then timestamptz '2025-03-01' end, k.code
from (values {kinds}) as k (first_place, last_place, state, code),
    generate_series(k.first_place, k.last_place) as n
"""


@pytest.fixture(scope="module")
def plan() -> Plan:
    plan = load_plan(ROOT / "include" / "plan")
    rules = Requeue(wave_cap=10 * FAILURES)
    return replace(plan, rules=plan.rules.model_copy(update={"requeue": rules}))


def kinds_of(failures: int, duplicates: int) -> list[tuple[int, int, str, str | None]]:
    """First and last place in a registry of each kind that has any."""
    found, place = [], 1
    sizes = [(failures * share // 100, state, code) for share, state, code, _ in KINDS]
    for size, state, code in [*sizes, (duplicates, "rejected", "DUP_RECORD")]:
        if size:
            found.append((place, place + size - 1, state, code))
        place += size
    return found


def fill(conn: Connection, plan: Plan, failures: int, duplicates: int) -> None:
    """A mirror of the scale, read before and again by the attempt "now"; failures and duplicates are a registry's."""
    close = Calendar(plan.rules).closes()[4]
    open_close(conn, plan, Calendar(plan.rules), close, "bench", close.as_of)
    conn.execute(text(_KINDS))
    for first, last, state, code in kinds_of(failures, duplicates):
        conn.execute(
            text("insert into bench_kind values (:first, :last, :state, :code)"),
            {"first": first, "last": last, "state": state, "code": code},
        )
    for attempt, read_at in (("before", close.as_of - timedelta(hours=4)), ("now", close.as_of)):
        conn.execute(text(_READINGS), {"attempt": attempt, "read_at": read_at})
    books = max(8, round(CASES * SCALE / len(plan.registries) / ENTRIES_IN_BOOK))
    conn.execute(text(_BOOKS), {"books": books})
    conn.execute(text(_ENTRIES), {"entries": ENTRIES_IN_BOOK, "books": books, "as_of": close.as_of})
    conn.execute(text(_RECEIPTS), {"as_of": close.as_of})


@contextmanager
def failing_registries(server: Server, plan: Plan, failures: int, duplicates: int) -> Iterator[dict[str, Endpoint]]:
    """A database a registry, with what failed there and nothing else."""
    kinds = kinds_of(failures, duplicates)
    names = {registry.code: f"failing_{registry.code}" for registry in plan.registries}
    values = ", ".join(f"({a}, {b}, '{state}', {repr(code) if code else 'null'})" for a, b, state, code in kinds)
    with server.connect() as conn:
        conn.execute("create database failing")
    with server.connect("failing") as conn:
        conn.execute((CONTRACT / "registry.sql").read_text(encoding="utf-8"))
        conn.execute(_FAILED_IN_A_REGISTRY.format(last=kinds[-1][1], kinds=values))
        conn.execute("vacuum analyze")
    with server.connect() as conn:
        for name in names.values():
            conn.execute(f"create database {name} template failing")
    try:
        yield {code: endpoint(server, name) for code, name in names.items()}
    finally:
        with server.connect() as conn:
            for name in ("failing", *names.values()):
                conn.execute(f"drop database {name} with (force)")


async def bare_calls(registries: dict[str, Endpoint], goes_back: list[int]) -> None:
    """Put the same entries back by one call a registry."""
    at_once = asyncio.Semaphore(AT_ONCE)

    async def one(source: Endpoint) -> None:
        async with at_once:
            conn = await asyncpg.connect(**source.asyncpg_arguments())
            await conn.fetch(sql("registry/requeue_entries"), goes_back, "bare", "bare")
            await conn.close()

    await asyncio.gather(*(one(source) for source in registries.values()))


def confirmed(campaign: Endpoint, plan: Plan, seconds: dict[str, float]) -> int:
    """Everything that two people do about duplicates in bulk; returns how many they confirm."""
    close = Calendar(plan.rules).closes()[4]
    done = 0
    with timed(seconds, "cases found"), engine(campaign).begin() as conn:
        pair_receipts(conn)
        refresh_cases(conn, plan.rules.duplicates, close.key, close.as_of)
    with timed(seconds, "confirmed"), engine(campaign).begin() as conn:
        for district in plan.units_at("district"):
            found = propose_batch(conn, district.code, "bench", "one", close.as_of, sample_cases=59)
            if found is None:
                continue
            sample = fetch(conn, "duplicates/select_sample", batch_id=found.batch_id)
            looks = [Look(case["registry_code"], case["entry_id"], "right") for case in sample]
            record_looks(conn, found.batch_id, looks, "another", close.as_of)
            done += confirm_batch(conn, found.batch_id, "another", close.as_of)
    return done


def decided(campaign: Endpoint, plan: Plan, seconds: dict[str, float], name: str) -> int:
    """Pair as the close would have, then decide."""
    close = Calendar(plan.rules).closes()[4]
    with engine(campaign).execution_options(isolation_level="AUTOCOMMIT").connect() as conn:
        conn.execute(text("vacuum analyze"))
    with engine(campaign).begin() as conn:
        pair_receipts(conn)
    with timed(seconds, name), engine(campaign).begin() as conn:
        return decide(conn, plan, close.key, close.as_of, "now")


def test_decided_and_put_back(warehouse_server: Server, registry_server: Server, plan: Plan, ratios: Ratios) -> None:
    seconds: dict[str, float] = {}
    close = Calendar(plan.rules).closes()[4]
    of_registry = [max(100, round(count * SCALE / len(plan.registries))) for count in (FAILURES, DUPLICATES)]
    kinds = kinds_of(*of_registry)
    returning = [back for *_, back in KINDS]
    goes_back = [
        place
        for (first, last, *_), back in zip(kinds, returning, strict=False)
        if back
        for place in range(first, last + 1)
    ]
    with (
        campaign_database(warehouse_server, "campaign_transfers") as campaign,
        failing_registries(registry_server, plan, *of_registry) as registries,
    ):
        with timed(seconds, "bare"):
            asyncio.run(bare_calls(registries, goes_back))
        for source in registries.values():
            with registry_server.connect(source.database) as conn:
                conn.execute(
                    "update sohoa.transfer set state ="
                    " case when entry_id between %s and %s then 'sent' else 'failed' end where state = 'queued'",
                    [kinds[3][0], kinds[3][1]],
                )
                conn.execute("vacuum sohoa.transfer")
        with engine(campaign).begin() as conn:
            fill(conn, plan, *of_registry)
        chosen = decided(campaign, plan, seconds, "decided")
        duplicates = confirmed(campaign, plan, seconds)
        with timed(seconds, "put back"):
            result = asyncio.run(
                requeue(campaign, dict(registries), plan.rules.requeue, plan.rules.pull, close.key, close.as_of)
            )
        with engine(campaign).connect() as conn:
            entries = conn.execute(text("select count(*) from mirror.entry")).scalar_one()
            found = counts(conn, close.key)
    assert result == RequeueResult(requeued=chosen)
    assert chosen == len(goes_back) * len(registries) == found.put_back
    assert duplicates == of_registry[1] * len(registries)
    ours = sum(spent for step, spent in seconds.items() if step != "bare")
    failing = sum(of_registry) * len(registries)
    what = f"{failing:,} failing of {entries:,} entries, {len(registries)} registries"
    ratios.told(f"{what}: decided, {chosen:,} put back", f"{seconds['decided']:.2f} s, {seconds['put back']:.2f} s")
    ratios.told(
        f"... {duplicates:,} duplicates: cases and partners found, proposed and confirmed",
        f"{seconds['cases found']:.2f} s, {seconds['confirmed']:.2f} s",
    )
    ratios.at_most("... in all, in seconds", ours, 1, 20)
    told = seconds["decided"] + seconds["put back"]
    ratios.at_most(f"... without the duplicates to the bare calls ({seconds['bare']:.2f} s)", told, seconds["bare"], 5)


def test_an_ordinary_day(warehouse_server: Server, plan: Plan, ratios: Ratios) -> None:
    seconds: dict[str, float] = {}
    failures = max(8, round(FAILURES * SCALE / 100 / len(plan.registries)))
    duplicates = round(DUPLICATES * SCALE / len(plan.registries))
    with campaign_database(warehouse_server, "campaign_ordinary") as campaign:
        with engine(campaign).begin() as conn:
            fill(conn, plan, failures, duplicates)
        decided(campaign, plan, seconds, "decided")
        with engine(campaign).connect() as conn:
            entries = conn.execute(text("select count(*) from mirror.entry")).scalar_one()
    ratios.told(f"an ordinary day, {entries:,} entries, {failures * len(plan.registries):,} failures: decided", "")
    ratios.at_most("... in seconds", seconds["decided"], 1, 1)
