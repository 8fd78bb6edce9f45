"""Worklists across closes: what is on them, what leaves them, and that they add up whatever happens."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from include.campaign.days import Close
from include.campaign.endpoint import Endpoint
from include.campaign.plan import Plan
from include.campaign.warehouse import engine
from include.campaign.worklist import freeze_worklists, unknown_codes, worklist_counts, worklist_items
from tests.campaign.conftest import FrozenTables
from tests.campaign.scene import HOME, OTHER, Scene

D1, D2, D3 = "2025-03-05", "2025-03-06", "2025-03-07"


def refused(scene: Scene, entry_id: int, code: str = "BAD_DATE", state: str = "rejected", home: str = HOME) -> None:
    scene.entry(home, entry_id, 1, f"{entry_id}/2004", "02 09:00")
    scene.registry(
        home,
        "insert into sohoa.transfer (entry_id, state, attempts, queued_at, sent_at, answered_at, error_code)"
        f" values ({entry_id}, '{state}', 1, now(), '2025-03-03 09:00+07', '2025-03-03 09:01+07', '{code}')",
    )


def corrected(scene: Scene, entry_id: int) -> None:
    scene.registry(HOME, f"update sohoa.entry set corrected_at = now(), changed_at = now() where entry_id = {entry_id}")


def listed(scene: Scene, key: str = D1) -> list[tuple]:
    with engine(scene.campaign).connect() as conn:
        return [(row["registry_code"], row["entry_id"], row["error_code"]) for row in worklist_items(conn, key)]


def counts(scene: Scene, key: str = D1) -> list[tuple]:
    """registry, code, entries, new, done."""
    with engine(scene.campaign).connect() as conn:
        return [tuple(row.values())[:5] for row in worklist_counts(conn, key)]


@pytest.fixture
def ready(scene: Scene) -> Scene:
    scene.book(HOME, 1)
    return scene


def test_what_a_unit_can_correct_is_on_its_list(ready: Scene) -> None:
    for entry_id, code in enumerate(("BAD_DATE", "SCAN_MISSING", "MISSING_REQUIRED"), start=10):
        refused(ready, entry_id, code)
    refused(ready, 2, "SCAN_MISSING", state="failed")
    for entry_id, code in enumerate(("DUP_RECORD", "REMOTE_REJECT", "SOMETHING_NEW"), start=20):
        refused(ready, entry_id, code)
    refused(ready, 30, "REMOTE_TIMEOUT", state="failed")
    ready.close()
    assert listed(ready) == [
        (HOME, 2, "SCAN_MISSING"),
        (HOME, 10, "BAD_DATE"),
        (HOME, 11, "SCAN_MISSING"),
        (HOME, 12, "MISSING_REQUIRED"),
    ]
    assert counts(ready) == [
        (HOME, "SCAN_MISSING", 2, 2, 0),
        (HOME, "BAD_DATE", 1, 1, 0),
        (HOME, "MISSING_REQUIRED", 1, 1, 0),
    ]


@pytest.mark.parametrize("carried", [{"sender": 1}, {}], ids=["by sender id", "by natural key"])
def test_what_the_ledger_has_or_could_have_is_not_on_it(ready: Scene, carried: dict[str, int]) -> None:
    refused(ready, 1)
    refused(ready, 2)
    ready.receipt(1, HOME, "1/2004", "04 09:00", **carried)
    ready.close()
    assert listed(ready) == [(HOME, 2, "BAD_DATE")]


def test_corrected_entries_leave_it_and_come_back_when_refused_again(ready: Scene) -> None:
    refused(ready, 1)
    refused(ready, 2)
    ready.close(D1)
    corrected(ready, 1)
    ready.close(D2)
    assert listed(ready, D2) == [(HOME, 2, "BAD_DATE")]
    assert counts(ready, D2) == [(HOME, "BAD_DATE", 1, 0, 1)]
    again = "attempts = 2, sent_at = now(), answered_at = now()"
    ready.registry(HOME, f"update sohoa.transfer set {again} where entry_id = 1")
    ready.close(D3)
    assert listed(ready, D3) == [(HOME, 1, "BAD_DATE"), (HOME, 2, "BAD_DATE")]
    assert counts(ready, D3) == [(HOME, "BAD_DATE", 2, 1, 0)]
    assert ready.rows("select entry_id, sends, from_key, until_key from worklist.item order by 1, 3") == [
        (1, 1, D1, D2),
        (1, 2, D3, None),
        (2, 1, D1, None),
    ]
    assert listed(ready, D1) == [(HOME, 1, "BAD_DATE"), (HOME, 2, "BAD_DATE")], "what was told stays as it was"


def test_corrected_between_two_readings_of_one_refusal_counts_from_the_first(ready: Scene) -> None:
    """Read for no close first: the refusal was seen, then the correction, before any close looked."""
    refused(ready, 1)
    ready.close(D1, unread=(HOME,))
    ready.close(D1, now="05 19:00")
    assert listed(ready, D1) == [(HOME, 1, "BAD_DATE")]
    corrected(ready, 1)
    ready.close(D2)
    ready.close(D3)
    assert listed(ready, D3) == []


def test_a_number_put_right_at_the_source_is_told_with_its_age(ready: Scene) -> None:
    refused(ready, 1)
    ready.close(D1)
    ready.registry(HOME, "update sohoa.book set book_no = '01A' where book_id = 1")
    ready.close(D2)
    assert counts(ready, D2) == [(HOME, "BAD_DATE", 1, 0, 0)]
    assert ready.rows("select book_no, since = min(since) over (), until_key from worklist.item order by from_key") == [
        ("01", True, D2),
        ("01A", True, None),
    ]


def test_a_registry_that_was_not_read_keeps_its_list(ready: Scene) -> None:
    ready.book(OTHER, 1)
    refused(ready, 1)
    refused(ready, 2, home=OTHER)
    ready.close(D1)
    ready.registry(HOME, "update sohoa.transfer set state = 'queued', error_code = null")
    ready.registry(OTHER, "update sohoa.transfer set state = 'queued', error_code = null")
    ready.close(D2, unread=(HOME,))
    assert counts(ready, D2) == [(HOME, "BAD_DATE", 1, 0, 0), (OTHER, "BAD_DATE", 0, 0, 1)]
    ready.close(D3)
    assert counts(ready, D3) == [(HOME, "BAD_DATE", 0, 0, 1)]


def test_a_registry_that_shows_no_codes_keeps_its_list(ready: Scene) -> None:
    refused(ready, 1)
    ready.close(D1)
    ready.registry(HOME, "alter table sohoa.transfer drop column error_code")
    ready.close(D2)
    assert ready.rows(
        f"select lacking from closing.registry_close where close_key = '{D2}' and registry_code = '{HOME}'"
    ) == [(["transfer.error_code"],)]
    assert listed(ready, D2) == [(HOME, 1, "BAD_DATE")]
    with engine(ready.campaign).connect() as conn:
        assert unknown_codes(conn, D2) == [], "a code that is not shown is not an unknown one"


def test_closing_again_changes_nothing_and_reads_only_who_was_missing(ready: Scene) -> None:
    ready.book(OTHER, 1)
    refused(ready, 1)
    refused(ready, 2, home=OTHER)
    ready.close(D1, unread=(OTHER,))
    refused(ready, 3)
    ready.close(D1, now="05 19:00")
    assert listed(ready) == [(HOME, 1, "BAD_DATE"), (OTHER, 2, "BAD_DATE")], "the first closing read counts"
    assert counts(ready) == [(HOME, "BAD_DATE", 1, 1, 0), (OTHER, "BAD_DATE", 1, 1, 0)]


def test_a_close_after_a_later_one_leaves_the_lists(ready: Scene) -> None:
    refused(ready, 1)
    ready.close(D2)
    refused(ready, 2)
    ready.close(D1, now="07 09:00")
    assert listed(ready, D2) == [(HOME, 1, "BAD_DATE")]
    assert listed(ready, D1) == []


def test_codes_that_the_plan_does_not_know_are_told_with_the_close_that_showed_them_first(ready: Scene) -> None:
    refused(ready, 1, "SOMETHING_NEW")
    refused(ready, 2, "SOMETHING_NEW")
    ready.close(D1)
    refused(ready, 3, "ANOTHER", state="failed")
    ready.registry(HOME, "update sohoa.transfer set error_code = null where entry_id = 2")
    ready.close(D2)
    with engine(ready.campaign).connect() as conn:
        assert [tuple(row.values()) for row in unknown_codes(conn, D1)] == [("SOMETHING_NEW", 2, 1, D1)]
        assert [tuple(row.values()) for row in unknown_codes(conn, D2)] == [
            ("", 1, 1, D2),
            ("ANOTHER", 1, 1, D2),
            ("SOMETHING_NEW", 1, 1, D1),
        ]


# What an entry may be at a close: refused with a code and a number of sends, or anything else; None: not there.
_ENTRY = st.one_of(
    st.none(), st.just(("queued", None, 1)), st.tuples(st.just("rejected"), st.sampled_from(["BAD_DATE", "BAD_CODE"]),
                                                       st.integers(1, 2)),
)  # fmt: skip
_DAY = st.fixed_dictionaries(
    {"read": st.sets(st.sampled_from([HOME, OTHER])), "entries": st.lists(_ENTRY, min_size=6, max_size=6)}
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(days=st.lists(_DAY, min_size=1, max_size=4))
def test_yesterday_plus_new_less_done_is_today(days: list[dict], campaign_db: Endpoint, small_plan: Plan) -> None:
    with engine(campaign_db).connect() as conn:
        play(conn, small_plan, days)
        conn.rollback()


def play(conn: Connection, plan: Plan, days: list[dict]) -> None:
    """Hand-made mirrors, close after close, held against a list kept in memory."""
    frozen = FrozenTables(conn, plan)
    conn.execute(text("create unlogged table matching.pair as select 0::bigint receipt_id, ''::text registry_code,"
                      " 0::bigint entry_id, now() received_at, now() cancelled_at, false crowded limit 0"))  # fmt: skip
    for code in (HOME, OTHER):
        frozen.insert("mirror.book", registry_code=code, book_id=1, register="KS", opened_year=2004, book_no="01",
                      opened_by=code, phase=2, since=1)  # fmt: skip
    kept: dict[tuple[str, int], tuple[str, int]] = {}
    sums: dict[tuple[str, str], int] = {}
    for number, day in enumerate(days, start=5):
        close = frozen.close(f"2025-03-{number:02}")
        shown = mirror(frozen, close, day["entries"])
        for code in (HOME, OTHER):
            frozen.registry(close, code, (0, 0), outcome="ok" if code in day["read"] else "hung")
        freeze_worklists(conn, close, sorted(day["read"]))
        freeze_worklists(conn, close, [])  # closing again
        kept = {key: value for key, value in kept.items() if key[0] not in day["read"]}
        kept |= {key: value for key, value in shown.items() if key[0] in day["read"]}
        found = {
            (row["registry_code"], row["entry_id"]): (row["error_code"], row["sends"])
            for row in worklist_items(conn, close.key)
        }
        assert found == kept
        rows = {(row["registry_code"], row["error_code"]): row for row in worklist_counts(conn, close.key)}
        for key in rows.keys() | sums.keys():
            row = rows.get(key, {"entries": 0, "new": 0, "done": 0})
            assert sums.get(key, 0) + row["new"] - row["done"] == row["entries"], key
            assert min(row["new"], row["done"]) >= 0
        sums = {key: row["entries"] for key, row in rows.items()}


def mirror(frozen: FrozenTables, close: Close, entries: list) -> dict[tuple[str, int], tuple[str, int]]:
    """Write the present entries; returns those that a list should hold."""
    frozen.conn.execute(text("delete from mirror.entry"))
    wanted = {}
    for number, entry in enumerate(entries):
        if entry is None:
            continue
        state, code, sends = entry
        registry = (HOME, OTHER)[number % 2]
        frozen.insert("mirror.entry", registry_code=registry, entry_id=number, book_id=1, entry_no=f"{number}",
                      t_state=state, t_error_code=code, t_attempts=sends, since=close.day.day)  # fmt: skip
        if state == "rejected":
            wanted[registry, number] = (code, sends)
    return wanted
