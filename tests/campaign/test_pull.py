"""Reading registries and the ledger into the mirror, on real databases made by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import asyncpg
import psycopg
import pytest

from include.campaign.endpoint import Endpoint
from include.campaign.plan.rules import Pull
from include.campaign.pull import Outcome, ReadingContext, pull_ledger, pull_registries
from include.campaign.pull.shape import digest_for
from include.campaign.warehouse import sql
from tests.sources import superuser

RULES = Pull(connect_seconds=20, statement_seconds=5, registry_seconds=30, at_once=3)
READ_AT = datetime(2025, 3, 5, 11, 0, tzinfo=UTC)
PERSON = "Nguyễn Văn Bí Mật"

ENTRY_COLUMNS = (
    "entry_id, book_id, entry_no, entered_at, scan_attached_at, reviewed_at, corrected_at, page_file, defects"
)
TRANSFER_COLUMNS = "t.state, t.attempts, t.sent_at, t.answered_at, t.error_code, t.ministry_ref, t.requeue_key"
MIRROR_TRANSFER = "t_state, t_attempts, t_sent_at, t_answered_at, t_error_code, t_ministry_ref, t_requeue_key"


def context(attempt: str, close_key: str | None = "2025-03-05", wait: bool = True) -> ReadingContext:
    return ReadingContext(attempt_key=attempt, close_key=close_key, read_at=READ_AT, wait_for_lock=wait)


def pull(
    campaign: Endpoint, sources: dict[str, Endpoint | None], attempt: str = "run#0", **kwargs
) -> dict[str, Outcome]:
    return asyncio.run(pull_registries(campaign, sources, RULES, context(attempt, **kwargs))).outcomes


def fill(source: Endpoint, books: int = 3, entries: int = 5) -> None:
    """Some books, each with some entries, every second of which was sent and accepted."""
    with superuser(source) as conn:
        conn.execute(
            "insert into sohoa.book select n, 'KS', 2000 + n, null, lpad(n::text, 2, '0'), '09101', 100, null, 2,"
            " '2025-03-01 08:00+07', null, null, null from generate_series(1, %s) n",
            [books],
        )
        conn.execute(
            "insert into sohoa.entry (entry_id, book_id, entry_no, full_name, personal_id, entered_at, changed_at)"
            " select b * 100 + n, b, n::text, %s, '045000000000',"
            " timestamptz '2025-03-02 09:00+07' + n * interval '1 min', '2025-03-02 09:00+07'"
            " from generate_series(1, %s) b, generate_series(1, %s) n",
            [PERSON, books, entries],
        )
        conn.execute(
            "insert into sohoa.transfer"
            " (entry_id, state, attempts, queued_at, sent_at, answered_at, ministry_ref, error_text)"
            " select entry_id, 'accepted', 1, entered_at, entered_at, entered_at, 'R' || entry_id, %s"
            " from sohoa.entry where entry_id %% 2 = 0",
            [PERSON],
        )


def shown_by_source(source: Endpoint) -> list[tuple]:
    with superuser(source) as conn:
        return conn.execute(
            f"select {', '.join('e.' + c.strip() for c in ENTRY_COLUMNS.split(','))}, {TRANSFER_COLUMNS}"
            " from sohoa.entry e left join sohoa.transfer t using (entry_id) order by entry_id"
        ).fetchall()


def mirrored(campaign: Endpoint, code: str) -> list[tuple]:
    with superuser(campaign) as conn:
        return conn.execute(
            f"select {ENTRY_COLUMNS}, {MIRROR_TRANSFER} from mirror.entry where registry_code = %s order by entry_id",
            [code],
        ).fetchall()


def count(campaign: Endpoint, query: str) -> int:
    with superuser(campaign) as conn:
        row = conn.execute(query).fetchone()
        assert row is not None
        return row[0]


@pytest.fixture
def source(make_source: Callable[[str], Endpoint]) -> Endpoint:
    made = make_source("registry")
    fill(made)
    return made


def test_a_first_reading_mirrors_every_granted_column(campaign_db: Endpoint, source: Endpoint) -> None:
    assert pull(campaign_db, {"09101": source}) == {"09101": Outcome.OK}
    assert mirrored(campaign_db, "09101") == shown_by_source(source)
    assert len(mirrored(campaign_db, "09101")) == 15
    assert count(campaign_db, "select count(*) from mirror.book") == 3


def test_an_unchanged_source_is_read_by_digest_alone(campaign_db: Endpoint, source: Endpoint) -> None:
    pull(campaign_db, {"09101": source}, "first#0")
    pull(campaign_db, {"09101": source}, "second#0")
    with superuser(campaign_db) as conn:
        rows = conn.execute("select changed_books, changed_entries from pull.reading order by reading_id").fetchall()
    assert rows == [(3, 15), (0, 0)]
    assert count(campaign_db, "select count(*) from mirror.entry_past") == 0


@pytest.mark.parametrize(
    "change",
    [
        "update sohoa.entry set reviewed_at = '2025-03-03 10:00+07' where entry_id = 101",
        "update sohoa.entry set entry_no = '12/2004', changed_at = '1999-01-01' where entry_id = 102",
        "update sohoa.entry set defects = '{BAD_DATE}' where entry_id = 103",
        "delete from sohoa.entry where entry_id = 104",
        "update sohoa.entry set book_id = 2 where entry_id = 105",
        "update sohoa.transfer set state = 'failed', error_code = 'DOWN', ministry_ref = null where entry_id = 102",
        "delete from sohoa.transfer where entry_id = 102",
        "delete from sohoa.entry where book_id = 3; delete from sohoa.book where book_id = 3",
        "update sohoa.book set opened_by = '09102' where book_id = 1",
        "delete from sohoa.entry where book_id = 1",
        "update sohoa.entry set book_id = case book_id when 1 then 2 else 1 end where book_id < 3",
        "update sohoa.entry as e set entry_no = o.entry_no from sohoa.entry as o"
        " where (e.entry_id, o.entry_id) in ((101, 102), (102, 101))",
    ],
)
def test_any_change_is_seen_and_what_it_replaced_is_kept(campaign_db: Endpoint, source: Endpoint, change: str) -> None:
    pull(campaign_db, {"09101": source}, "first#0")
    before = count(campaign_db, "select count(*) from mirror.entry")
    with superuser(source) as conn:
        conn.execute(change)
    pull(campaign_db, {"09101": source}, "second#0")
    assert mirrored(campaign_db, "09101") == shown_by_source(source)
    current = count(campaign_db, "select count(*) from mirror.entry where since = 1")
    past = count(campaign_db, "select count(*) from mirror.entry_past where since = 1 and until = 2")
    assert current + past == before, "a version of the first reading is neither current nor kept"
    assert count(campaign_db, "select count(*) from mirror.book") == count(source, "select count(*) from sohoa.book")


@pytest.mark.parametrize("server", [(13, 22), (16, 4)])
@pytest.mark.parametrize("name", ["registry/digest_books", "ministry/digest_receipts"])
def test_a_digest_is_hashed_as_the_server_can(make_source, server: tuple[int, int], name: str) -> None:
    where, parameters = ("registry", []) if name.startswith("registry") else ("ministry", [500])
    statement = digest_for(server, sql(name))
    assert ("hash_record" in statement) == (server >= (14,))
    source = make_source(where)
    if where == "ministry":
        add_receipts(source, 1, 3)
    else:
        fill(source)

    async def digests() -> list[str]:
        conn = await asyncpg.connect(**source.asyncpg_arguments())
        try:
            return [row["digest"] for row in await conn.fetch(statement, *parameters)]
        finally:
            await conn.close()

    first = asyncio.run(digests())
    assert len(first) == len(set(first)) > 0
    with superuser(source) as conn:
        if where == "ministry":
            conn.execute("update ledger.receipt set entry_no = (4 - receipt_id)::text")
        else:
            conn.execute("update sohoa.entry set entry_no = (6 - entry_no::integer)::text")
    assert not set(first) & set(asyncio.run(digests())), "values that rows have swapped are not seen"


def test_a_personal_column_alone_changes_no_digest(campaign_db: Endpoint, source: Endpoint) -> None:
    pull(campaign_db, {"09101": source}, "first#0")
    with superuser(source) as conn:
        conn.execute("update sohoa.entry set full_name = 'Trần Thị Khác', ethnicity = 'Vân Kiều'")
    pull(campaign_db, {"09101": source}, "second#0")
    assert count(campaign_db, "select changed_entries from pull.reading where reading_id = 2") == 0


def test_the_login_is_refused_personal_columns(source: Endpoint) -> None:
    with (
        psycopg.connect(host=source.host, port=source.port, dbname=source.database, user=source.login) as conn,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        conn.execute("select full_name from sohoa.entry")


def test_a_retry_reads_only_what_is_missing_and_may_be_reached(
    campaign_db: Endpoint, source: Endpoint, make_source
) -> None:
    broken = make_source("registry")
    with superuser(broken) as conn:
        conn.execute("drop table sohoa.entry cascade")
    sources = {"09101": source, "09102": broken, "09103": replace(source, host="127.0.0.1", port=1)}
    first = pull(campaign_db, sources, "run#0")
    assert first == {"09101": Outcome.OK, "09102": Outcome.SCHEMA, "09103": Outcome.UNREACHABLE}
    assert pull(campaign_db, sources, "run#0") == first
    for code, attempts in {"09101": 1, "09102": 1, "09103": 2}.items():
        assert count(campaign_db, f"select count(*) from pull.reading where source_code = '{code}'") == attempts


@pytest.mark.parametrize(
    ("change", "lacking"),
    [
        ("alter table sohoa.entry drop column page_file", ["entry.page_file"]),
        ("alter table sohoa.entry drop column defects, drop column changed_at", ["entry.defects", "entry.changed_at"]),
        ("alter table sohoa.book drop column closing_total, add column shelf text", ["book.closing_total"]),
        ("revoke select (error_code) on sohoa.transfer from campaign_reader", ["transfer.error_code"]),
        ("create table sohoa.extra (n integer); alter table sohoa.daily_report add column note text", []),
        ("revoke select (scanners) on sohoa.daily_report from campaign_reader", ["daily_report.scanners"]),
    ],
)
def test_a_registry_is_read_for_what_it_has(
    campaign_db: Endpoint, source: Endpoint, change: str, lacking: list[str]
) -> None:
    with superuser(source) as conn:
        conn.execute(change)
    outcome = Outcome.PARTIAL if lacking else Outcome.OK
    assert pull(campaign_db, {"09101": source}) == {"09101": outcome}
    assert pull(campaign_db, {"09101": source}) == {"09101": outcome}, "a retry forgets how it was read"
    with superuser(campaign_db) as conn:
        found = conn.execute("select lacking from pull.reading").fetchone()
        rows = conn.execute("select count(entered_at), count(t_state), count(*) from mirror.entry").fetchone()
    assert found == (lacking,)
    assert rows == (15, 6, 15)


def test_without_its_outbox_a_registry_is_read_all_the_same(campaign_db: Endpoint, source: Endpoint) -> None:
    with superuser(source) as conn:
        conn.execute("drop table sohoa.transfer cascade")
    assert pull(campaign_db, {"09101": source}) == {"09101": Outcome.PARTIAL}
    assert count(campaign_db, "select count(entered_at) from mirror.entry") == 15
    assert count(campaign_db, "select count(t_state) from mirror.entry") == 0


def test_a_wiped_source_does_not_wipe_the_mirror(campaign_db: Endpoint, source: Endpoint) -> None:
    pull(campaign_db, {"09101": source}, "first#0")
    with superuser(source) as conn:
        conn.execute("truncate sohoa.transfer, sohoa.entry, sohoa.book")
    assert pull(campaign_db, {"09101": source}, "second#0") == {"09101": Outcome.EMPTY}
    assert count(campaign_db, "select count(*) from mirror.entry") == 15


def test_a_reading_steps_aside_for_another_conversation(campaign_db: Endpoint, source: Endpoint) -> None:
    with superuser(campaign_db) as conn:
        conn.execute("select pg_advisory_lock(hashtextextended('source:09101', 0))")
        assert pull(campaign_db, {"09101": source}, "watch#0", wait=False) == {"09101": Outcome.BUSY}
    assert pull(campaign_db, {"09101": source}, "watch#0", wait=False) == {"09101": Outcome.OK}


def add_receipts(ledger: Endpoint, first: int, last: int) -> None:
    with superuser(ledger) as conn:
        conn.execute(
            "insert into ledger.receipt select n, 'R' || n, '09101', 'KS', 2001, '01', n::text, null,"
            " '2025-03-02 10:00+07', null from generate_series(%s::bigint, %s::bigint) n",
            [first, last],
        )


def test_the_ledger_is_mirrored_with_its_cancellations(campaign_db: Endpoint, make_source) -> None:
    ledger = make_source("ministry")
    add_receipts(ledger, 1, 12_000)
    assert asyncio.run(pull_ledger(campaign_db, ledger, RULES, context("first#0"))) == Outcome.OK
    assert count(campaign_db, "select count(*) from mirror.receipt") == 12_000
    with superuser(ledger) as conn:
        conn.execute("update ledger.receipt set cancelled_at = '2025-03-04 10:00+07' where receipt_id = 17")
        conn.execute("delete from ledger.receipt where receipt_id = 11000")
    add_receipts(ledger, 12_001, 12_010)
    assert asyncio.run(pull_ledger(campaign_db, ledger, RULES, context("second#0"))) == Outcome.OK
    with superuser(campaign_db) as conn:
        ours = conn.execute("select receipt_id, cancelled_at from mirror.receipt order by 1").fetchall()
        changed = conn.execute("select changed_books from pull.reading where reading_id = 2").fetchone()
    with superuser(ledger) as conn:
        theirs = conn.execute("select receipt_id, cancelled_at from ledger.receipt order by 1").fetchall()
    assert ours == theirs
    assert changed == (3,), "ranges between the three changed ones were read again"
    assert count(campaign_db, "select count(*) from mirror.receipt_past") == 2
