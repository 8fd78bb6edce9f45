"""What the data team does with a report that is held."""

from __future__ import annotations

import argparse
import io

import pytest

from include.campaign.desk import papers
from include.campaign.desk.command import Desk, DeskError
from include.campaign.endpoint import Endpoint
from include.campaign.plan import Plan
from include.campaign.warehouse import engine
from tests.campaign.conftest import FrozenTables
from tests.campaign.papers.edition_scene import DESK, EditionScene

DAY = "2025-03-05"
KEY = f"{DAY}/{DESK}/held-report"
SAID = ("--why", "đã đối chiếu tay", "--by", "Sở Tư pháp")


@pytest.fixture
def desk(campaign_db: Endpoint, small_plan: Plan) -> Desk:
    """A report of the Department is held."""
    with engine(campaign_db).begin() as conn:
        editions = EditionScene(FrozenTables(conn, small_plan))
        editions.close(DAY, held=True)
        editions.publish(DAY)
    return Desk(engine(campaign_db), small_plan, io.StringIO())


def say(desk: Desk, *words: str) -> str:
    parser = argparse.ArgumentParser()
    papers.add(parser.add_subparsers())
    given = parser.parse_args(("papers", *words))
    out = io.StringIO()
    given.run(Desk(desk.engine, desk.plan, out), given)
    return out.getvalue()


def test_it_is_listed_and_its_words_can_be_read(desk: Desk) -> None:
    assert KEY in say(desk, "list")
    shown = say(desk, "show", KEY)
    assert shown.startswith(f"{DESK}\n") and "held: its sums do not close" in shown
    assert len(shown.splitlines()) > 20


@pytest.mark.parametrize(("act", "answer"), [("release", "is released"), ("drop", "is dropped")])
def test_a_named_person_decides_once(desk: Desk, act: str, answer: str) -> None:
    assert f"{KEY} {answer}" in say(desk, act, KEY, *SAID)
    assert say(desk, "list") == "Nothing is held, and every paper could be made.\n"
    with pytest.raises(DeskError, match="no held report has the key"):
        say(desk, act, KEY, *SAID)
