"""After the final close days go on until nothing is left to be done; what is not known is not done."""

from __future__ import annotations

import pytest

from include.campaign.ladder import step_ladder
from include.campaign.pace.freezing import judge_close
from include.campaign.tail import done_since
from include.campaign.warehouse import engine
from tests.campaign.scene import HOME, OTHER, Scene
from tests.sources import superuser

NEXT = "2025-03-22"


def done(scene: Scene, key: str = NEXT) -> str | None:
    with engine(scene.campaign).connect() as conn:
        return done_since(conn, scene.calendar.close(key))


@pytest.fixture
def finished(scene: Scene) -> Scene:
    """Two registries whose every entry is received; 21 March was closed, and no quota is left."""
    for code, entry in ((HOME, 1), (OTHER, 2)):
        scene.book(code, 1)
        scene.entry(code, entry, 1, "1", "05 08:00", ref=f"M{entry}")
        scene.receipt(entry, code, "1", "05 09:00")
    scene.close("2025-03-21")
    with superuser(scene.campaign) as conn:
        conn.execute("update closing.progress set quota = entered")
        # Registries of the plan that the scene has not.
        conn.execute("update closing.close set state = 'closed'")
    return scene


def test_a_day_is_not_needed_when_all_is_received_or_decided(finished: Scene) -> None:
    assert done(finished) == "2025-03-21"
    assert done(finished, "2025-03-31") == "2025-03-21"
    assert done(finished, "2025-03-21") is None
    assert done(finished, "2025-03-20") is None  # the campaign's own days are never skipped


@pytest.mark.parametrize(
    "spoilt",
    [
        "update closing.class_count set class = 'E9' where side = 'entry' and registry_code = '09101'",
        "update closing.class_count set class = 'E6-correctable' where side = 'entry'",
        "update closing.progress set quota = entered + 1 where registry_code = '09102'",
        "update closing.progress set quota = 5, entered = null where registry_code = '09102'",
        "update closing.close set state = 'gaps'",
        "update closing.close set state = 'held'",
        "update closing.close set ledger_reading_id = null",
        "update closing.close set kind = 'daily'",
    ],
)
def test_a_day_is_needed_while_anything_is_open_or_unknown(finished: Scene, spoilt: str) -> None:
    with superuser(finished.campaign) as conn:
        conn.execute(spoilt.encode())
    assert done(finished) is None


def test_a_refused_duplicate_is_decided(finished: Scene) -> None:
    with superuser(finished.campaign) as conn:
        conn.execute("update closing.class_count set class = 'E6-duplicate' where side = 'entry'")
    assert done(finished) == "2025-03-21"


@pytest.mark.parametrize(("waived", "over"), [(1, None), (2, "2025-03-21")])
def test_what_the_data_team_waived_is_decided(finished: Scene, waived: int, over: str | None) -> None:
    with superuser(finished.campaign) as conn:
        conn.execute("update closing.class_count set class = 'E5' where side = 'entry'")
        conn.execute(
            "insert into closing.break_count (close_key, registry_code, kind, age_band, open, new, cleared, waived,"
            " reopened, newly_waived, unseen) values ('2025-03-21', %s, 'accepted_unreceived', '1-3', 0, 0, 0, %s,"
            " 0, 0, 0)",
            [HOME, waived],
        )
    assert done(finished) == over


def test_in_the_tail_nobody_is_flagged_or_told(scene: Scene) -> None:
    scene.book(HOME, 1)
    scene.close("2025-03-21")
    close = scene.calendar.close("2025-03-21")
    with engine(scene.campaign).begin() as conn:
        assert judge_close(conn, scene.plan, scene.calendar, close) == 0
        assert step_ladder(conn, scene.plan, scene.calendar, close) is None
    assert scene.rows("select 1 from ladder.flag union all select 1 from ladder.evening") == []


def test_a_close_with_gaps_names_who_it_lacks(scene: Scene) -> None:
    for code in (HOME, OTHER):
        scene.book(code, 1)
    scene.close("2025-03-05", unread=(OTHER,), ledger=False)
    ((state, lacking),) = scene.rows("select state, gap_sources from closing.close")
    assert state == "gaps"
    assert OTHER in lacking and "ministry" in lacking and HOME not in lacking
    scene.close("2025-03-05", now="05 18:30")
    ((lacking,),) = scene.rows("select gap_sources from closing.close")
    assert OTHER not in lacking and "ministry" not in lacking
