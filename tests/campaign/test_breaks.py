"""Breaks known across the days: they age, are cleared, come back, and stay where nobody could look."""

from __future__ import annotations

from include.campaign.days import Calendar
from include.campaign.plan.rules import Scans
from tests.campaign.break_scene import D1, D2, D3, D4, attach, counts, entries, known, seen, total
from tests.campaign.scene import HOME, OTHER, Scene
from tests.sources import superuser


def test_a_break_keeps_its_identity_ages_is_cleared_and_comes_back(scene: Scene) -> None:
    scene.book(HOME, 1)
    for key, items, counted in (
        (D1, 3, (1, 1, 0, 0, 0, "1")),
        (D2, 2, (1, 0, 0, 0, 0, "2-3")),
        (D3, 0, (0, 0, 1, 0, 0, "")),
        (D4, 2, (1, 1, 0, 0, 0, "1")),
        ("2025-03-15", 2, (1, 0, 0, 0, 0, "8+")),
    ):
        total(scene, items)
        scene.close(key)
        assert counts(scene, key, "closing_total") == counted, key
    assert known(scene) == [(1, "open", 2, D1, D4, None, 1)]
    assert scene.rows("select from_key, until_key, items from breaks.spell order by 1") == [
        (D1, D2, 3),
        (D2, D3, 2),
        (D4, None, 2),
    ]
    assert scene.rows("select close_key, items from closing.break_seen order by 1") == [
        (D1, 3),
        (D2, 2),
        (D4, 2),
        ("2025-03-15", 2),
    ]
    assert scene.rows(f"select reopened from closing.break_count where close_key = '{D4}'") == [(1,)]
    assert scene.rows("select distinct held_why from closing.close") == [(None,)]


def test_a_registry_that_was_not_read_keeps_its_breaks_and_gets_no_new_ones(scene: Scene) -> None:
    scene.book(HOME, 1)
    total(scene, 3)
    scene.close(D1)
    total(scene, 0)
    entries(scene, "1", "1")
    scene.close(D2, unread=(HOME,))
    assert counts(scene, D2, "closing_total") == (1, 0, 0, 0, 1, "2-3")
    assert counts(scene, D2, "entry_no_repeated") == (0, 0, 0, 0, 0, "")
    assert seen(scene, D2) == {}
    total(scene, 0)
    scene.close(D3)
    assert counts(scene, D3, "closing_total")[:3] == (0, 0, 1)
    assert counts(scene, D3, "entry_no_repeated")[:3] == (1, 1, 0)


def test_a_registry_read_in_a_second_run_of_the_evening_is_counted_then(scene: Scene) -> None:
    scene.book(HOME, 1)
    scene.book(OTHER, 1)
    total(scene, 3)
    scene.close(D1)
    total(scene, 0)
    scene.close(D2, unread=(HOME,))
    others = counts(scene, D2, "closing_total", OTHER)
    scene.close(D2, now="06 19:30")
    assert counts(scene, D2, "closing_total") == (0, 0, 1, 0, 0, "")
    assert counts(scene, D2, "closing_total", OTHER) == others == (1, 0, 0, 0, 0, "2-3")
    assert scene.rows("select distinct held_why from closing.close") == [(None,)]


def test_without_the_ledger_its_breaks_stay_and_the_registrys_own_are_told(scene: Scene) -> None:
    scene.book(HOME, 1)
    entries(scene, "1")
    total(scene, 0)
    scene.receipt(1, HOME, "77", "03 09:00")
    scene.close(D1)
    entries(scene, "77", first=2)
    total(scene, 1)
    scene.close(D2, ledger=False)
    assert counts(scene, D2, "ledger_unknown") == (1, 0, 0, 0, 1, "2-3")
    assert counts(scene, D2, "closing_total")[:3] == (1, 1, 0)
    scene.close(D3)
    assert counts(scene, D3, "ledger_unknown")[:3] == (0, 0, 1)


def test_a_receipt_that_an_unread_registry_may_hold_is_not_told_unknown(scene: Scene) -> None:
    for code in (HOME, OTHER):
        scene.book(code, 1, opened_by="00001")
    scene.close(D1)
    scene.entry(OTHER, 1, 1, "1", "05 09:00")
    scene.receipt(1, "00001", "1", "05 10:00")
    scene.receipt(2, "99999", "1", "05 10:00")
    scene.close(D2, unread=(OTHER,))
    assert seen(scene, D2, code="") == {("ledger_unknown", "2"): 1}
    scene.close(D3)
    assert seen(scene, D3, code="") == {("ledger_unknown", "2"): 1}


def test_a_column_that_a_registry_lacks_hides_its_breaks_and_clears_none(scene: Scene) -> None:
    scene.book(HOME, 1)
    entries(scene, "1")
    attach(scene, 1, "KS 2004.pdf")
    scene.registry(HOME, "update sohoa.book set scan_file = 'x.jpg'")
    scene.close(D1)
    assert seen(scene, D1) == {("scan_name", "entry 1"): 1, ("scan_name", "book 1"): 1}
    scene.registry(HOME, "alter table sohoa.entry rename column page_file to file")
    scene.close(D2)
    assert seen(scene, D2) == {("scan_name", "book 1"): 1}
    assert counts(scene, D2, "scan_name") == (2, 0, 0, 0, 1, "2-3")
    scene.registry(HOME, "alter table sohoa.entry rename column file to page_file")
    scene.close(D3)
    assert seen(scene, D3) == seen(scene, D1)
    assert counts(scene, D3, "scan_name") == (2, 0, 0, 0, 0, "2-3")


def everything(scene: Scene) -> list[list[tuple]]:
    tables = ("closing.break_count", "closing.break_look", "closing.break_close", "breaks.known", "breaks.spell")
    return [scene.rows(f"select t.* from {table} as t order by t::text") for table in tables]


def test_closing_a_day_again_changes_nothing(scene: Scene) -> None:
    scene.book(HOME, 1)
    total(scene, 3)
    scene.close(D1)
    total(scene, 1)
    scene.close(D2)
    before = everything(scene)
    total(scene, 5)
    entries(scene, "1", "1")
    scene.close(D2, now="06 20:00")
    assert everything(scene) == before


def test_a_day_that_is_counted_after_a_later_one_leaves_every_break_alone(scene: Scene) -> None:
    scene.book(HOME, 1)
    total(scene, 3)
    scene.close(D1)
    scene.close(D3)
    before = scene.rows("select t.* from breaks.known as t order by 1"), scene.rows("select * from breaks.spell")
    total(scene, 0)
    scene.close(D2, now="07 19:00")
    assert (
        scene.rows("select t.* from breaks.known as t order by 1"),
        scene.rows("select * from breaks.spell"),
    ) == before
    assert counts(scene, D2, "closing_total") == (1, 0, 0, 0, 1, "1")
    assert seen(scene, D2) == {}
    assert scene.rows("select held_why from closing.close where held_why is not null") == []


def test_a_day_whose_breaks_do_not_add_up_is_held_and_told_anew_when_closed_again(scene: Scene) -> None:
    scene.book(HOME, 1)
    total(scene, 3)
    scene.close(D1)
    scene.rows("update closing.break_count set open = open + 1 returning 1")
    scene.close(D2)
    [(state, why)] = scene.rows(f"select state, held_why from closing.close where close_key = '{D2}'")
    assert state == "held"
    assert why == "registry 09101: 1 open breaks closing_total are held, 2 are counted"
    assert scene.rows(f"select * from closing.break_count where close_key = '{D2}'") == []
    scene.rows("update closing.break_count set open = open - 1 returning 1")
    scene.close(D2)
    assert counts(scene, D2, "closing_total") == (1, 0, 0, 0, 0, "2-3")
    assert scene.rows("select held_why from closing.close where held_why is not null") == []


def test_what_is_mended_is_looked_at_again(scene: Scene) -> None:
    scene.book(HOME, 1)
    scene.book(HOME, 2, book_no="02")
    scene.entry(HOME, 1, 1, "1", "02 09:00", ref="REF-1")
    scene.entry(HOME, 2, 1, "2", "02 09:00")
    scene.receipt(1, HOME, "9", "03 09:00", ref="REF-1")
    attach(scene, 1, "KS 2004.pdf")
    attach(scene, 2, "KS.2004.01.002.pdf")
    scene.close(D1)
    assert seen(scene, D1) == {("scan_name", "entry 1"): 1, ("ref_key_differs", "1"): 1}
    attach(scene, 1, "KS.2004.02.001.pdf")
    scene.registry(HOME, "update sohoa.entry set book_id = 2 where entry_id = 1")
    scene.close(D2)  # moved: named well there, and still received under another number
    assert seen(scene, D2) == {("entry_no_gap", "1"): 1, ("ref_key_differs", "1"): 1}
    scene.registry(HOME, "update sohoa.book set book_no = '03' where book_id = 2")
    ledger = scene.ledger
    assert ledger is not None
    with superuser(ledger) as conn:
        conn.execute("update ledger.receipt set book_no = '03', entry_no = '1'")
    scene.close(D3)  # the book is another now, and the ledger says what it should
    assert seen(scene, D3) == {("entry_no_gap", "1"): 1, ("scan_of_another", "1"): 1}


def test_another_pattern_in_the_plan_is_asked_of_all_names(scene: Scene) -> None:
    scene.book(HOME, 1)
    entries(scene, "1")
    attach(scene, 1, "KS.2004.01.001.pdf")
    scene.close(D1)
    assert seen(scene, D1) == {}
    scans = Scans(entry_pattern="{unit}-{register}-{year}-{book}-{number}.pdf")
    scene.calendar = Calendar(scene.plan.rules.model_copy(update={"scans": scans}))
    entries(scene, "2", first=2)
    attach(scene, 2, "09101-KS-2004-01-002.pdf")
    scene.close(D2)
    assert seen(scene, D2) == {("scan_name", "entry 1"): 1}
