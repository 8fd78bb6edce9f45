"""A rehearsal that was played to its end goes on after it."""

from __future__ import annotations

from pathlib import Path

import pytest

from include.campaign.days import Calendar
from include.campaign.plan import Plan
from include.local.home import Home, StackError
from include.local.tail import move_into_tail
from include.rehearsal.address import ServerAddress
from include.rehearsal.world import World


def test_the_province_goes_on_after_the_final_close_and_not_before(
    small_plan: Plan, world_server: ServerAddress, tmp_path: Path
) -> None:
    home = Home(tmp_path / "home")
    home.make()
    calendar = Calendar(small_plan.rules)
    world = World.create(small_plan, world_server, home.rehearsal, seed=3, scale=0.05)
    with pytest.raises(StackError, match="play the campaign to its end"):
        move_into_tail(home, world_server, calendar, calendar.close("2025-03-22"))
    world.move_to(calendar.close("final").as_of)

    move_into_tail(home, world_server, calendar, calendar.close("2025-03-22"))
    assert home.facts["instant"] == "2025-03-22T18:00:00+07:00"
    move_into_tail(home, world_server, calendar, calendar.close("2025-03-21"))
    assert home.facts["instant"] == "2025-03-22T18:00:00+07:00"
    with world_server.connect("truth") as truth:
        told = truth.execute(
            "select close_key, sum(received), count(distinct registry_code) from truth.figure"
            " where close_key >= '2025-03-20-final' group by 1 order by 1"
        ).fetchall()
    assert [row[0] for row in told] == ["2025-03-20-final", "2025-03-21", "2025-03-22"]
    received = [row[1] for row in told]
    assert received == sorted(received) and received[0] < received[-1]  # sending goes on
    assert {row[2] for row in told} == {len(small_plan.registries)}
