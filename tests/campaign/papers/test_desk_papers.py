"""The desk's `papers`: what is held and what failed is listed, a named person releases or drops."""

from __future__ import annotations

import argparse
import io
from collections.abc import Callable

import pytest
from sqlalchemy import text

from include.campaign.desk import papers
from include.campaign.desk.command import Desk, DeskError
from include.campaign.endpoint import Endpoint
from include.campaign.plan import Plan
from include.campaign.warehouse import engine
from tests.campaign.conftest import FrozenTables
from tests.campaign.papers.edition_scene import DESK, HELD_WHY, EditionScene

DAY = "2025-03-05"
KEY = f"{DAY}/{DESK}/held-report"

Ask = Callable[..., str]


@pytest.fixture
def ask(campaign_db: Endpoint, small_plan: Plan) -> Ask:
    """Runs a subcommand on a campaign with a held day; returns what it prints."""
    with engine(campaign_db).begin() as conn:
        scene = EditionScene(FrozenTables(conn, small_plan))
        scene.close(DAY, held=True)
        scene.publish(DAY)
        conn.execute(
            text(
                "insert into mail.unwritten values"
                f" ('{DAY}', 'xa@thidiem.example', '09101', 'UBND xã', 'EmptyChart: nothing to draw', now())"
            )
        )

    def run(*words: str) -> str:
        parser = argparse.ArgumentParser()
        papers.add(parser.add_subparsers())
        given = parser.parse_args(["papers", *words])
        out = io.StringIO()
        given.run(Desk(engine(campaign_db), small_plan, out), given)
        return out.getvalue()

    return run


def test_what_is_held_and_what_failed_is_listed_with_its_reason(ask: Ask) -> None:
    told = ask("list")
    assert KEY in told and HELD_WHY in told and "2025-03-06 07:00" in told
    assert "EmptyChart: nothing to draw" in told
    assert "Báo cáo số hóa hộ tịch" in ask("show", KEY)


@pytest.mark.parametrize("act", ["release", "drop"])
def test_it_is_decided_once_by_a_named_person(ask: Ask, campaign_db: Endpoint, act: str) -> None:
    assert KEY in ask(act, KEY, "--by", "Bà Phụ trách", "--why", "đã đối chiếu")
    state = {"release": "queued", "drop": "dropped"}[act]
    with engine(campaign_db).connect() as conn:
        told = conn.execute(
            text(
                "select state, by_whom, detail from mail.event where message_key = :key order by event_id desc limit 1"
            ),
            {"key": KEY},
        ).one()
    assert tuple(told) == (state, "Bà Phụ trách", "đã đối chiếu")
    with pytest.raises(DeskError, match="no held report"):
        ask(act, KEY, "--by", "Ông Khác", "--why", "lần nữa")
    assert "held" not in ask("list")


def test_only_what_is_held_can_be_decided(ask: Ask) -> None:
    with pytest.raises(DeskError, match="papers list"):
        ask("release", f"{DAY}/{DESK}", "--by", "Bà Phụ trách", "--why", "x")
