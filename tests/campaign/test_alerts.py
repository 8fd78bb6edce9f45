"""What the data team hears of silent registries: once when the plan's hours are over, once when it is back."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.campaign.sources import acknowledge, tell_news
from include.campaign.sources.alerts import Health, News, news_of
from include.campaign.warehouse import engine
from include.campaign.warehouse.plan_sync import sync_plan
from tests.campaign.scene import HOME, OTHER, Scene, at

NOW = at("05 12:00")
PATIENCE = timedelta(hours=4)


def hours_ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


def silent(hours: float, *, acknowledged: bool = False) -> Health:
    return Health(HOME, "hung", hours_ago(hours), hours_ago(hours + 1), acknowledged)


WELL = Health(HOME, "ok", None, NOW)


@pytest.mark.parametrize(
    ("health", "noticed", "expected"),
    [
        (WELL, {}, None),
        (silent(3.99), {}, None),
        (silent(4), {}, ("silent", True)),
        (silent(9), {HOME: hours_ago(9)}, None),
        (silent(9), {OTHER: hours_ago(9)}, ("silent", True)),
        (silent(9, acknowledged=True), {}, ("silent", False)),
        (WELL, {HOME: hours_ago(9)}, ("back", True)),
        # Back and silent again between two looks: another silence, told when it has lasted.
        (silent(1), {HOME: hours_ago(9)}, None),
        (silent(5), {HOME: hours_ago(9)}, ("silent", True)),
    ],
)
def test_each_change_is_news_once(
    health: Health, noticed: dict[str, datetime], expected: tuple[str, bool] | None
) -> None:
    found = news_of([health], noticed, NOW, PATIENCE)
    assert [(one.kind, one.told) for one in found] == ([expected] if expected else [])


@given(st.lists(st.booleans(), max_size=40), st.integers(1, 6))
def test_over_any_hours_silences_and_returns_alternate_and_each_is_told_in_time(
    reads: list[bool], patience: int
) -> None:
    """One look an hour. Every silence of the plan's hours is told in the hour in which it has lasted so long."""
    news: list[News] = []
    noticed: dict[str, datetime] = {}
    since = last_read = None
    for hour, read in enumerate(reads):
        now = NOW + timedelta(hours=hour)
        since = None if read else since or now
        last_read = now if read else last_read
        health = Health(HOME, "ok" if read else "hung", since, last_read)
        found = news_of([health], noticed, now, timedelta(hours=patience))
        for one in found:
            if one.kind == "silent":
                assert now - one.since == timedelta(hours=patience)
                noticed = {HOME: one.since}
            else:
                noticed = {}
        assert news_of([health], noticed, now, timedelta(hours=patience)) == []
        news += found
    kinds = [one.kind for one in news]
    assert kinds == ["silent", "back"] * (len(kinds) // 2) + ["silent"] * (len(kinds) % 2)
    runs = "".join("r" if read else "x" for read in reads).split("r")
    assert kinds.count("silent") == sum(len(run) > patience for run in runs)


def remember(scene: Scene, code: str, hour: str, outcome: str) -> None:
    scene.rows(
        "insert into pull.reading (source_code, attempt_key, read_at, outcome)"
        f" values ('{code}', 'watch', '2025-03-{hour}+07', '{outcome}') returning 1"
    )


def look(scene: Scene, hour: str) -> list[tuple[str, str]]:
    now = at(hour)
    close = scene.calendar.open(now)
    assert close is not None
    with engine(scene.campaign).begin() as conn:
        sync_plan(conn, scene.plan)
        return [(one.code, one.kind) for one in tell_news(conn, scene.plan, close, now)]


def mails(scene: Scene) -> list[tuple[str, str]]:
    return scene.rows("select subject, plain from mail.message order by queued_at, message_key")


def test_one_mail_tells_all_that_is_new_and_a_rerun_tells_nothing(scene: Scene) -> None:
    for code in (HOME, OTHER):
        remember(scene, code, "05 07:30", "ok")
        remember(scene, code, "05 08:30", "unreachable")
    remember(scene, HOME, "05 12:30", "hung")
    assert look(scene, "05 12:00") == []
    assert look(scene, "05 12:30") == [(HOME, "silent"), (OTHER, "silent")]
    assert look(scene, "05 12:30") == look(scene, "05 13:30") == []
    ((subject, text),) = mails(scene)
    assert subject == "Theo dõi nguồn dữ liệu: 2 nguồn mất liên lạc"
    for code, words in ((HOME, "kết nối được nhưng không trả lời"), (OTHER, "không kết nối được")):
        assert (
            f"{scene.plan.full_name(code)} ({code}) | {words} | 08:30 ngày 05/03/2025 | 07:30 ngày 05/03/2025" in text
        )

    remember(scene, OTHER, "05 14:30", "ok")
    assert look(scene, "05 14:30") == [(OTHER, "back")]
    assert look(scene, "05 15:30") == []
    assert [subject for subject, _ in mails(scene)][1:] == ["Theo dõi nguồn dữ liệu: 1 nguồn đã đọc lại được"]

    # The next day it falls silent again: another silence, another mail.
    remember(scene, OTHER, "06 08:30", "refused")
    assert look(scene, "06 12:30") == [(OTHER, "silent")]
    assert len(mails(scene)) == 3


def test_the_ledgers_silence_is_told_too(scene: Scene) -> None:
    remember(scene, "ministry", "05 08:30", "hung")
    assert look(scene, "05 12:30") == [("ministry", "silent")]
    assert "Sổ tiếp nhận của Bộ Tư pháp | kết nối được nhưng không trả lời" in mails(scene)[0][1]


def test_what_never_answered_is_told_as_such(scene: Scene) -> None:
    remember(scene, OTHER, "05 08:30", "unreachable")
    assert look(scene, "05 12:30") == [(OTHER, "silent")]
    assert "chưa lần nào" in mails(scene)[0][1]


def test_stepping_aside_or_having_no_connection_is_no_silence(scene: Scene) -> None:
    remember(scene, HOME, "05 08:30", "busy")
    remember(scene, OTHER, "05 08:30", "not_configured")
    assert look(scene, "05 22:30") == [] and mails(scene) == []


def test_an_acknowledged_silence_is_not_told_and_its_end_is(scene: Scene) -> None:
    remember(scene, OTHER, "05 08:30", "unreachable")
    with engine(scene.campaign).begin() as conn:
        acknowledge(conn, scene.plan, OTHER, at("09 00:00").date(), "cháy máy", "Tổ dữ liệu", NOW)
    assert look(scene, "05 12:30") == [(OTHER, "silent")]
    assert mails(scene) == []
    remember(scene, OTHER, "06 08:30", "ok")
    assert look(scene, "06 08:30") == [(OTHER, "back")]
    assert len(mails(scene)) == 1


def test_many_at_once_point_to_a_common_cause(scene: Scene) -> None:
    for code in sorted(scene.plan.registry_codes):
        remember(scene, code, "05 08:30", "unreachable")
    assert len(look(scene, "05 12:30")) == len(scene.plan.registry_codes)
    assert "kiểm tra đường truyền và máy chủ của Sở trước" in mails(scene)[0][1]
