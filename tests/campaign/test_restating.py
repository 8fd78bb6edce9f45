"""What a close finds changed of the close before, and what becomes of that when days are closed again."""

from __future__ import annotations

import pytest

from include.campaign.desk.proof import Past
from include.campaign.desk.prove import prove
from include.campaign.desk.trace import Case, trace
from include.campaign.warehouse import engine
from tests.campaign.scene import HOME, OTHER, Scene
from tests.sources import superuser

RESTATED = "select close_key, figure, old, new, why from closing.restatement order by restatement_id"


@pytest.fixture
def yesterday(scene: Scene) -> Scene:
    """Two entries of 4 March, one of them received, were counted on the evening of the 4th."""
    scene.book(HOME, 1)
    scene.book(OTHER, 1)
    scene.entry(HOME, 1, 1, "1", "04 08:00", ref="M1")
    scene.entry(HOME, 2, 1, "2", "04 09:00")
    scene.receipt(1, HOME, "1", "04 10:00")
    scene.close("2025-03-04")
    assert scene.figure("entered, received", key="2025-03-04") == (2, 1)
    return scene


def test_a_deleted_entry_is_found_by_the_next_close_and_the_frozen_figure_stays(yesterday: Scene) -> None:
    yesterday.registry(HOME, "delete from sohoa.entry where entry_id = 2")
    yesterday.close("2025-03-05")
    assert yesterday.rows(RESTATED) == [("2025-03-04", "entered", 2, 1, "source changed")]
    assert yesterday.figure("entered", key="2025-03-04") == (2,)
    assert yesterday.rows("select entered, received from closing.restated_progress where registry_code = '09101'") == [
        (1, 1)
    ]
    yesterday.close("2025-03-05", now="05 18:10")
    yesterday.close("2025-03-06")
    assert len(yesterday.rows(RESTATED)) == 1  # neither a re-run nor a later close says it again


def test_a_close_that_was_opened_with_another_cut_off_loses_no_figures(yesterday: Scene) -> None:
    """The plan's cut-off was moved after the opening: what is counted is of the plan's instant, not of no instant."""
    with superuser(yesterday.campaign) as conn:
        conn.execute("update closing.close set as_of = as_of - interval '1 hour'")
    yesterday.close("2025-03-04", now="04 19:00")
    assert yesterday.figure("entered, received", key="2025-03-04") == (2, 1)
    assert yesterday.rows(RESTATED) == []


def test_a_receipt_that_was_cancelled_since_was_live_then(yesterday: Scene) -> None:
    with superuser(yesterday.ledger) as ledger:  # type: ignore[arg-type]
        ledger.execute("update ledger.receipt set cancelled_at = '2025-03-05 09:00+07'")
    yesterday.close("2025-03-05")
    assert yesterday.rows(RESTATED) == []
    assert yesterday.figure("received") == (0,)


def test_a_receipt_that_came_late_into_the_ledger_restates_received(yesterday: Scene) -> None:
    yesterday.receipt(2, HOME, "2", "04 11:00")
    yesterday.close("2025-03-05")
    assert yesterday.rows(RESTATED) == [("2025-03-04", "received", 1, 2, "source changed")]


def test_a_day_closed_again_goes_on_from_what_was_found_since(yesterday: Scene) -> None:
    yesterday.registry(HOME, "delete from sohoa.entry where entry_id = 2")
    yesterday.close("2025-03-05")
    yesterday.close("2025-03-04", now="05 19:00")
    assert len(yesterday.rows(RESTATED)) == 1
    assert yesterday.figure("entered", key="2025-03-04") == (1,)
    assert yesterday.rows("select * from closing.restated_progress") == []
    yesterday.entry(HOME, 3, 1, "3", "04 11:00")
    yesterday.close("2025-03-04", now="05 20:00")
    assert yesterday.rows(RESTATED)[1:] == [("2025-03-04", "entered", 1, 2, "source changed")]


def test_a_registry_that_was_not_read_restates_nothing_of_its_own(yesterday: Scene) -> None:
    yesterday.registry(HOME, "delete from sohoa.entry where entry_id = 2")
    yesterday.close("2025-03-05", unread=(HOME,))
    assert yesterday.rows(RESTATED) == []


def test_what_was_printed_is_proved_and_so_is_what_it_became(yesterday: Scene) -> None:
    yesterday.registry(HOME, "delete from sohoa.entry where entry_id = 2")
    yesterday.close("2025-03-05")
    yesterday.close("2025-03-04", now="05 19:00")
    found = {}
    for last in (False, True):
        with engine(yesterday.campaign).connect() as conn:
            proof = prove(Past(conn), yesterday.plan, "2025-03-04", "entered", registry=HOME, last=last)
        assert proof.differing == []
        assert [(row["old"], row["new"]) for row in proof.restated] == [(2, 1)]
        found[last] = [item["item"] for item in proof.items]
    assert found == {False: [f"{HOME}/1", f"{HOME}/2"], True: [f"{HOME}/1"]}


def test_a_figure_without_the_ledger_has_no_proof_and_no_difference(scene: Scene) -> None:
    scene.book(HOME, 1)
    scene.entry(HOME, 1, 1, "1", "04 08:00", ref="M1")
    scene.close("2025-03-04", ledger=False)
    with engine(scene.campaign).connect() as conn:
        past = Past(conn)
        for figure in ("received", "E5", "R1"):
            proof = prove(past, scene.plan, "2025-03-04", figure)
            assert (proof.differing, proof.items, proof.total) == ([], [], 0)
        assert [item["item"] for item in prove(past, scene.plan, "2025-03-04", "entered").items] == [f"{HOME}/1"]


def test_a_life_tells_the_mails_that_counted_it(yesterday: Scene) -> None:
    desk = yesterday.plan.contact("09", "desk", yesterday.calendar.close("2025-03-04").day)
    district = yesterday.plan.contact("091", "head", yesterday.calendar.close("2025-03-04").day)
    with superuser(yesterday.campaign) as conn:
        for address, office in ((desk.email, desk.office), (district.email, district.office), ("x@y.example", "khác")):
            conn.execute(
                "insert into mail.message (message_key, close_key, kind, address, office, message_id, subject, html,"
                " plain, state, queued_at) values (%s, '2025-03-04', 'daily', %s, %s, '', '', '', '', 'accepted',"
                " '2025-03-04 18:10+07')",
                [address, address, office],
            )
    with engine(yesterday.campaign).connect() as conn:
        life = trace(conn, yesterday.plan, Case(HOME, 1))
    mails = [event.what for event in life if event.room == "mail"]
    assert len(mails) == 2
    assert any(desk.office in mail and "the province" in mail for mail in mails)
    assert any(district.office in mail for mail in mails)
