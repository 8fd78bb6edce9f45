"""One whole campaign in a small world, looked at afterwards: restatements, proofs of figures, lives of entries."""

from __future__ import annotations

import argparse
import io
import re
from pathlib import Path

import pytest
from sqlalchemy import text

from include.campaign.desk import prove as prove_command
from include.campaign.desk import trace as trace_command
from include.campaign.desk.command import Desk, DeskError
from include.campaign.desk.proof import Past
from include.campaign.desk.prove import FIGURES, prove
from include.campaign.warehouse import engine, fetch
from include.rehearsal.compare import differences, restatement_differences
from tests.campaign.played import Played
from tests.sources import superuser


def test_what_a_source_changed_of_yesterday_is_found_and_nothing_else(played: Played) -> None:
    with superuser(played.campaign) as campaign, played.server.connect("truth") as truth:
        assert truth.execute("select count(*) from truth.restatement").fetchone() != (0,)
        assert restatement_differences(campaign, truth) == []
        assert differences(campaign, truth) == []


def test_a_missing_restatement_is_found(played: Played) -> None:
    with (
        superuser(played.campaign) as campaign,
        played.server.connect("truth") as truth,
        campaign.transaction(force_rollback=True),
    ):
        campaign.execute("delete from closing.restatement where why = 'source changed'")
        assert restatement_differences(campaign, truth) != []


CLASSES = ("E1", "E2", "E3", "E4", "E5", "E6", "E7", "E8", "E9", "E10", "E11", "R1", "R2", "R3", "R4", "R5")


@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("key", ["2025-03-02", "2025-03-07", "2025-03-10", "2025-03-13", "2025-03-20-final"])
def test_every_figure_of_a_close_of_long_ago_is_the_sum_of_its_keys(played: Played, key: str, last: bool) -> None:
    """By the mirror's versions, after all that was changed, deleted and restored since."""
    found = 0
    with engine(played.campaign).connect() as conn:
        past = Past(conn)
        for figure in (*FIGURES, *CLASSES):
            proof = prove(past, played.plan, key, figure, last=last)
            assert [(group, proof.printed[group], proof.counted[group]) for group in proof.differing] == [], figure
            assert len(proof.items) == proof.total
            found += len(proof.items)
    assert found > 10_000


def test_a_figure_that_is_not_the_sum_of_its_keys_is_told(played: Played) -> None:
    with engine(played.campaign).connect() as conn:
        key = {"close_key": "2025-03-13", "figure": "received"}
        place = fetch(conn, "proof/select_printed_figures", **key)[0]
        conn.execute(
            text(
                "update closing.figure set received = received + 1 where close_key = '2025-03-13'"
                " and registry_code = :code and register = :register and phase = :phase"
            ),
            {"code": place["registry_code"], "register": place["register"], "phase": place["phase"]},
        )
        proof = prove(Past(conn), played.plan, "2025-03-13", "received")
        assert proof.differing == [(place["registry_code"], place["register"], place["phase"])]
        conn.rollback()


def test_the_command_prints_groups_and_the_figure_of_the_papers(played: Played, tmp_path: Path) -> None:
    said = ask(played, "prove", "2025-03-07", "entered", "--csv", str(tmp_path / "keys.csv"))
    proved, printed = re.findall(r"counts ([\d,]+); the papers' figure: ([\d,]+)", said)[0]
    assert proved == printed
    keys = (tmp_path / "keys.csv").read_text(encoding="utf-8").splitlines()
    assert f"{len(keys) - 1:,} keys are in" in said
    assert "!" not in said


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (("prove", "2025-03-25", "entered"), "was not closed yet"),
        (("prove", "2025-05-01", "entered"), "no close of this campaign"),
        (("prove", "2025-03-07", "E12"), "is no figure"),
        (("prove", "2025-03-07", "entered", "--registry", "1"), "no registry of the plan"),
        (("trace", "09101"), "is no case"),
        (("trace", "1/1"), "no registry of the plan"),
        (("trace", "09101/999999999"), "was never read"),
    ],
)
def test_what_cannot_be_answered_says_why(played: Played, asked: tuple[str, ...], why: str) -> None:
    with pytest.raises(DeskError, match=why):
        ask(played, *asked)


def test_a_life_that_was_put_back_in_the_queue(played: Played) -> None:
    code, entry, key = one(
        played,
        "select registry_code, entry_id, day_key from transfers.decision where state = 'requeued'"
        " order by 1, 2 limit 1",
    )
    life = ask(played, "trace", f"{code}/{entry}")
    assert in_order(life, "entered", "queued for the Ministry", f"re-queue for {key}", "decision  requeued")


def test_a_life_that_was_deleted(played: Played) -> None:
    code, entry = one(
        played,
        "select registry_code, entry_id from mirror.entry_past p where not exists (select 1 from mirror.entry e"
        " where (e.registry_code, e.entry_id) = (p.registry_code, p.entry_id)) and entered_at is not null"
        " order by 1, 2 limit 1",
    )
    life = ask(played, "trace", f"{code}/{entry}")
    assert in_order(life, "first seen", "counted in entered", "gone: the source shows it no more")
    assert "close" not in life[life.index("gone: the source") :]


def test_a_life_whose_receipt_was_cancelled(played: Played) -> None:
    code, entry, receipt = one(
        played,
        "select e.registry_code, e.entry_id, r.receipt_id from mirror.receipt r join mirror.entry e"
        " on e.t_ministry_ref = r.ministry_ref where r.cancelled_at between '2025-03-04' and '2025-03-18'"
        " order by 1, 2 limit 1",
    )
    life = ask(played, "trace", f"{code}/{entry}")
    assert in_order(life, "class E1", f"receipt {receipt} cancelled", "class E4")
    assert f"receipt {receipt} (" in life and "paired by reference" in life
    assert in_order(life, "class E4", "cancelled of")  # the break


def test_a_life_that_the_ministry_knew_already(played: Played) -> None:
    code, entry = one(
        played,
        "select registry_code, entry_id from mirror.entry where t_error_code = 'DUP_RECORD' and t_state = 'rejected'"
        " and entered_at > '2025-03-02' order by registry_code, entry_id limit 1",
    )
    life = ask(played, "trace", f"{code}/{entry}")
    assert re.search(r"(state \w+ -> |transfer )rejected", life), life
    assert "class E6-duplicate" in life or "class E2" in life or "class E3" in life


def ask(played: Played, *arguments: str) -> str:
    """What the desk answers."""
    parser = argparse.ArgumentParser()
    subparsers = parser.add_subparsers()
    for add in (prove_command.add, trace_command.add):
        add(subparsers)
    given = parser.parse_args(arguments)
    out = io.StringIO()
    given.run(Desk(engine(played.campaign), played.plan, out), given)
    return out.getvalue()


def one(played: Played, query: str) -> tuple:
    with superuser(played.campaign) as conn:
        found = conn.execute(query.encode()).fetchone()
    assert found is not None, "the small world lacks such a case"
    return found


def in_order(life: str, *steps: str) -> bool:
    places = [life.find(step) for step in steps]
    assert -1 not in places, (steps, life)
    return places == sorted(places)
