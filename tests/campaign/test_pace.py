"""Who is behind the roadmap, and what would bring them back."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.campaign.pace.laggards import days_left, flag_laggards, judge, roadmap_share
from include.campaign.plan.rules import Window
from include.campaign.warehouse import engine
from tests.campaign.scene import HOME, Scene, at

START, END = at("01 00:00"), at("16 00:00")
WINDOW = Window.model_validate({"from": START, "until": END})


@pytest.mark.parametrize(
    ("instant", "share", "days"),
    [
        (at("01 00:00") - timedelta(days=3), 0.0, 18.0),
        (START, 0.0, 15.0),
        (at("08 12:00"), 0.5, 7.5),
        (at("15 12:00"), 14.5 / 15, 1.0),
        (END, 1.0, 1.0),
        (at("20 18:00"), 1.0, 1.0),
    ],
)
def test_roadmap_share_and_days_left(instant: datetime, share: float, days: float) -> None:
    assert roadmap_share(WINDOW, instant) == pytest.approx(share)
    assert days_left(WINDOW, instant) == pytest.approx(days)


def table(quota: int, done: int, last_streak: float = math.nan) -> pd.DataFrame:
    return pd.DataFrame({"quota": [quota], "done": [done], "pace_per_day": [math.nan], "last_streak": [last_streak]})


@pytest.mark.parametrize(
    ("done", "behind"),
    [(39, True), (40, False), (50, False), (100, False)],  # half is due of 100, a tenth is tolerated
)
def test_behind_is_below_the_roadmap_by_more_than_the_tolerance(done: int, behind: bool) -> None:
    judged = judge(table(100, done), 0.5, 0.10, 7.5).iloc[0]
    assert (judged["due"], judged["behind"]) == (50, behind)
    assert judged["needed_per_day"] == pytest.approx((100 - done) / 7.5)


def test_a_streak_grows_while_behind_and_ends() -> None:
    assert judge(table(100, 0, 2), 0.5, 0.1, 5).iloc[0][["streak", "newly"]].tolist() == [3, False]
    assert judge(table(100, 0), 0.5, 0.1, 5).iloc[0][["streak", "newly"]].tolist() == [1, True]
    assert judge(table(100, 90, 2), 0.5, 0.1, 5).iloc[0][["streak", "newly"]].tolist() == [0, False]


@given(
    quota=st.integers(0, 50_000),
    done=st.integers(0, 60_000),
    share=st.floats(0, 1),
    tolerance=st.floats(0, 0.5),
    days=st.floats(1, 20),
)
def test_rules_that_hold_for_every_registry(quota: int, done: int, share: float, tolerance: float, days: float) -> None:
    judged = judge(table(quota, done), share, tolerance, days).iloc[0]
    assert 0 <= judged["due"] <= quota
    assert judged["needed_per_day"] * days == pytest.approx(max(quota - done, 0))
    if done >= quota:
        assert not judged["behind"]
    more = judge(table(quota, done + 1), share, tolerance, days).iloc[0]
    assert judged["behind"] or not more["behind"], "one more case must not turn a unit late"


def test_judge_leaves_its_input_alone() -> None:
    progress = table(100, 0)
    judge(progress, 0.5, 0.1, 5)
    assert list(progress.columns) == ["quota", "done", "pace_per_day", "last_streak"]
    assert np.isnan(progress["last_streak"].iloc[0])


def test_flags_are_frozen_from_closed_days_and_again_the_same(scene: Scene) -> None:
    scene.book(HOME, 1)
    scene.entry(HOME, 1, 1, "1", "02 09:00")
    for day in ("2025-03-03", "2025-03-04", "2025-03-05"):
        scene.close(day)
        with engine(scene.campaign).begin() as conn:
            assert flag_laggards(conn, scene.plan, scene.calendar.close(day)) == 1
    quota = scene.plan.quota("plan37", HOME, "registry")
    assert quota is not None
    due = math.ceil(quota.cases * (4 + 18 / 24) / 15)
    needed = round((quota.cases - 1) / (15 - 4 - 18 / 24), 1)
    rows = scene.rows(
        "select close_key, registry_code, done, due, needed_per_day::float, pace_per_day::float, streak, newly"
        " from ladder.flag order by close_key"
    )
    assert [row[6:] for row in rows] == [(1, True), (2, False), (3, False)]
    assert rows[-1][:6] == ("2025-03-05", HOME, 1, due, needed, 0.0)
    with engine(scene.campaign).begin() as conn:
        flag_laggards(conn, scene.plan, scene.calendar.close("2025-03-05"))
    assert scene.rows("select count(*), max(streak) from ladder.flag") == [(3, 3)]


def test_no_data_is_not_judged(scene: Scene) -> None:
    scene.book(HOME, 1)
    scene.close("2025-03-04")
    scene.close("2025-03-05", unread=(HOME,))
    with engine(scene.campaign).begin() as conn:
        assert flag_laggards(conn, scene.plan, scene.calendar.close("2025-03-05")) == 0
