"""The world in its databases: the same for the same seed, true to its own truth, nothing from the future."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from include.campaign.days import Calendar, Close
from include.campaign.plan import Plan
from include.rehearsal.address import ServerAddress
from include.rehearsal.ailments import EXTRAS, LACKING, NO_CLOSING_TOTAL, NO_DAILY_REPORT, NO_PAGE_FILE
from include.rehearsal.classes import ENTRY_CLASSES, RECEIPT_CLASSES
from include.rehearsal.databases import LEDGER, TRUTH, registry_name
from include.rehearsal.store import WorldError
from include.rehearsal.world import World
from tests.rehearsal.conftest import MakeWorld
from tests.rehearsal.looking import gathered, log_in, picture, rows

CODES = (
    "select registry_code, register, phase, state, error_code, count(*) "
    "from entry join book using (registry_code, book_id) "
    "where state in ('rejected', 'failed') group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5"
)
BREAKS = (Path(__file__).parent / "independent_breaks.sql").read_text(encoding="utf-8")
INDEPENDENT = (Path(__file__).parent / "independent.sql").read_text(encoding="utf-8")


def at(day: int, hour: int = 18, minute: int = 0) -> datetime:
    """A local instant of March 2025."""
    return datetime.fromisoformat(f"2025-03-{day:02d}T{hour:02d}:{minute:02d}:00+07:00")


def test_same_seed_same_world_in_however_many_steps(make_world: MakeWorld, address: ServerAddress) -> None:
    world = make_world(seed=3, scale=0.4)
    world.move_to(at(3))
    in_one_step = picture(address, world)
    world = make_world(seed=3, scale=0.4)
    step = world.instant
    while step < at(3):
        step = min(step + timedelta(hours=9, minutes=37), at(3))
        world.move_to(step)
    assert picture(address, world) == in_one_step
    world = make_world(seed=4, scale=0.4)
    world.move_to(at(3))
    assert picture(address, world) != in_one_step


def test_truth_is_what_plain_sql_finds(make_world: MakeWorld, address: ServerAddress, small_plan: Plan) -> None:
    world = make_world(seed=11)
    meaning = [
        (code, registry)
        for code in {*small_plan.registry_codes, *(row.old_code for row in small_plan.predecessors)}
        for registry in small_plan.registries_meant_by(code)
    ]
    closes = Calendar(small_plan.rules).closes()
    for close in (closes[0], closes[1], closes[2], closes[5], closes[9], closes[-1]):
        world.move_to(close.as_of)
        figures = rows(
            address,
            TRUTH,
            "select registry_code, register, phase, books_collected, books_classified, books_scanned, entered, "
            "attached, reviewed, corrected, received, queued, awaiting, rejected, failed, open_defects "
            "from truth.figure where close_key = %s order by 1, 2, 3",
            [close.key],
        )
        codes = rows(
            address,
            TRUTH,
            "select registry_code, register, phase, state, error_code, entries from truth.code_count "
            "where close_key = %s order by 1, 2, 3, 4, 5",
            [close.key],
        )
        with gathered(address, world, meaning) as sources:
            assert figures == sources.execute(INDEPENDENT, {"as_of": close.as_of}).fetchall(), close.key
            assert codes == sources.execute(CODES).fetchall(), close.key
            assert_breaks_and_classes(address, sources, close)
    assert len(rows(address, TRUTH, "select distinct close_key from truth.figure")) == len(closes)
    day_6 = "where close_key = '2025-03-06' and phase = 2"
    sums = "select sum(entered), sum(received), sum(failed), sum(rejected), sum(open_defects) from truth.figure"
    assert min(rows(address, TRUTH, f"{sums} {day_6}")[0]) > 0


def assert_breaks_and_classes(address: ServerAddress, sources: psycopg.Connection, close: Close) -> None:
    """Breaks that registries alone show are those that plain SQL finds; every entry and receipt is in one class."""
    seen = sources.execute(BREAKS, {"as_of": close.as_of}).fetchall()
    told = rows(
        address,
        TRUTH,
        "select registry_code, kind, subject, items from truth.break where close_key = %s and kind = any(%s)",
        [close.key, sorted({kind for _, kind, *_ in seen})],
    )
    assert sorted(seen) == sorted(told), close.key
    classes = rows(
        address, TRUTH, "select side, sum(items) from truth.class_count where close_key = %s group by 1", [close.key]
    )
    there = sources.execute("select 'entry', count(*) from entry union all select 'receipt', count(*) from receipt")
    assert sorted(classes) == sorted(there.fetchall()), close.key


def test_every_class_and_break_occurs(make_world: MakeWorld, address: ServerAddress) -> None:
    world = make_world(seed=7)
    world.move_to(at(21, 0))
    classes = {name for (name,) in rows(address, TRUTH, "select distinct class from truth.class_count")}
    assert {*ENTRY_CLASSES, *RECEIPT_CLASSES} - classes <= {"E7-other"}
    kinds = {kind for (kind,) in rows(address, TRUTH, "select distinct kind from truth.break")}
    assert len(kinds) == 14, kinds
    verdicts = {verdict for (verdict,) in rows(address, TRUTH, "select distinct verdict from truth.self_report")}
    assert verdicts == {"missing", "late", "matches", "over", "under"}
    running = rows(
        address,
        TRUTH,
        "select max(n) from (select count(distinct report_date) as n from truth.self_report where verdict = 'over' "
        "group by registry_code) r",
    )
    assert running[0][0] >= 3
    restated = {figure for (figure,) in rows(address, TRUTH, "select distinct figure from truth.restatement")}
    assert {"entered", "reviewed", "received"} <= restated


def test_schema_faults_come_and_go(make_world: MakeWorld, address: ServerAddress) -> None:
    world = make_world(scale=0.2)
    of_kind = {one.kind: one for one in world.ailments}
    missing = {
        NO_PAGE_FILE: "select page_file from sohoa.entry",
        NO_CLOSING_TOTAL: "select closing_total from sohoa.book",
        NO_DAILY_REPORT: "select report_date from sohoa.daily_report",
        EXTRAS: "select ghi_chu from sohoa.entry",
    }
    met: dict[str, list[bool]] = {kind: [] for kind in missing}
    faults = [one for one in world.ailments if one.kind in missing]
    assert {one.kind for one in faults} == set(missing)
    moments = [(moment, one.kind) for one in faults for moment in (one.start - 60, one.start, one.end)]
    for moment, kind in sorted(moments):
        world.move_to(datetime.fromtimestamp(moment, world.instant.tzinfo))
        met[kind].append(is_there(world, registry_name(of_kind[kind].registry_code), missing[kind]))
    assert met == {kind: [kind != EXTRAS, kind == EXTRAS, kind != EXTRAS] for kind in (*LACKING, EXTRAS)}


def is_there(world: World, name: str, query: str) -> bool:
    """Whether a table or column is there, even if the log-in may not read it."""
    with log_in(world, name) as conn:
        try:
            conn.execute(query)
        except psycopg.errors.InsufficientPrivilege:
            return True
        except (psycopg.errors.UndefinedColumn, psycopg.errors.UndefinedTable):
            return False
    return True


def test_nothing_is_later_than_the_instant(make_world: MakeWorld, address: ServerAddress) -> None:
    world = make_world(seed=6)
    world.move_to(at(3, 10, 17))
    latest = [
        rows(
            address,
            registry_name(code),
            "select greatest((select max(greatest(collected_at, classified_at, scanned_at)) from sohoa.book), "
            "(select max(greatest(entered_at, scan_attached_at, reviewed_at, corrected_at, changed_at)) "
            "from sohoa.entry), "
            "(select max(greatest(queued_at, sent_at, answered_at)) from sohoa.transfer))",
        )[0][0]
        for code in world.registry_codes
    ]
    latest.append(rows(address, LEDGER, "select max(received_at) from ledger.receipt")[0][0])
    assert max(latest) <= at(3, 10, 17)
    assert max(latest) > at(3, 10, 0)


def test_loads_are_exact_and_duplicates_have_a_received_partner(make_world: MakeWorld, address: ServerAddress) -> None:
    world = make_world(seed=2)
    entries, duplicates, without_partner = 0, 0, 0
    for code in world.registry_codes:
        entries += rows(
            address,
            registry_name(code),
            "select count(*) from sohoa.entry join sohoa.book using (book_id) where phase = 1",
        )[0][0]
        found = rows(
            address,
            registry_name(code),
            "select exists (select from sohoa.entry o join sohoa.transfer t using (entry_id) "
            "where o.book_id = e.book_id and o.entry_no = e.entry_no and o.entry_id <> e.entry_id "
            "and t.state in ('accepted', 'sent')) from sohoa.transfer d join sohoa.entry e using (entry_id) "
            "where d.state = 'rejected' and d.error_code = 'DUP_RECORD'",
        )
        duplicates += len(found)
        without_partner += sum(not partner for (partner,) in found)
    receipts = rows(
        address,
        LEDGER,
        "select count(*) from ledger.receipt",
    )[0][0]
    assert entries == round(3000 * 541_000 / 310_831)
    assert duplicates == round(entries * 27_000 / 541_000)
    assert without_partner == 0
    assert entries - duplicates <= receipts <= (entries - duplicates) * 1.002


def test_entries_are_corrected_and_deleted(make_world: MakeWorld, address: ServerAddress) -> None:
    world = make_world(seed=8)
    corrected, seen, gone, shells, defects = 0, {}, 0, 0, 0
    for day in (3, 4, 6, 8):
        world.move_to(at(day, 11, 30))
        for code in world.registry_codes:
            found = rows(
                address,
                registry_name(code),
                "select entry_id, entered_at, corrected_at, defects, full_name, changed_at from sohoa.entry "
                "join sohoa.book using (book_id) where phase = 2",
            )
            now = {entry_id: (fixed, flaws, changed) for entry_id, _, fixed, flaws, _, changed in found}
            for entry_id, (fixed, flaws, changed) in seen.get(code, {}).items():
                if entry_id not in now:
                    gone += 1
                elif fixed is None and flaws and now[entry_id][0] is not None:
                    assert now[entry_id][1] == []
                    assert now[entry_id][2] > changed
                    corrected += 1
            assert all((entered is None) == (name is None) for _, entered, _, _, name, _ in found)
            shells += sum(entered is None for _, entered, *_ in found)
            defects += sum(bool(flaws) for _, _, _, flaws, _, _ in found)
            seen[code] = now
    assert min(corrected, gone, shells, defects) > 0


def test_log_in_sees_its_own_registry_and_no_person(make_world: MakeWorld) -> None:
    world = make_world()
    own, other = world.registry_codes[1], world.registry_codes[2]
    with log_in(world, f"registry_{own}") as conn:
        assert conn.execute("select count(*) from (select entry_id, defects from sohoa.entry) e").fetchone() != (0,)
        assert conn.execute("select rolsuper from pg_roles where rolname = current_user").fetchone() == (False,)
        for forbidden in (
            "select full_name from sohoa.entry",
            "select * from sohoa.entry",
            "select error_text from sohoa.transfer",
            "select * from sohoa.requeue_log",
            "select * from rehearsal.clock",
            "update sohoa.transfer set state = 'queued'",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                conn.execute(forbidden)
    with log_in(world, "ministry_ledger") as conn:
        assert conn.execute("select count(*) from ledger.receipt").fetchone() != (0,)
    fields = world.connections(direct=True)[f"registry_{own}"]
    for database in (f"registry_{other}", LEDGER, TRUTH):
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(
                host=fields["host"],
                port=fields["port"],
                dbname=database,
                user=fields["login"],
                password=fields["password"],
            )


def test_refuses_what_it_cannot_do(
    make_world: MakeWorld, small_plan: Plan, address: ServerAddress, tmp_path: Path
) -> None:
    world = make_world()
    world.move_to(at(1, 9))
    with pytest.raises(WorldError, match="cannot move back"):
        world.move_to(at(1, 8))
    with pytest.raises(ValueError, match="no offset"):
        world.move_to(datetime(2025, 3, 2))  # noqa: DTZ001
    with pytest.raises(WorldError, match="holds a world already"):
        World.create(small_plan, address, world.folder, 1, 1.0)
    with pytest.raises(WorldError, match="holds no world"):
        World.open(tmp_path / "nowhere")
    with pytest.raises(ValueError, match="not above 0"):
        World.create(small_plan, address, tmp_path / "nothing", 1, 0)
