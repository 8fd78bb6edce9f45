"""Cases of duplicates: which entries they are, what they repeat, when they are gone, and how each close counts them."""

from __future__ import annotations

import pytest

from tests.campaign.duplicate_scene import (
    D1,
    D2,
    D3,
    D4,
    SECOND,
    cases,
    count,
    decide,
    entry,
    keyed_twice,
    received,
    say,
)
from tests.campaign.scene import HOME, OTHER, Scene

BALANCE = "remaining, open, proposed, needs_paper, new, decided, gone"


@pytest.fixture
def book(scene: Scene) -> Scene:
    scene.book(HOME, 1)
    return scene


def test_a_paper_keyed_twice_is_technical_and_has_its_partner_in_the_ledger(book: Scene) -> None:
    received(book, 1, "12")
    entry(book, 2, " 12 ")  # compared folded
    entry(book, 3, "12/2004")  # another number
    book.close(D1)
    found = cases(book, "kind, partner_registry, partner_entry_id, partner_receipt_id, partners, same_book, suggested")
    assert found == {
        2: ("technical", HOME, 1, 11, 1, True, "same_record"),
        3: ("technical", None, None, None, 0, False, "needs_paper"),
    }


def test_only_what_is_refused_as_a_duplicate_and_not_received_is_a_case(book: Scene) -> None:
    entry(book, 1, "1")
    entry(book, 2, "2", state="failed")  # failed is not refused
    entry(book, 3, "3", error="BAD_DATE")
    entry(book, 4, "4", state="queued", error=None)
    entry(book, 5, "5")  # our own lost send: received
    book.receipt(5, HOME, "5", "03 09:00")
    entry(book, 6, "6")  # cancelled
    book.receipt(6, HOME, "6", "03 09:00", cancelled="04 09:00")
    book.book(HOME, 2, opened_by="00001")
    entry(book, 7, "7")  # one of two that a receipt could be of
    entry(book, 8, "7", book=2)
    book.receipt(7, HOME, "7", "03 09:00")
    entry(book, 9, "9", error="DUP_NEWLY_INVENTED")  # a code that the plan does not know is not a duplicate
    book.close(D1)
    assert list(cases(book)) == [1]
    assert book.rows("select sum(items) from closing.class_count where class = 'E6-duplicate'") == [(1,)]


def test_a_partner_can_be_in_another_registry_or_not_be_received(scene: Scene) -> None:
    scene.book(HOME, 1, opened_by="09104")  # the same unit's book, keyed in both registries that took it over
    scene.book(OTHER, 1, opened_by="09104")
    entry(scene, 1, "1")
    received(scene, 7, "1", code=OTHER)
    entry(scene, 2, "2")
    entry(scene, 3, "2")
    scene.close(D1)
    found = cases(scene, "partner_registry, partner_entry_id, partner_receipt_id, suggested")
    assert found[1] == (OTHER, 7, 27, "same_record")
    assert found[2] == (HOME, 3, None, "needs_paper")
    assert found[3] == (HOME, 2, None, "needs_paper")


def test_among_several_partners_the_one_in_the_ledger_is_shown(book: Scene) -> None:
    entry(book, 1, "1", state="queued", error=None)
    entry(book, 2, "1")
    received(book, 3, "1")
    book.close(D1)
    assert cases(book, "partner_entry_id, partner_receipt_id, partners")[2] == (3, 13, 2)


def test_a_receipt_of_the_same_key_that_is_another_books_is_a_partner_but_not_the_same_record(scene: Scene) -> None:
    """Two units' books with one number, merged: the Ministry cannot tell them apart, people must."""
    scene.book(HOME, 1, opened_by="09101")
    scene.book(HOME, 2, opened_by="09104")
    entry(scene, 1, "1", state="accepted", error=None, book=2, ref="R-1")
    scene.receipt(1, HOME, "1", "03 09:00", ref="R-1")
    entry(scene, 2, "1", book=1)
    scene.close(D1)
    found = cases(scene, "kind, partner_entry_id, partner_receipt_id, same_book, suggested")
    assert found == {2: ("technical", 1, 1, False, "needs_paper")}


def test_a_suspected_person_is_a_possible_twin_next_to_a_received_neighbour_in_a_birth_register(scene: Scene) -> None:
    scene.book(HOME, 1)
    scene.book(HOME, 2, book_no="02")
    scene.registry(HOME, "update sohoa.book set register = 'KH' where book_id = 2")
    received(scene, 1, "1")
    entry(scene, 2, "2", error="DUP_PERSON")
    entry(scene, 4, "4", error="DUP_PERSON")  # no neighbour
    entry(scene, 5, "5/2004", error="DUP_RECORD")  # not a person's
    entry(scene, 6, "1", error="DUP_PERSON")  # the same number: keyed twice, whatever the code
    entry(scene, 7, "1", state="accepted", error=None, book=2, ref="R-7")
    scene.receipt(7, HOME, "1", "03 09:00", ref="R-7", book_no="02")
    entry(scene, 8, "2", error="DUP_PERSON", book=2)  # not in a register of births
    scene.close(D1)
    assert cases(scene, "kind, possible_twin, suggested") == {
        2: ("person", True, "needs_paper"),
        4: ("person", False, "needs_paper"),
        5: ("technical", False, "needs_paper"),
        6: ("technical", False, "same_record"),
        8: ("person", False, "needs_paper"),
    }


def test_a_partner_that_comes_later_is_found_and_one_that_is_cancelled_is_lost(book: Scene) -> None:
    entry(book, 1, "1")
    book.close(D1)
    assert cases(book, "suggested") == {1: "needs_paper"}
    received(book, 2, "1")
    book.close(D2)
    assert cases(book, "suggested, partner_receipt_id") == {1: ("same_record", 12)}
    from tests.sources import superuser  # noqa: PLC0415

    assert book.ledger is not None
    with superuser(book.ledger) as conn:
        conn.execute("update ledger.receipt set cancelled_at = '2025-03-07 09:00+07'")
    book.close(D3)
    assert cases(book, "suggested, partner_entry_id, partner_receipt_id") == {1: ("needs_paper", 2, None)}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("delete from sohoa.entry where entry_id = 1", "deleted"),
        ("update sohoa.transfer set state = 'queued', error_code = null", "put_back"),
        ("update sohoa.transfer set error_code = 'BAD_DATE'", "otherwise"),
    ],
)
def test_a_case_is_gone_when_the_registry_shows_it_otherwise_and_back_when_it_does_not(
    book: Scene, change: str, why: str
) -> None:
    entry(book, 1, "1")
    book.close(D1)
    book.registry(HOME, change)
    book.close(D2)
    assert cases(book, "gone_key, gone_why, remaining") == {1: (D2, why, False)}
    assert count(book, D2, BALANCE) == (0, 0, 0, 0, 0, 0, 1)
    if why != "deleted":
        book.registry(HOME, "update sohoa.transfer set state = 'rejected', error_code = 'DUP_RECORD'")
    else:
        entry(book, 1, "1")
    book.close(D3)
    assert cases(book, "duplicate_id, gone_key, first_seen_key") == {1: (1, None, D1)}
    assert count(book, D3, BALANCE) == (1, 1, 0, 0, 1, 0, 0)


def test_a_case_that_is_received_is_gone(book: Scene) -> None:
    entry(book, 1, "1")
    book.close(D1)
    book.receipt(1, HOME, "1", "06 09:00")
    book.close(D2)
    assert cases(book, "gone_why") == {1: "received"}


def test_each_close_counts_what_remains_and_what_became_of_the_rest(book: Scene) -> None:
    keyed_twice(book, 6)
    book.close(D1)
    assert count(book, D1, BALANCE) == (6, 6, 0, 0, 6, 0, 0)
    assert count(book, D1, "known, standing, technical, in_ledger, looked") == (6, 6, 6, 6, True)
    decide(book, 101)
    decide(book, 102, "needs_paper")
    decide(book, 103, "not_duplicate")
    say(book, "propose", 104, "same_record")
    book.registry(HOME, "delete from sohoa.entry where entry_id = 105")
    entry(book, 107, "77")
    book.close(D2)
    assert count(book, D2, BALANCE) == (4, 2, 1, 1, 1, 2, 1)
    assert count(book, D2, "known, standing, same_record, not_duplicate, decided_so_far") == (7, 6, 1, 1, 2)
    say(book, "withdraw", 101)
    decide(book, 102)
    book.close(D3)
    assert count(book, D3, BALANCE) == (4, 3, 1, 0, 1, 1, 0)
    book.close(D4)
    assert count(book, D4, BALANCE) == (4, 3, 1, 0, 0, 0, 0)


def test_closing_again_counts_nothing_again(book: Scene) -> None:
    keyed_twice(book, 3)
    book.close(D1)
    frozen = book.rows("select * from closing.duplicate_count order by registry_code, phase")
    decide(book, 101)
    book.close(D1, "06 10:00")
    assert book.rows("select * from closing.duplicate_count order by registry_code, phase") == frozen
    book.close(D2)
    assert count(book, D2, BALANCE) == (2, 2, 0, 0, 0, 1, 0)


def test_what_was_not_read_is_as_known_before_and_counted_once_it_is(scene: Scene) -> None:
    for code in (HOME, OTHER):
        scene.book(code, 1)
        entry(scene, 1, "1", code=code)
    scene.close(D1)
    for code in (HOME, OTHER):
        entry(scene, 2, "2", code=code)
    scene.close(D2, unread=(OTHER,))
    assert count(scene, D2, "remaining, new, looked") == (2, 1, True)
    assert count(scene, D2, "remaining, new, looked", OTHER) == (1, 0, False)
    scene.close(D2, "06 20:00")
    assert count(scene, D2, "remaining, new, looked", OTHER) == (2, 1, True)
    assert count(scene, D2, "remaining, new, looked") == (2, 1, True)


def test_without_the_ledger_no_case_is_opened_or_ended(book: Scene) -> None:
    entry(book, 1, "1")
    book.close(D1)
    entry(book, 2, "2")
    book.registry(HOME, "delete from sohoa.entry where entry_id = 1")
    book.close(D2, ledger=False)
    assert list(cases(book)) == [1]
    assert count(book, D2, "remaining, new, gone, looked") == (1, 0, 0, False)
    book.close(D3)
    assert count(book, D3, "remaining, new, gone, looked") == (1, 1, 1, True)


def test_a_close_counted_after_a_later_one_repeats_the_one_before_it(book: Scene) -> None:
    keyed_twice(book, 2)
    book.close(D1)
    decide(book, 101)
    book.close(D3)
    book.close(D2, "07 19:00")
    assert count(book, D2, "remaining, new, decided, looked") == (2, 0, 0, False)
    assert count(book, D3, "remaining, decided") == (1, 1)
    book.close(D4)
    assert count(book, D4, BALANCE) == (1, 1, 0, 0, 0, 0, 0)


def test_no_duplicate_that_was_refused_again_is_open_again_and_never_goes_back_twice(book: Scene) -> None:
    entry(book, 1, "1", error="DUP_PERSON")
    book.close(D1)
    decide(book, 1, "not_duplicate")
    waiting = "select registry_code, entry_id, sends from transfers.not_duplicate"
    assert book.rows(waiting) == [(HOME, 1, 1)]
    from tests.sources import superuser  # noqa: PLC0415

    with superuser(book.campaign) as conn:
        conn.execute(
            "insert into transfers.decision (day_key, registry_code, entry_id, rule, requeue_key, why, decided_at,"
            f" run_id) values ('{D2}', '{HOME}', 1, 'not a duplicate', 'k', 'w', now(), 'r')"
        )
    assert book.rows(waiting) == []
    book.registry(HOME, "update sohoa.transfer set state = 'queued', error_code = null")
    book.close(D2)
    assert cases(book, "gone_why, remaining") == {1: ("put_back", False)}
    book.registry(HOME, "update sohoa.transfer set state = 'rejected', error_code = 'DUP_PERSON', attempts = 2")
    book.close(D3)
    assert cases(book, "state, outcome, refused_again, remaining") == {1: ("open", None, True, True)}
    assert count(book, D3, BALANCE) == (1, 1, 0, 0, 1, 0, 0)
    assert book.rows(waiting) == []


def test_phase_1_is_counted_apart_and_in_no_progress_flag_or_rank(scene: Scene) -> None:
    from include.campaign.pace.freezing import judge_close  # noqa: PLC0415
    from include.campaign.warehouse import engine  # noqa: PLC0415

    scene.book(HOME, 1)
    keyed_twice(scene, 3)
    scene.close(D1)
    progress = "select * from closing.progress where baseline = 'plan37' order by registry_code"
    flags = "select * from ladder.flag order by registry_code"
    close = scene.calendar.close(D1)

    def flagged() -> list[tuple]:
        with engine(scene.campaign).begin() as conn:
            judge_close(conn, scene.plan, scene.calendar, close)
        return scene.rows(flags)

    without = scene.rows(progress), flagged()
    assert without[1], "a unit that has entered three cases is behind"
    scene.book(HOME, 2, book_no="02", phase=1)
    for number in range(201, 221):
        entry(scene, number, str(number), book=2)
    scene.close(D1, "05 19:00")
    assert (scene.rows(progress), flagged()) == without
    scene.close(D2)
    assert count(scene, D2, "remaining, new", phase=1) == (20, 20)
    assert count(scene, D2, "remaining, new", phase=2) == (3, 0)
    of_phase_2 = "select entered, received from closing.progress where close_key = '{}' and registry_code = '{}'"
    assert scene.rows(of_phase_2.format(D2, HOME) + " and baseline = 'plan37'") == [(6, 3)]


def test_who_confirms_in_another_spelling_is_the_same_person(book: Scene) -> None:
    entry(book, 1, "1")
    book.close(D1)
    say(book, "propose", 1, "same_record", by="Bàn  2 ")
    with pytest.raises(Exception, match="another person has to confirm"):
        say(book, "confirm", 1, by=SECOND.upper())
