"""Breaks on registries and a ledger made by hand: each kind, and each break known across the days."""

from __future__ import annotations

import argparse
import csv
import io
from datetime import date

import pytest

from include.campaign.desk import breaks as command
from include.campaign.desk.__main__ import SUBCOMMANDS
from include.campaign.desk.command import Desk, DeskError
from include.campaign.warehouse import engine
from tests.campaign.scene import HOME, OTHER, Scene

D1, D2, D3, D4 = "2025-03-05", "2025-03-06", "2025-03-07", "2025-03-08"


def seen(scene: Scene, key: str = D1, code: str = HOME) -> dict[tuple[str, str], int]:
    """What a close saw of a registry, but for totals of books, which `scene.book` gives 20 of each."""
    rows = scene.rows(
        "select kind, subject, items from closing.break_seen"
        f" where close_key = '{key}' and registry_code = '{code}' and kind != 'closing_total'"
    )
    return {(kind, subject): items for kind, subject, items in rows}


def counts(scene: Scene, key: str, kind: str, code: str = HOME) -> tuple:
    """Open, new, cleared, waived, unseen and the bands of what is open, of one kind."""
    [row] = scene.rows(
        "select coalesce(sum(open), 0), coalesce(sum(new), 0), coalesce(sum(cleared), 0), coalesce(sum(waived), 0),"
        " coalesce(sum(unseen), 0), coalesce(string_agg(age_band, ' ') filter (where open > 0), '')"
        f" from closing.break_count where close_key = '{key}' and registry_code = '{code}' and kind = '{kind}'"
    )
    return tuple(int(cell) if not isinstance(cell, str) else cell for cell in row)


def attach(scene: Scene, entry_id: int, page: str | None, code: str = HOME) -> None:
    name = f"'{page}'" if page else "null"
    scene.registry(
        code,
        f"update sohoa.entry set scan_attached_at = '2025-03-03 10:00+07', page_file = {name}"
        f" where entry_id = {entry_id}",
    )


def entries(scene: Scene, *numbers: str, book: int = 1, code: str = HOME, first: int = 1) -> None:
    for entry_id, number in enumerate(numbers, start=first):
        scene.entry(code, entry_id, book, number, "02 09:00")


# Each kind: the statements that make it, and what is seen of it.


def test_a_time_after_the_moment_of_reading(scene: Scene) -> None:
    scene.book(HOME, 1)
    entries(scene, "1", "2")
    scene.registry(HOME, "update sohoa.entry set reviewed_at = '2025-03-05 18:01+07' where entry_id = 2")
    scene.close()
    assert seen(scene) == {("future_dated", "2"): 1}
    scene.close(D2)
    assert seen(scene, D2) == {("entry_without_scan", "1"): 1, ("entry_without_scan", "2"): 1}


def test_an_entry_without_a_scan_in_a_book_that_is_scanned(scene: Scene) -> None:
    scene.book(HOME, 1)
    entries(scene, "1", "2", "3")
    attach(scene, 2, "KS.2004.01.002.pdf")
    scene.registry(HOME, "update sohoa.book set scanned_at = '2025-03-04 08:00+07'")
    scene.registry(HOME, "update sohoa.entry set entered_at = null where entry_id = 3")
    scene.close()
    assert seen(scene) == {("entry_without_scan", "1"): 1}


@pytest.mark.parametrize(
    ("numbers", "found"),
    [
        (["1", "2", "3"], {}),
        (["1", "2", "2", "3"], {("entry_no_repeated", "1"): 1}),
        (["1", "2", "5"], {("entry_no_gap", "1"): 2}),
        (["3"], {("entry_no_gap", "1"): 2}),
        (["1", "1/2004", "01", "1A"], {}),  # one number, four ways to write it that are not the same
        (["1a", "1A", "số 1", "số  1"], {("entry_no_repeated", "1"): 2}),
        (["số 1", "so\u0302\u0301 2", "s\u1ed1 2"], {("entry_no_repeated", "1"): 1}),
        (["không số", "1"], {}),
        (["1", "123456789012"], {}),  # no number of an entry, and no million missing ones
    ],
)
def test_numbers_of_entries_that_repeat_or_are_missing(
    scene: Scene, numbers: list[str], found: dict[tuple[str, str], int]
) -> None:
    scene.book(HOME, 1)
    entries(scene, *numbers)
    scene.close()
    assert seen(scene) == found


def test_a_total_on_the_closing_page_that_is_not_that_of_the_entries(scene: Scene) -> None:
    for book, number in enumerate(("01", "02", "03"), start=1):
        scene.book(HOME, book, book_no=number)
        entries(scene, "1", "2", book=book, first=book * 10)
    for book, total in ((1, "2"), (2, "5"), (3, "null")):
        scene.registry(HOME, f"update sohoa.book set closing_total = {total} where book_id = {book}")
    scene.close()
    rows = scene.rows("select subject, items from closing.break_seen where kind = 'closing_total'")
    assert rows == [("2", 3)]


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        ("KS.2004.01.001.pdf", None),
        ("KS.2004.01.1.pdf", None),
        ("KS.2004.01.00001.pdf", None),
        ("KS 2004 01 001.pdf", "scan_name"),
        ("KS.2004.01.001 (1).pdf", "scan_name"),
        ("BANSAO_KS.2004.01.001.pdf", "scan_name"),
        ("KS.2004.01.001.jpg", "scan_name"),
        ("KSX2004X01X001Xpdf", "scan_name"),
        ("KS.2004.01.002.pdf", "scan_of_another"),
        ("KS.2004.02.001.pdf", "scan_of_another"),
        ("KS.2003.01.001.pdf", "scan_of_another"),
        ("KT.2004.01.001.pdf", "scan_of_another"),
    ],
)
def test_names_of_pages_against_the_plans_pattern(scene: Scene, page: str, kind: str | None) -> None:
    scene.book(HOME, 1)
    entries(scene, "1/2004")
    attach(scene, 1, page)
    scene.close()
    subject = "entry 1" if kind == "scan_name" else "1"
    assert seen(scene) == ({(kind, subject): 1} if kind else {})


def test_names_of_books_scans(scene: Scene) -> None:
    for book, name in ((1, "KS.2004.01.pdf"), (2, "KS.2004.02.001.pdf"), (3, "KS 2004 03.pdf")):
        scene.book(HOME, book, book_no=f"0{book}")
        scene.registry(HOME, f"update sohoa.book set scan_file = '{name}' where book_id = {book}")
    scene.close()
    assert seen(scene) == {("scan_name", "book 2"): 1, ("scan_name", "book 3"): 1}


def test_one_page_of_several_entries_in_whatever_form_of_unicode(scene: Scene) -> None:
    scene.book(HOME, 1)
    scene.book(HOME, 2, book_no="Đ\u1ea1i")
    scene.book(HOME, 3, opened_by="00001")  # a merged commune's book 01 beside the own
    scene.book(OTHER, 1)
    entries(scene, "1", "2", "3")
    entries(scene, "1", book=2, first=11)
    entries(scene, "2", book=2, first=12)
    entries(scene, "2", book=3, first=21)
    entries(scene, "2", code=OTHER)
    attach(scene, 1, "KS.2004.01.002.pdf")  # of entry 2
    attach(scene, 2, "KS.2004.01.002.pdf")
    attach(scene, 21, "KS.2004.01.002.pdf")  # of the other book 01
    attach(scene, 3, "KS.2004.01.003.pdf")
    attach(scene, 11, "KS.2004.Đ\u1ea1i.001.pdf")
    attach(scene, 12, "KS.2004.Đa\u0323i.001.pdf")
    attach(scene, 1, "KS.2004.01.002.pdf", code=OTHER)
    scene.close()
    assert seen(scene) == {
        ("scan_of_another", "1"): 1,
        ("scan_of_another", "12"): 1,
        ("scan_repeated", "KS.2004.01.002.pdf"): 3,
        ("scan_repeated", "KS.2004.Đ\u1ea1i.001.pdf"): 2,
        ("entry_no_gap", "3"): 1,
    }
    assert seen(scene, code=OTHER) == {("entry_no_gap", "1"): 1}


def test_what_the_ledger_shows(scene: Scene) -> None:
    scene.book(HOME, 1)
    entries(scene, "1", "2", "3", "4", "4", "6")
    for entry_id in (1, 2, 3):
        scene.registry(
            HOME,
            "insert into sohoa.transfer (entry_id, state, attempts, queued_at, ministry_ref)"
            f" values ({entry_id}, 'accepted', 1, now(), 'REF-{entry_id}')",
        )
    scene.receipt(1, HOME, "999", "03 09:00", ref="REF-1")  # matched, under another number
    scene.receipt(2, HOME, "1", "03 10:00", sender=1)  # once more
    scene.receipt(3, HOME, "2", "03 09:00", ref="REF-2", cancelled="04 09:00")
    scene.receipt(4, HOME, "4", "03 09:00")  # of either entry
    scene.receipt(5, HOME, "77", "03 09:00")  # of none
    scene.receipt(6, "99999", "1", "03 09:00")  # of no unit that anybody knows
    scene.receipt(7, HOME, "78", "05 19:00")  # of tomorrow
    scene.close()
    assert seen(scene) == {
        ("ref_key_differs", "1"): 1,
        ("ledger_double", "2"): 1,
        ("cancelled", "2"): 1,
        ("accepted_unreceived", "3"): 1,
        ("ledger_ambiguous", "4"): 1,
        ("ledger_unknown", "5"): 1,
        ("entry_no_repeated", "1"): 1,
        ("entry_no_gap", "1"): 1,
    }
    assert seen(scene, code="") == {("ledger_unknown", "6"): 1}


def test_a_reference_whose_key_is_written_otherwise_does_not_differ(scene: Scene) -> None:
    scene.book(HOME, 1, book_no="01A")
    scene.entry(HOME, 1, 1, "số 1", "02 09:00", ref="REF-1")
    scene.receipt(1, HOME, " so\u0302\u0301  1", "03 09:00", ref="REF-1", book_no="01a")
    scene.close()
    assert seen(scene) == {}


# One break across the days.


def total(scene: Scene, items: int) -> None:
    """Give the book of `HOME` a closing total that differs by so many."""
    scene.registry(HOME, f"update sohoa.book set closing_total = {items} + (select count(*) from sohoa.entry)")


def known(scene: Scene) -> list[tuple]:
    return scene.rows(
        "select break_id, state, items, first_seen_key, opened_key, cleared_key, reopened"
        " from breaks.known where kind = 'closing_total' and registry_code = '09101'"
    )


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


# What the data team says of them.


def desk(scene: Scene, *words: str) -> str:

    parser = argparse.ArgumentParser()
    subparsers = parser.add_subparsers()
    command.add(subparsers)
    given = parser.parse_args(["breaks", *words])
    out = io.StringIO()
    given.run(Desk(engine(scene.campaign), scene.plan, out), given)
    return out.getvalue()


SAID = ("--why", "Sổ gốc bỏ trang 7", "--by", "tổ dữ liệu")


def test_a_waived_break_is_not_open_until_its_waiver_is_over(scene: Scene) -> None:
    scene.book(HOME, 1)
    total(scene, 3)
    scene.close(D1)
    assert "waive until 2025-03-07 is recorded" in desk(scene, "waive", "1", "--until", D3, *SAID)
    for key, counted in (
        (D2, (0, 0, 1, 1, 0, "")),
        (D3, (0, 0, 0, 1, 0, "")),
        (D4, (1, 1, 0, 0, 0, "4-7")),
    ):
        scene.close(key)
        assert counts(scene, key, "closing_total") == counted, key
    assert scene.rows(f"select newly_waived from closing.break_count where close_key = '{D2}'") == [(1,)]
    assert scene.rows("select distinct held_why from closing.close") == [(None,)]
    assert [row[1] for row in known(scene)] == ["open"]


def test_a_waiver_is_taken_back_and_every_act_stays(scene: Scene) -> None:
    scene.book(HOME, 1)
    total(scene, 3)
    scene.close(D1)
    desk(scene, "waive", "1", "--until", "2025-03-20", *SAID)
    assert " waived " in desk(scene, "list", "--state", "waived")
    desk(scene, "unwaive", "1", "--why", "Đã đếm lại", "--by", "tổ dữ liệu")
    desk(scene, "comment", "1", *SAID)
    scene.close(D2)
    assert counts(scene, D2, "closing_total") == (1, 0, 0, 0, 0, "2-3")
    acts = scene.rows("select act, until_day, why, by_whom from breaks.act order by act_id")
    assert acts == [
        ("waive", date(2025, 3, 20), "Sổ gốc bỏ trang 7", "tổ dữ liệu"),
        ("unwaive", None, "Đã đếm lại", "tổ dữ liệu"),
        ("comment", None, "Sổ gốc bỏ trang 7", "tổ dữ liệu"),
    ]
    shown = desk(scene, "show", "1")
    assert "tổ dữ liệu: waive until 2025-03-20: Sổ gốc bỏ trang 7" in shown
    assert "next_step_vi: Nhập tiếp cho đủ; nếu đã đủ thì đếm lại trang khóa sổ" in shown


def test_the_list_is_filtered_and_can_be_csv(scene: Scene) -> None:
    scene.book(HOME, 1)
    scene.book(OTHER, 1)
    scene.close("2025-03-04")
    entries(scene, "1", "2", "1")
    scene.receipt(1, HOME, "77", "05 10:00")
    scene.close(D1)

    def listed(*filters: str) -> list[str]:
        head, *rows = csv.reader(io.StringIO(desk(scene, "list", "--csv", *filters)))
        assert head == list(command.COLUMNS)
        return [row[head.index("kind")] for row in rows]

    assert listed() == ["closing_total", "closing_total", "entry_no_repeated", "ledger_unknown"]
    assert listed("--registry", OTHER) == ["closing_total"]
    assert listed("--owner", "department") == ["ledger_unknown"]
    assert listed("--days", "2") == ["closing_total", "closing_total"]
    assert listed("--kind", "scan_name") == []
    assert listed("--state", "cleared") == []
    table = desk(scene, "list", "--kind", "entry_no_repeated").splitlines()
    assert table[1].split()[1:7] == [HOME, "entry_no_repeated", "1", "1", "open", "1"]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("waive", "9", "--until", D4, *SAID), "there is no break 9"),
        (("waive", "1", "--until", D4, *SAID), "break 1 is cleared"),
        (("unwaive", "2", *SAID), "break 2 is not waived"),
        (("comment", "2", "--why", " ", "--by", "x"), "say why"),
        (("list", "--registry", "123"), "123 is no registry of the plan"),
    ],
)
def test_what_cannot_be_done_is_refused(scene: Scene, words: tuple[str, ...], reason: str) -> None:
    scene.book(HOME, 1)
    total(scene, 3)
    scene.close(D1)
    entries(scene, "2")
    total(scene, 0)
    scene.close(D2)
    with pytest.raises(DeskError, match=reason):
        desk(scene, *words)
    assert scene.rows("select * from breaks.act") == []


def test_the_command_is_on_the_desk() -> None:
    assert command.add in SUBCOMMANDS
