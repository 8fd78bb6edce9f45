"""What the data team sees of the ladder and of difficulties, and records at the desk."""

from __future__ import annotations

import argparse
import csv
import io

import pytest

from include.campaign.desk.__main__ import SUBCOMMANDS
from include.campaign.desk.command import Desk, DeskError
from include.campaign.endpoint import Endpoint
from include.campaign.plan import Plan
from include.campaign.warehouse import engine
from tests.campaign.conftest import FrozenTables
from tests.campaign.ladder.nights import Nights

pytestmark = pytest.mark.usefixtures("pages_alone")

HOME = "09101"
BY = ("--by", "Tổ dữ liệu")


@pytest.fixture
def desk(campaign_db: Endpoint, small_plan: Plan) -> Desk:
    """Two evenings: the commune was told on the first, its district on the second; a scanner is broken."""
    with engine(campaign_db).begin() as conn:
        nights = Nights(FrozenTables(conn, small_plan))
        nights.report(HOME, 3, "Máy quét hỏng, gọi 0912345678")
        nights.evening(3, [HOME])
        nights.evening(4, [HOME])
    return Desk(engine(campaign_db), small_plan, io.StringIO())


def say(desk: Desk, *words: str) -> str:
    parser = argparse.ArgumentParser()
    subparsers = parser.add_subparsers()
    for add in SUBCOMMANDS:
        add(subparsers)
    given = parser.parse_args(words)
    out = io.StringIO()
    given.run(Desk(desk.engine, desk.plan, out), given)
    return out.getvalue()


def test_who_is_on_the_ladder_and_why(desk: Desk) -> None:
    (row,) = list(csv.DictReader(io.StringIO(say(desk, "ladder", "list", "--csv"))))
    assert (row["registry_code"], row["in_row"], row["counted"], row["outcome"]) == (HOME, "2", "2", "told")
    assert row["levels"] == "unit 2025-03-03, district 2025-03-04"
    shown = say(desk, "ladder", "show", HOME)
    assert "Ủy ban nhân dân thành phố Sông Mơ" in shown and shown.count("accepted") == 2
    earlier = say(desk, "ladder", "list", "--day", "2025-03-03")
    assert "district" not in earlier and "unit 2025-03-03" in earlier
    with pytest.raises(DeskError, match="no registry"):
        say(desk, "ladder", "show", "1")
    with pytest.raises(DeskError, match="is no close"):
        say(desk, "ladder", "list", "--day", "2025-01-01")


def test_acknowledging_and_silencing(desk: Desk) -> None:
    said = say(desk, "ladder", "acknowledge", HOME, "--who", "UBND phường 1", *BY)
    assert said == f"{HOME} is acknowledged: no level is told from 2025-03-05 to 2025-03-05\n"
    held = say(desk, "ladder", "silence", "--all", "--until", "2025-03-07", "--why", "Lũ", *BY)
    assert held == "silence 1 of all registries holds until 2025-03-07\n"
    holds = say(desk, "ladder", "holds")
    assert "UBND phường 1" in holds and "Lũ" in holds
    assert say(desk, "ladder", "lift", "1", *BY) == "silence 1 is lifted\n"
    assert "Lũ" not in say(desk, "ladder", "holds")
    with pytest.raises(DeskError, match="not on the ladder"):
        say(desk, "ladder", "acknowledge", "09102", "--who", "x", *BY)
    with pytest.raises(DeskError, match="say why"):
        say(desk, "ladder", "silence", HOME, "--until", "2025-03-07", "--why", " ", *BY)


def test_difficulties(desk: Desk) -> None:
    listed = say(desk, "difficulties", "list")
    assert "Máy quét hỏng, gọi [số]" in listed
    assert "0912345678" not in listed
    assert say(desk, "difficulties", "close", "1", "--why", "Đã thay máy", *BY).endswith(
        "from the close 2025-03-05 on\n"
    )
    assert "scanner" not in say(desk, "difficulties", "list")
    assert "Đã thay máy" in say(desk, "difficulties", "list", "--state", "closed", "--csv")
    opened = say(desk, "difficulties", "open", HOME, "--kind", "power", "--said", "Mất điện", *BY)
    assert opened == f"difficulty 2 of {HOME} is open\n"
    with pytest.raises(DeskError, match="no open difficulty 1"):
        say(desk, "difficulties", "close", "1", "--why", "x", *BY)
    with pytest.raises(DeskError, match="no kind"):
        say(desk, "difficulties", "open", HOME, "--kind", "weather", "--said", "mưa", *BY)
