"""The preflight against registries and a ledger made by hand: one that is as the contract says, and each fault."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from include.campaign.days import Calendar
from include.campaign.endpoint import Endpoint
from include.campaign.plan import Plan
from include.campaign.plan.models import Counts
from include.campaign.plan.rules import Preflight, Pull
from include.campaign.preflight import PreflightContext, Target, preflight_ledger, preflight_registries, report
from include.campaign.preflight.contract import LEDGER, REGISTRY, Column
from include.campaign.preflight.judge import Counted, Server, baseline_check, server_checks
from include.campaign.preflight.look import Checks
from include.campaign.pull.shape import NEEDED, OPTIONAL
from include.campaign.warehouse import engine
from include.campaign.warehouse.plan_sync import sync_plan
from tests.sources import SECRET, superuser

CODE, OTHER = "09101", "09102"
PERSON = "Nguyễn Văn Bí Mật"
RUN = "preflight-1"
NOW = datetime(2025, 2, 25, 1, 0, tzinfo=UTC)
MakeSource = Callable[[str], Endpoint]


@pytest.fixture
def source(make_source: MakeSource) -> Endpoint:
    """A registry to the contract: two books closed with 30 and 20 entries, one entry with a person in it."""
    made = make_source("registry")
    with superuser(made) as conn:
        conn.execute(
            "insert into sohoa.book (book_id, register, opened_year, book_no, opened_by, closing_total, phase)"
            " values (1, 'KS', 2000, '01', '09101', 30, 2), (2, 'KS', 2001, '01', '09101', 20, 2),"
            " (3, 'KS', 2010, '01', '09101', 400, 1)"
        )
        conn.execute(
            "insert into sohoa.entry (entry_id, book_id, entry_no, full_name) values (1, 1, '1', %s)", [PERSON]
        )
    return made


def spoil(source: Endpoint, *statements: str) -> None:
    with superuser(source) as conn:
        for statement in statements:
            conn.execute(statement)


@pytest.fixture
def rules(small_plan: Plan) -> Any:
    pull = Pull(connect_seconds=1, statement_seconds=5, registry_seconds=6)
    return small_plan.rules.model_copy(update={"pull": pull})


@pytest.fixture
def look(campaign_db: Endpoint, rules: Any) -> Callable[..., dict[str, Checks]]:
    """Look at targets by code; a plain address is one log-in for both roles, with a quota of 50."""

    def look_at(*, ahead_seconds: float = 0, **targets: Target | Endpoint | None) -> dict[str, Checks]:
        def clock() -> datetime:
            return datetime.now(UTC) - timedelta(seconds=ahead_seconds)

        context = PreflightContext(RUN, NOW, Counts(phase=2), clock)
        asked = {
            code.strip("_"): target if isinstance(target, Target) else Target(target, target, 50)
            for code, target in targets.items()
        }
        return asyncio.run(preflight_registries(campaign_db, asked, rules, context))

    return look_at


def verdicts(checks: Checks) -> dict[str, tuple[str, str]]:
    """Verdict and finding by check; those of the requeuer are called "requeuer/…"."""
    return {
        check.name if role == "reader" else f"requeuer/{check.name}": (str(check.verdict), check.found)
        for role, check in checks
    }


def troubles(checks: Checks) -> dict[str, tuple[str, str]]:
    return {name: said for name, said in verdicts(checks).items() if said[0] != "ok"}


def test_the_contract_as_data_is_the_contract(make_source: MakeSource) -> None:
    for contract, schema, data in (("registry", "sohoa", REGISTRY), ("ministry", "ledger", LEDGER)):
        with superuser(make_source(contract)) as conn:
            found: dict[str, dict[str, Column]] = {}
            for table, name, kind, granted in conn.execute(
                "select c.relname, a.attname, format_type(a.atttypid, null),"
                " has_column_privilege('campaign_reader', c.oid, a.attnum, 'select')"
                " from pg_class c join pg_attribute a on c.oid = a.attrelid"
                " where c.relnamespace = %s::regnamespace and c.relkind = 'r' and a.attnum > 0",
                [schema],
            ).fetchall():
                written = data[table][name]
                assert granted == (written.grant == "granted"), f"{table}.{name}"
                found.setdefault(table, {})[name] = Column(kind, written.grant)
        assert found == data
    read = {table: {*NEEDED.get(table, ()), *columns} for table, columns in OPTIONAL.items()}
    for table, columns in read.items():
        assert {REGISTRY[table][name].grant for name in columns} == {"granted"}


def test_personal_columns_are_those_that_the_contract_marks() -> None:
    personal = {
        f"{table}.{name}"
        for table, cols in REGISTRY.items()
        for name, column in cols.items()
        if column.grant == "personal"
    }
    assert personal == {
        "entry.full_name",
        "entry.birth_date",
        "entry.personal_id",
        "entry.ethnicity",
        "transfer.error_text",
        "daily_report.submitted_by",
    }


def test_a_registry_to_the_contract_is_ready_in_both_roles(look: Any, source: Endpoint, campaign_db: Endpoint) -> None:
    checks = look(_09101=source)[CODE]
    assert troubles(checks) == {}
    found = verdicts(checks)
    assert found["baseline"] == ("ok", "50 in 2 of 2 books, quota 50")
    assert found["rows"] == ("ok", "2 books, 1 entries")
    assert found["encoding"] == ("ok", "UTF8")
    assert found["requeuer/requeue"] == ("ok", "")
    with superuser(campaign_db) as conn:
        stored = conn.execute("select role, check_name, verdict, found from sources.preflight").fetchall()
    assert {(role, check.name, str(check.verdict), check.found) for role, check in checks} == set(stored)
    with superuser(source) as conn:
        assert conn.execute("select count(*) from sohoa.requeue_log").fetchone() == (0,)


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        (["grant select on sohoa.entry to campaign_reader"],
         {"personal": ("fail", "entry.birth_date, entry.ethnicity, entry.full_name, entry.personal_id")}),
        (["grant select (error_text) on sohoa.transfer to campaign_requeuer"],
         {"personal": ("fail", "transfer.error_text")}),
        (["grant select (submitted_by) on sohoa.daily_report to public"],
         {"personal": ("fail", "daily_report.submitted_by")}),
        (["grant select on sohoa.requeue_log to campaign_reader"],
         {"extra": ("warn", "requeue_log.entry_id, requeue_log.key, requeue_log.put_at, requeue_log.why")}),
        (["create table public.copy as select full_name from sohoa.entry", "grant select on public.copy to public"],
         {"extra": ("warn", "public.copy")}),
        (["create table public.kept as select full_name from sohoa.entry"], {}),
        (["alter table sohoa.book add column keeper text"], {"extra": ("warn", "book.keeper")}),
        (["grant update (state) on sohoa.transfer to campaign_reader"], {"writes": ("fail", "transfer")}),
        (["grant delete on sohoa.book to campaign_requeuer"], {"writes": ("fail", "book")}),
        (["alter table sohoa.entry drop column page_file"], {"columns": ("warn", "entry.page_file")}),
        (["drop table sohoa.daily_report"],
         {"columns": ("warn", "daily_report.report_date, daily_report.submitted_at, daily_report.books_scanned,"
                              " daily_report.entries_entered, daily_report.entries_reviewed,"
                              " daily_report.entries_transferred, daily_report.judicial_officers, daily_report.police"
                              " (+8)")}),
        (["alter table sohoa.entry alter column entered_at type timestamp"],
         {"types": ("fail", "entry.entered_at timestamp without time zone")}),
        (["alter table sohoa.book alter column pages type bigint"], {"types": ("warn", "book.pages bigint")}),
        (["alter table sohoa.book alter column book_no type varchar(9)"], {}),
        (["revoke select (defects) on sohoa.entry from campaign_reader"], {"granted": ("warn", "entry.defects")}),
        (["revoke select (entry_no) on sohoa.entry from campaign_reader"], {"granted": ("fail", "entry.entry_no")}),
        (["revoke execute on function sohoa.requeue(bigint[], text, text) from campaign_requeuer"],
         {"requeuer/requeue": ("fail", "permission")}),
        (["drop function sohoa.requeue(bigint[], text, text)"], {"requeuer/requeue": ("fail", "schema")}),
        (["update sohoa.book set closing_total = null where book_id = 2"],
         {"baseline": ("warn", "30 in 1 of 2 books, quota 50")}),
        (["update sohoa.book set closing_total = 41 where book_id = 1"],
         {"baseline": ("warn", "61 in 2 of 2 books, quota 50")}),
        (["update sohoa.book set closing_total = null"], {"baseline": ("skipped", "0 in 0 of 2 books, quota 50")}),
        (["truncate sohoa.book cascade"],
         {"rows": ("warn", "0 books, 0 entries"), "baseline": ("skipped", "0 in 0 of 0 books, quota 50")}),
    ],
)  # fmt: skip
def test_each_fault_is_found_and_nothing_else(
    look: Any, source: Endpoint, statements: list[str], expected: dict[str, tuple[str, str]]
) -> None:
    spoil(source, *statements)
    assert troubles(look(_09101=source)[CODE]) == expected


def test_a_missing_table_is_told_by_its_columns_and_hinders_no_other_check(look: Any, source: Endpoint) -> None:
    spoil(source, "drop table sohoa.book cascade")
    found = troubles(look(_09101=source)[CODE])
    assert set(found) == {"columns", "rows", "baseline"}
    assert found["columns"][0] == "fail" and "book.book_id" in found["columns"][1]
    assert found["baseline"] == ("skipped", "UndefinedTableError 42P01")


def test_without_usage_of_the_schema_nothing_is_granted(look: Any, source: Endpoint) -> None:
    spoil(source, "revoke usage on schema sohoa from campaign_reader, campaign_requeuer")
    found = troubles(look(_09101=source)[CODE])
    assert found["granted"][0] == "fail" and found["requeuer/requeue"] == ("fail", "permission")
    assert "personal" not in found


@pytest.fixture
def two_log_ins(pg_server: Endpoint, source: Endpoint) -> Target:
    """A log-in for each role."""
    with superuser(pg_server) as conn:
        for role in ("reader", "requeuer"):
            conn.execute(f"drop role if exists only_{role}")
            conn.execute(f"create role only_{role} login password '{SECRET}' in role campaign_{role}")
    return Target(replace(source, login="only_reader"), replace(source, login="only_requeuer"), 50)


def test_each_role_is_looked_at_with_its_own_log_in(look: Any, source: Endpoint, two_log_ins: Target) -> None:
    assert troubles(look(_09101=two_log_ins)[CODE]) == {}
    spoil(source, "grant select (ethnicity) on sohoa.entry to campaign_requeuer")
    assert troubles(look(_09101=two_log_ins)[CODE]) == {"requeuer/personal": ("fail", "entry.ethnicity")}
    # A log-in that may read alone cannot put back.
    reader_alone = replace(two_log_ins, requeuer=two_log_ins.reader)
    assert troubles(look(_09101=reader_alone)[CODE]) == {"requeuer/requeue": ("fail", "permission")}


def test_a_superusers_log_in_is_refused_by_us(look: Any, source: Endpoint) -> None:
    found = troubles(look(_09101=replace(source, login="postgres", password=""))[CODE])
    assert found["writes"] == ("fail", "superuser")
    assert found["personal"][0] == "fail" and "entry.full_name" in found["personal"][1]


def test_who_cannot_be_reached_is_told_as_such_and_hurts_nobody_else(look: Any, source: Endpoint) -> None:
    found = look(
        _091=None,
        _09101=source,
        _09102=replace(source, host="127.0.0.1", port=1),
        _09103=replace(source, login="nobody_here"),
    )
    assert verdicts(found["091"])["connection"] == ("warn", "not_configured")
    assert troubles(found["09101"]) == {}
    assert verdicts(found["09102"])["connection"] == ("fail", "unreachable ConnectionRefusedError")
    assert verdicts(found["09103"])["connection"][1].startswith("refused ")
    assert {code: verdicts(found[code])["requeuer/connection"][0] for code in found} == {
        "091": "skipped",
        "09101": "ok",
        "09102": "skipped",
        "09103": "skipped",
    }


@pytest.mark.parametrize(("seconds", "verdict"), [(0, "ok"), (59, "ok"), (62, "fail"), (-62, "fail")])
def test_a_clock_that_is_off_is_found(look: Any, source: Endpoint, seconds: float, verdict: str) -> None:
    said, found = verdicts(look(ahead_seconds=seconds, _09101=source)[CODE])["clock"]
    assert said == verdict
    assert abs(float(found.removesuffix(" s")) - seconds) <= 1


def test_another_encoding_is_found(look: Any, source_roles: str, pg_server: Endpoint) -> None:
    with superuser(pg_server) as conn:
        conn.execute("create database latin encoding 'LATIN1' lc_collate 'C' lc_ctype 'C' template template0")
    try:
        found = verdicts(look(_09101=replace(pg_server, database="latin", login=source_roles, password=SECRET))[CODE])
    finally:
        with superuser(pg_server) as conn:
            conn.execute("drop database latin with (force)")
    assert found["encoding"] == ("warn", "LATIN1")
    assert found["columns"][0] == "fail"


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        ({"version": 120_022}, {"version": ("fail", "PostgreSQL 12")}),
        ({"version": 130_000}, {}),
        ({"encoding": "SQL_ASCII"}, {"encoding": ("fail", "SQL_ASCII")}),
        ({"bytes": 20_000_000_001}, {"size": ("warn", "20,000 MB")}),
        ({"bytes": None}, {"size": ("skipped", "")}),
    ],
)
def test_what_a_server_says_is_judged(server: dict[str, Any], expected: dict[str, tuple[str, str]]) -> None:
    facts = {"version": 160_004, "encoding": "UTF8", "their_clock": NOW, "our_clock": NOW, "bytes": 1} | server
    assert troubles([("reader", check) for check in server_checks(Server(**facts), Preflight())]) == expected


@pytest.mark.parametrize(
    ("cases", "quota", "verdict"),
    [(110, 100, "ok"), (90, 100, "ok"), (111, 100, "warn"), (89, 100, "warn"), (5, None, "skipped")],
)
def test_closing_totals_may_differ_from_the_quota_by_the_plans_share(
    cases: int, quota: int | None, verdict: str
) -> None:
    checks = list(baseline_check(Counted(2, 2, cases, 9), quota, Preflight()))
    assert (checks[1].name, checks[1].verdict) == ("baseline", verdict)


def test_the_ledger_is_looked_at_too(campaign_db: Endpoint, make_source: MakeSource, rules: Any) -> None:
    context = PreflightContext(RUN, NOW, Counts(phase=2))
    assert troubles(asyncio.run(preflight_ledger(campaign_db, None, rules, context))) == {
        "connection": ("fail", "not_configured")
    }
    ledger = make_source("ministry")
    assert troubles(asyncio.run(preflight_ledger(campaign_db, ledger, rules, context))) == {}
    spoil(
        ledger,
        "alter table ledger.receipt drop column cancelled_at",
        "grant insert on ledger.receipt to campaign_reader",
    )
    assert troubles(asyncio.run(preflight_ledger(campaign_db, ledger, rules, context))) == {
        "columns": ("fail", "receipt.cancelled_at"),
        "writes": ("fail", "receipt"),
    }


def test_one_table_tells_the_data_team_what_to_mend_the_worst_first(
    look: Any, source: Endpoint, campaign_db: Endpoint, small_plan: Plan
) -> None:
    spoil(
        source, "grant select (full_name) on sohoa.entry to campaign_reader", "alter table sohoa.book add column x int"
    )
    look(_09101=source, _09102=replace(source, host="127.0.0.1", port=1), _09103=None)
    with engine(campaign_db).begin() as conn:
        sync_plan(conn, small_plan)
        found = report(conn, small_plan, Calendar(small_plan.rules).closes()[0], RUN)
    assert found.line == "preflight: 1/3 sources ready · 2 to mend at 2 · 2 to know"
    assert found.first_thing == "begin with Phường 1, thành phố Sông Mơ (09101): personal entry.full_name"
    head, *rows = found.alarm.table
    assert len(head) == len(rows[0]) == 6
    assert [(row[0][-7:], row[2], row[3]) for row in rows] == [
        ("(09101)", "PHẢI SỬA", "Cột dữ liệu cá nhân"),
        ("(09102)", "PHẢI SỬA", "Kết nối"),
        ("(09103)", "lưu ý", "Kết nối"),
        ("(09101)", "lưu ý", "Đọc được ngoài quy ước"),
    ]
    assert rows[1][5].startswith("Kiểm tra địa chỉ") and rows[2][5].startswith("Thêm kết nối")
    assert any("của 1 cơ sở: 50; chỉ tiêu" in line for line in found.alarm.lines)


def test_every_check_has_a_name_and_a_next_step(look: Any, source: Endpoint, campaign_db: Endpoint) -> None:
    from include.campaign.preflight.report import _words  # noqa: PLC0415

    words = _words()
    checks = look(_09101=source)[CODE]
    assert {check.name for _, check in checks} == set(words["checks"])
    assert {role for role, _ in checks} == set(words["roles"])


def test_nothing_of_a_person_or_a_secret_is_kept(look: Any, source: Endpoint, campaign_db: Endpoint) -> None:
    spoil(source, "grant select on sohoa.entry to campaign_reader")
    look(_09101=source, _09102=replace(source, login="nobody_here"))
    with superuser(campaign_db) as conn:
        kept = " ".join(str(row) for row in conn.execute("select * from sources.preflight").fetchall())
    assert PERSON not in kept and SECRET not in kept and not re.search(r"nobody_here|password", kept)
    with psycopg.connect(
        host=source.host, port=source.port, dbname=source.database, user=source.login, password=SECRET
    ) as conn:
        assert conn.execute("select full_name from sohoa.entry").fetchone() == (PERSON,)  # it could have been
