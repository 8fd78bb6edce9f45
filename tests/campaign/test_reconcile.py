"""Matching and closing, on a registry and a ledger made by hand; every expected figure is counted by hand too."""

from __future__ import annotations

import pytest

from include.campaign.reconcile import close_days, closing, gaps_to_settle
from include.campaign.warehouse import engine
from tests.campaign.scene import HOME, OTHER, Scene, at


def received(scene: Scene, **kwargs) -> int | None:
    return scene.figure("received", **kwargs)[0]


def test_dated_figures_count_what_happened_up_to_the_cut_off(scene: Scene) -> None:
    scene.book(HOME, 1)
    scene.entry(HOME, 1, 1, "1", "04 17:59")
    scene.entry(HOME, 2, 1, "2", "04 18:01")
    scene.entry(HOME, 3, 1, "3", "05 18:00")
    scene.entry(HOME, 4, 1, "4", "05 18:01")
    scene.registry(HOME, "update sohoa.entry set reviewed_at = '2025-03-05 12:00+07' where entry_id <= 2")
    scene.registry(HOME, "update sohoa.entry set defects = '{BAD_DATE,BAD_CODE}' where entry_id = 1")
    scene.close()
    columns = (
        "books_collected, books_classified, books_scanned, entered, entered_in_day, reviewed, open_defects, received"
    )
    assert scene.figure(columns) == (1, 1, 0, 3, 2, 2, 1, 0)


def test_state_figures_and_codes(scene: Scene) -> None:
    scene.book(HOME, 1)
    states = [
        ("queued", None),
        ("sent", None),
        ("failed", "REMOTE_DOWN"),
        ("failed", "REMOTE_DOWN"),
        ("rejected", "BAD_DATE"),
    ]
    for number, (state, code) in enumerate(states, start=1):
        scene.entry(HOME, number, 1, str(number), "02 09:00")
        error = f"'{code}'" if code else "null"
        scene.registry(
            HOME,
            "insert into sohoa.transfer (entry_id, state, queued_at, error_code)"
            f" values ({number}, '{state}', now(), {error})",
        )
    scene.close()
    assert scene.figure("queued, awaiting, rejected, failed") == (1, 1, 1, 2)
    codes = scene.rows("select state, error_code, entries from closing.code_count order by 1, 2")
    assert codes == [("failed", "REMOTE_DOWN", 2), ("rejected", "BAD_DATE", 1)]


def test_match_by_reference_first_even_when_the_key_differs(scene: Scene) -> None:
    scene.book(HOME, 1)
    scene.entry(HOME, 1, 1, "1", "02 09:00", ref="REF-1")
    scene.receipt(1, HOME, "999", "03 09:00", ref="REF-1")
    scene.close()
    assert received(scene) == 1


def test_a_reference_of_another_unit_does_not_match(scene: Scene) -> None:
    scene.book(HOME, 1)
    scene.entry(HOME, 1, 1, "1", "02 09:00", ref="REF-1")
    scene.receipt(1, OTHER, "1", "03 09:00", ref="REF-1")
    scene.close()
    assert received(scene) == 0


def test_match_by_sender_id_inside_the_registry_only(scene: Scene) -> None:
    for code in (HOME, OTHER):
        scene.book(code, 1)
        scene.entry(code, 7, 1, "7", "02 09:00")
    scene.receipt(1, HOME, "unreadable", "03 09:00", sender=7)
    scene.close()
    assert (received(scene), received(scene, code=OTHER)) == (1, 0)


@pytest.mark.parametrize(
    ("written", "sent", "matches"),
    [
        ("12", "12", 1),
        ("12A", " 12a ", 1),
        ("12 bis", "12  bis", 1),
        ("Đ1", "đ1", 1),
        ("12 bis", "12\u00a0bis", 1),
        ("12/2004", "12/2004", 1),
        ("12", "12/2004", 0),
        ("12", "012", 0),
        ("số 1", "số 1".encode().decode(), 1),
        ("s\u1ed1 1", "so\u0302\u0301 1", 1),  # composed and decomposed
    ],
)
def test_the_natural_key_is_folded_and_never_stripped(scene: Scene, written: str, sent: str, matches: int) -> None:
    scene.book(HOME, 1)
    scene.entry(HOME, 1, 1, written, "02 09:00")
    scene.receipt(1, HOME, sent, "03 09:00")
    scene.close()
    assert received(scene) == matches


def test_the_openers_and_a_predecessors_code_mean_the_present_registry(scene: Scene) -> None:
    old = next(row for row in scene.plan.predecessors if row.old_code not in scene.plan.registry_codes)
    successor = old.code
    scene.registries[successor] = scene.registries.pop(HOME)
    scene.book(successor, 1, opened_by="00001")
    scene.book(successor, 2, book_no="02")
    scene.entry(successor, 1, 1, "1", "02 09:00")
    scene.entry(successor, 2, 2, "1", "02 09:00")
    scene.receipt(1, "00001", "1", "03 09:00")
    scene.receipt(2, old.old_code, "1", "03 09:00", book_no="02")
    scene.close()
    assert received(scene, code=successor) == 2


def test_two_receipts_of_one_entry_count_once(scene: Scene) -> None:
    scene.book(HOME, 1)
    scene.entry(HOME, 1, 1, "1", "02 09:00", ref="REF-1")
    scene.receipt(1, HOME, "1", "03 09:00", ref="REF-1")
    scene.receipt(2, HOME, "1", "04 09:00")
    scene.close()
    assert received(scene) == 1


def test_a_cancelled_receipt_is_received_until_it_is_cancelled(scene: Scene) -> None:
    scene.book(HOME, 1)
    scene.entry(HOME, 1, 1, "1", "02 09:00", ref="REF-1")
    scene.receipt(1, HOME, "1", "03 09:00", ref="REF-1", cancelled="05 09:00")
    scene.close("2025-03-04")
    scene.close("2025-03-05")
    assert (received(scene, key="2025-03-04"), received(scene, key="2025-03-05")) == (1, 0)


def merged_books(scene: Scene) -> None:
    """Two books of merged communes that carry one key: nobody can say which entry a receipt is of."""
    scene.book(HOME, 1, opened_by=HOME)
    scene.book(HOME, 2, opened_by="00001")
    scene.entry(HOME, 1, 1, "1", "02 09:00")
    scene.entry(HOME, 2, 2, "1", "02 09:00")


def test_ambiguous_receipts_in_one_registry_count_up_to_their_candidates(scene: Scene) -> None:
    merged_books(scene)
    scene.receipt(1, HOME, "1", "03 09:00")
    scene.close("2025-03-04")
    assert received(scene, key="2025-03-04") == 1
    scene.receipt(2, HOME, "1", "05 09:00")
    scene.receipt(3, HOME, "1", "05 10:00")
    scene.close("2025-03-05")
    assert received(scene, key="2025-03-05") == 2


def test_an_ambiguous_receipt_never_counts_an_entry_twice(scene: Scene) -> None:
    merged_books(scene)
    scene.receipt(1, "00001", "1", "03 09:00")  # the opener's code names one of them
    scene.receipt(2, HOME, "1", "03 10:00")
    scene.receipt(3, HOME, "1", "03 11:00")
    scene.close()
    assert received(scene) == 2


def test_candidates_in_two_registries_count_in_none(scene: Scene) -> None:
    for code in (HOME, OTHER):
        scene.book(code, 1, opened_by="00001")
        scene.entry(code, 1, 1, "1", "02 09:00")
    scene.receipt(1, "00001", "1", "03 09:00")
    scene.close()
    assert (received(scene), received(scene, code=OTHER)) == (0, 0)


def test_an_unread_registry_has_no_data_but_what_the_ledger_tells(scene: Scene) -> None:
    for code in (HOME, OTHER):
        scene.book(code, 1)
        scene.entry(code, 1, 1, "1", "02 09:00", ref=f"REF-{code}")
    scene.close("2025-03-04")
    scene.receipt(1, OTHER, "1", "05 09:00", ref=f"REF-{OTHER}")
    scene.close("2025-03-05", unread=(OTHER,))
    assert scene.figure("entered, received", code=OTHER, key="2025-03-04") == (1, 0)
    assert scene.figure("entered, reviewed, queued, received", code=OTHER) == (None, None, None, 1)
    known = scene.rows(
        "select outcome, reading_id, received_from, last_known_key from closing.registry_close"
        f" where close_key = '2025-03-05' and registry_code = '{OTHER}'"
    )
    assert known == [("not_read", None, "last_mirror", "2025-03-04")]
    assert scene.rows("select state from closing.close order by close_key") == [("gaps",), ("gaps",)]


def test_a_figure_that_rests_on_a_missing_column_has_no_data(scene: Scene) -> None:
    scene.book(HOME, 1)
    scene.entry(HOME, 1, 1, "1", "02 09:00")
    scene.registry(HOME, "alter table sohoa.entry drop column reviewed_at")
    scene.registry(HOME, "drop table sohoa.transfer cascade")
    scene.receipt(1, HOME, "1", "03 09:00")
    scene.close()
    assert scene.figure("entered, reviewed, queued, failed, received") == (1, None, None, None, 1)
    progress = scene.rows(
        f"select entered, reviewed from closing.progress where registry_code = '{HOME}' and baseline = 'plan37'"
    )
    assert progress == [(1, None)]


def test_an_unread_ledger_takes_received_from_all_and_nothing_else(scene: Scene) -> None:
    scene.book(HOME, 1)
    scene.entry(HOME, 1, 1, "1", "02 09:00", ref="REF-1")
    scene.receipt(1, HOME, "1", "03 09:00", ref="REF-1")
    scene.close("2025-03-04")
    scene.close("2025-03-05", ledger=False)
    assert scene.figure("entered, received, received_in_day") == (1, None, None)
    assert scene.rows("select distinct received from closing.progress where close_key = '2025-03-05'") == [(None,)]


def test_closing_again_changes_nothing(scene: Scene) -> None:
    scene.book(HOME, 1)
    scene.entry(HOME, 1, 1, "1", "02 09:00", ref="REF-1")
    scene.receipt(1, HOME, "1", "03 09:00", ref="REF-1")
    scene.close()
    tables = ("figure", "progress", "code_count", "registry_close", "restatement")
    before = [scene.rows(f"select * from closing.{table} order by 1, 2, 3") for table in tables]
    scene.close(now="05 19:00")
    after = [scene.rows(f"select * from closing.{table} order by 1, 2, 3") for table in tables]
    moved = (3,)  # registry_close names the newest reading; everything that is a figure stands
    assert [rows for place, rows in enumerate(after) if place not in moved] == [
        rows for place, rows in enumerate(before) if place not in moved
    ]


def test_a_later_close_restates_dated_figures_and_keeps_state_figures(scene: Scene) -> None:
    scene.book(HOME, 1)
    for number in (1, 2):
        scene.entry(HOME, number, 1, str(number), "02 09:00")
        scene.registry(
            HOME, f"insert into sohoa.transfer (entry_id, state, queued_at) values ({number}, 'queued', now())"
        )
    scene.close()
    scene.registry(HOME, "delete from sohoa.entry where entry_id = 2")
    scene.close(now="06 09:00")
    assert scene.figure("entered, queued") == (1, 2)
    restated = scene.rows("select figure, old, new, why from closing.restatement")
    assert restated == [("entered", 2, 1, "source changed")]


def test_late_data_fills_a_gap_and_is_marked(scene: Scene) -> None:
    scene.book(HOME, 1)
    scene.entry(HOME, 1, 1, "1", "02 09:00")
    scene.book(OTHER, 1)
    scene.close(unread=(HOME,))
    scene.close(now="06 07:00")
    assert scene.figure("entered") == (1,)
    assert ("entered", None, 1, "late data") in scene.rows("select figure, old, new, why from closing.restatement")


def settle(scene: Scene, before: str, now: str) -> list[str]:
    with engine(scene.campaign).begin() as conn:
        gaps = gaps_to_settle(conn, scene.calendar, scene.calendar.close(before))
        close_days(conn, scene.calendar, gaps, f"settle-{now}", at(now))
        return [gap.key for gap in gaps]


def test_a_gap_day_is_settled_by_a_later_reading_and_its_state_stays_unknown(scene: Scene) -> None:
    scene.book(HOME, 1)
    scene.book(OTHER, 1)
    scene.entry(HOME, 1, 1, "1", "04 09:00")
    scene.registry(HOME, "insert into sohoa.transfer (entry_id, state, queued_at) values (1, 'queued', now())")
    scene.receipt(1, HOME, "1", "04 10:00")
    scene.close("2025-03-04", unread=(HOME,), ledger=False)
    assert settle(scene, "2025-03-05", "04 20:00") == []
    scene.entry(HOME, 2, 1, "2", "05 09:00")
    scene.close("2025-03-05")
    assert settle(scene, "2025-03-05", "05 18:05") == ["2025-03-04"]
    assert scene.figure("entered, received, queued", key="2025-03-04") == (1, 1, None)
    assert scene.figure("entered, received, queued", key="2025-03-05") == (2, 1, 1)
    known = scene.rows(
        "select outcome, state_read_at from closing.registry_close"
        f" where close_key = '2025-03-04' and registry_code = '{HOME}'"
    )
    assert known == [("late", None)]
    assert scene.rows("select distinct why from closing.restatement") == [("late data",)]
    restated = scene.rows("select count(*) from closing.restatement")
    assert settle(scene, "2025-03-05", "05 18:10") == []
    assert scene.rows("select count(*) from closing.restatement") == restated


def test_progress_counts_under_the_baselines_predicate(scene: Scene) -> None:
    scene.book(HOME, 1, phase=1, book_no="09")
    scene.book(HOME, 2, phase=2)
    scene.entry(HOME, 1, 1, "1", "02 09:00", ref="REF-1")
    scene.entry(HOME, 2, 2, "2", "02 09:00", ref="REF-2")
    scene.entry(HOME, 3, 2, "3", "02 09:00")
    scene.receipt(1, HOME, "1", "03 09:00", ref="REF-1")
    scene.receipt(2, HOME, "2", "03 09:00", ref="REF-2")
    scene.close()
    quota = scene.plan.quota("plan37", HOME, "registry")
    assert quota is not None
    rows = scene.rows(
        f"select quota, entered, received from closing.progress where registry_code = '{HOME}' and baseline = 'plan37'"
    )
    assert rows == [(quota.cases, 2, 1)]
    counted = scene.rows(
        f"select quota, origin from closing.progress where registry_code = '{HOME}' and baseline = 'counted'"
    )
    assert counted == [(20, "counted")]


def test_a_district_registry_has_no_quota(scene: Scene) -> None:
    scene.book(HOME, 1)
    scene.close()
    assert scene.rows(
        "select distinct quota from closing.progress where registry_code = '091' and baseline = 'plan37'"
    ) == [(None,)]


def classes(scene: Scene, side: str, key: str = "2025-03-05") -> dict[str, int]:
    return dict(
        scene.rows(
            "select class, sum(items)::int from closing.class_count"
            f" where close_key = '{key}' and side = '{side}' group by class order by class"
        )
    )


def outbox(scene: Scene, entry_id: int, state: str, code: str | None = None, ref: str | None = None) -> None:
    scene.entry(HOME, entry_id, 1, str(entry_id), "02 09:00")
    scene.registry(
        HOME,
        "insert into sohoa.transfer (entry_id, state, queued_at, error_code, ministry_ref) values"
        f" ({entry_id}, '{state}', now(), nullif('{code}', 'None'), nullif('{ref}', 'None'))",
    )


def test_every_entry_and_every_receipt_is_in_exactly_one_class(scene: Scene) -> None:
    scene.book(HOME, 1)
    scene.book(HOME, 2, opened_by="00001")
    outbox(scene, 1, "accepted", ref="REF-1")  # E1, with two live receipts and a cancelled one
    outbox(scene, 2, "sent")  # E2: received, the answer was lost
    outbox(scene, 3, "rejected", "DUP_RECORD")  # E2: an answer to our own lost send
    scene.entry(HOME, 4, 1, "4", "02 09:00")  # E3, with its twin in the other book
    scene.entry(HOME, 104, 2, "4", "02 09:00")
    outbox(scene, 5, "accepted", ref="REF-5")  # E4: withdrawn
    outbox(scene, 6, "accepted", ref="REF-6")  # E5
    for entry_id, code in ((7, "DUP_PERSON"), (8, "BAD_DATE"), (9, "REMOTE_REJECT"), (10, "NEVER_SEEN")):
        outbox(scene, entry_id, "rejected", code)  # E6 of four kinds
    for entry_id, code in ((11, "REMOTE_TIMEOUT"), (12, "BAD_DATE"), (13, "NEVER_SEEN")):
        outbox(scene, entry_id, "failed", code)  # E7 of three kinds
    outbox(scene, 14, "sent")  # E8
    outbox(scene, 15, "queued")  # E9
    scene.entry(HOME, 16, 1, "16", "02 09:00")  # E10
    scene.entry(HOME, 17, 1, "17", "06 09:00")  # E11: entered after the cut-off
    scene.receipt(1, HOME, "1", "03 09:00", ref="REF-1")
    scene.receipt(2, HOME, "x", "03 10:00", sender=1)
    scene.receipt(3, HOME, "x", "03 11:00", sender=1, cancelled="04 09:00")
    scene.receipt(4, HOME, "2", "03 09:00")
    scene.receipt(5, HOME, "3", "03 09:00")
    scene.receipt(6, HOME, "4", "03 09:00")
    scene.receipt(7, HOME, "5", "03 09:00", ref="REF-5", cancelled="04 09:00")
    scene.receipt(8, HOME, "nowhere", "03 09:00")
    scene.receipt(9, "99999", "1", "03 09:00")
    scene.receipt(10, HOME, "14", "05 19:00")  # after the cut-off: of tomorrow
    scene.close()
    assert classes(scene, "entry") == {
        "E1": 1,
        "E2": 2,
        "E3": 2,
        "E4": 1,
        "E5": 1,
        "E6-duplicate": 1,
        "E6-correctable": 1,
        "E6-other": 1,
        "E6-unknown": 1,
        "E7-remote": 1,
        "E7-other": 1,
        "E7-unknown": 1,
        "E8": 1,
        "E9": 1,
        "E10": 1,
        "E11": 1,
    }
    assert classes(scene, "receipt") == {"R1": 3, "R2": 1, "R3": 1, "R4": 2, "R5": 2}
    assert scene.rows("select items from closing.class_count where class = 'R4' and registry_code = ''") == [(1,)]
    assert scene.rows("select state, held_why from closing.close") == [("gaps", None)]


def test_a_day_whose_sums_do_not_close_is_held_and_says_where(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """A receipt counted twice by a broken statement must not pass as a closed day."""
    scene.book(HOME, 1)
    scene.entry(HOME, 1, 1, "1", "02 09:00")
    scene.receipt(1, HOME, "1", "03 09:00")
    whole = closing.run

    def broken(conn, name, /, **parameters):
        done = whole(conn, name, **parameters)
        if name == "create_classed":
            conn.exec_driver_sql("insert into classed select * from classed where side = 'receipt'")
        return done

    monkeypatch.setattr(closing, "run", broken)
    scene.close()
    [(state, why)] = scene.rows("select state, held_why from closing.close")
    assert state == "held"
    assert why == "the ledger: 1 receipts are held, 2 are counted"
