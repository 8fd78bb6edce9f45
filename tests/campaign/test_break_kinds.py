"""Each kind of break on registries and a ledger made by hand: what is seen, and nothing else."""

from __future__ import annotations

import pytest

from tests.campaign.break_scene import D2, attach, entries, seen
from tests.campaign.scene import HOME, OTHER, Scene


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
