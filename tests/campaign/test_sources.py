"""Silences that the data team has acknowledged: one try, no red day, and the report says until when and why."""

from __future__ import annotations

import argparse
import asyncio
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from include.campaign.desk.__main__ import SUBCOMMANDS
from include.campaign.desk.command import Desk, DeskError
from include.campaign.pull import ReadingContext, pull_registries
from include.campaign.render import render
from include.campaign.report import write_letters
from include.campaign.summary import summarise
from include.campaign.warehouse import engine
from tests.campaign.scene import HOME, OTHER, RULES, Scene, at

pytestmark = pytest.mark.usefixtures("pages_alone")

WHY = "cháy máy chủ, chờ máy mới"


@pytest.fixture
def desk(scene: Scene) -> Callable[..., str]:
    """Runs one line of the desk; returns what it wrote."""
    parser = argparse.ArgumentParser()
    subparsers = parser.add_subparsers()
    for add in SUBCOMMANDS:
        add(subparsers)

    def say(*words: str) -> str:
        out = io.StringIO()
        given = parser.parse_args(words)
        given.run(Desk(engine(scene.campaign), scene.plan, out), given)
        return out.getvalue()

    return say


def acknowledge(desk: Callable[..., str], code: str, until: str, *more: str) -> str:
    return desk("sources", "acknowledge", code, "--until", until, "--why", WHY, "--by", "Tổ dữ liệu", *more)


def break_line(scene: Scene, *codes: str) -> None:
    for code in codes:
        scene.registries[code] = replace(scene.registries[code], host="127.0.0.1", port=1)


def summary_of(scene: Scene, key: str) -> dict[str, Any]:
    with engine(scene.campaign).begin() as conn:
        return summarise(conn, scene.plan, scene.calendar.close(key))


def report_of(scene: Scene, key: str) -> tuple[str, str]:
    close = scene.calendar.close(key)
    with engine(scene.campaign).begin() as conn:
        letter = write_letters(conn, scene.plan, scene.calendar, close)[0]
    paper = render(letter)
    return " ".join(paper.html.split()), " ".join(paper.plain.split())


def test_an_acknowledged_registry_does_not_redden_the_day_until_its_date(
    scene: Scene, desk: Callable[..., str]
) -> None:
    scene.book(HOME, 1)
    others = [code for code in scene.plan.registry_codes if code not in (HOME, OTHER)]
    break_line(scene, OTHER)
    scene.close("2025-03-05")
    assert any(
        f"{len(others) + 1} registries were not read" in said for said in summary_of(scene, "2025-03-05")["problems"]
    )

    for code in (OTHER, *others):
        acknowledge(desk, code, "2025-03-06", "--from", "2025-03-05")
    for key in ("2025-03-05", "2025-03-06"):
        scene.close(key)
        found = summary_of(scene, key)
        assert not any("not read" in said for said in found["problems"])
        assert f"({len(others) + 1} acknowledged)" in found["line"]
        assert {gap["code"]: gap["acknowledged"]["until"] for gap in found["missing"]} == dict.fromkeys(
            (OTHER, *others), "2025-03-06"
        )
    scene.close("2025-03-07")
    assert any("registries were not read" in said for said in summary_of(scene, "2025-03-07")["problems"])


def test_the_report_says_until_when_and_why(scene: Scene, desk: Callable[..., str]) -> None:
    scene.book(HOME, 1)
    break_line(scene, OTHER)
    acknowledge(desk, OTHER, "2025-03-06")
    scene.close("2025-03-05")
    for paper in report_of(scene, "2025-03-05"):
        assert f"Đã biết, đến hết 06/03/2025: {WHY}." in paper
    # An acknowledgement says nothing of a registry that was read, and nothing after its date.
    scene.close("2025-03-07")
    for paper in report_of(scene, "2025-03-07"):
        assert "Đã biết" not in paper


def test_an_acknowledged_registry_is_tried_once(scene: Scene, desk: Callable[..., str]) -> None:
    break_line(scene, HOME, OTHER)
    acknowledge(desk, OTHER, "2025-03-06", "--from", "2025-03-06")

    def retryable(close_key: str | None) -> list[str]:
        context = ReadingContext(attempt_key=f"{close_key}", close_key=close_key, read_at=at("05 18:00"))
        return asyncio.run(pull_registries(scene.campaign, scene.registries, RULES, context)).retryable

    assert retryable("2025-03-05") == [HOME, OTHER]
    assert retryable("2025-03-06") == [HOME]
    assert retryable("2025-03-07") == [HOME, OTHER]
    desk("sources", "withdraw", OTHER, "--by", "Tổ dữ liệu")
    assert retryable("2025-03-06") == [HOME, OTHER]


def test_it_begins_with_the_newest_close_so_that_the_red_day_can_be_run_again(
    scene: Scene, desk: Callable[..., str]
) -> None:
    assert "2025-03-01 to 2025-03-09" in acknowledge(desk, OTHER, "2025-03-09")
    scene.close("2025-03-05")
    assert "2025-03-05 to 2025-03-09" in acknowledge(desk, OTHER, "2025-03-09")
    with pytest.raises(DeskError, match="lies before 2025-03-05"):
        acknowledge(desk, OTHER, "2025-03-04")


def test_acts_are_kept_for_ever_and_the_newest_holds(scene: Scene, desk: Callable[..., str]) -> None:
    acknowledge(desk, OTHER, "2025-03-06")
    acknowledge(desk, OTHER, "2025-03-10")
    assert scene.rows("select registry_code, until_day from sources.acknowledged") == [(OTHER, date(2025, 3, 10))]
    desk("sources", "withdraw", OTHER, "--by", "An")
    assert scene.rows("select * from sources.acknowledged") == []
    assert scene.rows("select act, by_whom from sources.act order by act_id") == [
        ("acknowledged", "Tổ dữ liệu"),
        ("acknowledged", "Tổ dữ liệu"),
        ("withdrawn", "An"),
    ]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("acknowledge", "99999", "--until", "2025-03-06", "--why", "x", "--by", "y"), "no registry of the plan"),
        (("acknowledge", OTHER, "--until", "2025-03-06", "--why", " ", "--by", "y"), "needs a reason"),
        (("acknowledge", OTHER, "--until", "2025-03-06", "--why", "x", "--by", ""), "a name"),
        (("withdraw", OTHER, "--by", "y"), "not acknowledged"),
        (("withdraw", "99999", "--by", "y"), "no registry of the plan"),
    ],
)
def test_what_cannot_be_recorded_is_refused_with_the_reason(
    desk: Callable[..., str], scene: Scene, words: tuple[str, ...], why: str
) -> None:
    with pytest.raises(DeskError, match=why):
        desk("sources", *words)
    assert scene.rows("select * from sources.act") == []


def test_the_list_tells_each_registrys_health(scene: Scene, desk: Callable[..., str]) -> None:
    scene.book(HOME, 1)
    scene.entry(HOME, 1, 1, "1", "04 19:00")
    scene.book(OTHER, 1)
    scene.close("2025-03-05")
    break_line(scene, OTHER)
    scene.close("2025-03-06")
    acknowledge(desk, OTHER, "2025-03-09")
    lines = {line.split()[0]: line for line in desk("sources", "list").splitlines()}
    assert set(lines) == {"source", "ministry", *scene.plan.registry_codes}
    assert "ok" in lines[HOME] and "2025-03-06 18:00" in lines[HOME]
    for said in ("unreachable", "2025-03-05 18:00", "2025-03-06 18:00", f"until 2025-03-09: {WHY}"):
        assert said in lines[OTHER]
    assert "never tried" in lines["09301"] and "never" in lines["09301"]
    unread = desk("sources", "list", "--unread").splitlines()
    assert [line.split()[0] for line in unread] == ["source", OTHER]


def test_the_history_tells_each_attempt_the_newest_first(scene: Scene, desk: Callable[..., str]) -> None:
    scene.book(OTHER, 1)
    scene.entry(OTHER, 1, 1, "1", "04 19:00")
    scene.registry(OTHER, "alter table sohoa.entry drop column page_file")
    scene.close("2025-03-05")
    break_line(scene, OTHER)
    scene.close("2025-03-06")
    _head, *lines = (line.split() for line in desk("sources", "history", OTHER).splitlines())
    assert [line[:4] for line in lines] == [
        ["2025-03-06", "18:00", "2025-03-06", "unreachable"],
        ["2025-03-05", "18:00", "2025-03-05", "partial"],
    ]
    assert lines[0][-1] == "ConnectionRefusedError" and lines[1][-3:] == ["1", "1", "entry.page_file"]
    assert len(desk("sources", "history", OTHER, "--last", "1").splitlines()) == 2
    assert "2025-03-06" in desk("sources", "history", "ministry")
    with pytest.raises(DeskError, match="no registry of the plan"):
        desk("sources", "history", "99999")


def test_never_read_is_told_from_not_today(scene: Scene) -> None:
    scene.book(HOME, 1)
    break_line(scene, OTHER)
    scene.close("2025-03-05")
    found = summary_of(scene, "2025-03-05")
    gap = next(gap for gap in found["missing"] if gap["code"] == OTHER)
    assert (gap["outcome"], gap["last_read_at"]) == ("unreachable", None)
    assert f"{scene.plan.full_name(OTHER)}: unreachable, never read" in found["line"]

    break_line(scene, HOME)
    scene.close("2025-03-06")
    found = summary_of(scene, "2025-03-06")
    gap = next(gap for gap in found["missing"] if gap["code"] == HOME)
    assert datetime.fromisoformat(gap["last_read_at"]) == at("05 18:00")
    assert f"{scene.plan.full_name(HOME)}: unreachable since 2025-03-05" in found["line"]


def test_health_is_frozen_with_the_close(scene: Scene) -> None:
    scene.book(HOME, 1)
    scene.entry(HOME, 1, 1, "1", "04 19:00")
    break_line(scene, OTHER)
    scene.close("2025-03-05")
    frozen = {
        row[0]: row[1:]
        for row in scene.rows(
            "select registry_code, attempts, took_ms >= 0, entries, last_read_at from closing.registry_close"
        )
    }
    assert frozen[HOME] == (1, True, 1, at("05 18:00"))
    assert frozen[OTHER] == (1, True, None, None)
    assert frozen["09301"] == (0, None, None, None)


def test_the_report_names_what_a_registry_was_read_without(scene: Scene) -> None:
    scene.book(HOME, 1)
    scene.book(OTHER, 1)
    scene.registry(OTHER, "alter table sohoa.entry drop column page_file")
    scene.close("2025-03-05")
    for paper in report_of(scene, "2025-03-05"):
        assert "Đọc được một phần" in paper and "entry.page_file" in paper
        assert scene.plan.full_name(OTHER) in paper
