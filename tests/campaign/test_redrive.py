"""Sending back in bulk what stands stopped: what it would be about, who asked, and at what rate it goes."""

from __future__ import annotations

import argparse
import asyncio
import csv
import io
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from include.campaign.days import Close
from include.campaign.desk import decisions as decisions_command
from include.campaign.desk import redrive as command
from include.campaign.desk.command import Desk, DeskError
from include.campaign.endpoint import Endpoint
from include.campaign.plan import Plan
from include.campaign.plan.rules import Requeue
from include.campaign.pull import ReadingContext, pull_ledger, pull_registries
from include.campaign.redrive import Choice, Refusal, ask_redrive, count_standing, redrives, stop_redrive, stopped
from include.campaign.transfers import decide, requeue
from include.campaign.warehouse import engine
from tests.campaign.conftest import FrozenTables
from tests.campaign.scene import HOME, RULES, Scene, at

DAY = "2025-03-05"
SAID = ("--why", "Bộ đã sửa phần mềm", "--by", "tổ dữ liệu")


def desk(campaign: Endpoint, plan: Plan, *words: str) -> str:
    parser = argparse.ArgumentParser()
    subparsers = parser.add_subparsers()
    for add in (command.add_poison, command.add_redrive, decisions_command.add):
        add(subparsers)
    given = parser.parse_args(words)
    out = io.StringIO()
    given.run(Desk(engine(campaign), plan, out), given)
    return out.getvalue()


def failing(frozen: FrozenTables, close: Close, code: str, entry_id: int, error: str | None, action: str) -> None:
    """A failed transfer with the decision that stopped it."""
    known = frozen.plan.error_codes.get(error or "")
    outcome = known.outcome if known else "unknown"
    frozen.insert("mirror.entry", registry_code=code, entry_id=entry_id, book_id=1, entry_no=f"{entry_id}/2004",
                  t_state="failed", t_error_code=error, t_attempts=9, since=1)  # fmt: skip
    frozen.insert("transfers.decision", day_key=close.key, registry_code=code, entry_id=entry_id, rule=action,
                  requeue_key=f"{action}/{entry_id}", why="test", decided_at=close.as_of, run_id=close.key, sends=9,
                  state="done", action=action, outcome=outcome, error_code=error)  # fmt: skip


def wave(frozen: FrozenTables, close: Close, **columns: Any) -> None:
    numbers = ("lately_accepted", "answered", "fell", "cap", "carried", "due", "chosen", "waiting", "not_due",
               "settled", "held", "poisoned")  # fmt: skip
    defaults = {"run_id": close.key, "day_key": close.key, "as_of": close.as_of, "breaker": "closed", "why": "test"}
    frozen.insert("transfers.wave", **(dict.fromkeys(numbers, 0) | defaults | columns))


@pytest.fixture
def standing(frozen: FrozenTables) -> FrozenTables:
    """Three through with their attempts in two districts, two held; committed, so that the desk sees it."""
    close = frozen.close(DAY)
    for code in ("09101", "09201"):
        frozen.insert("mirror.book", registry_code=code, book_id=1, register="KS", opened_year=2004, book_no="01",
                      opened_by=code, phase=2, since=1)  # fmt: skip
    failing(frozen, close, "09101", 1, "REMOTE_UNAVAILABLE", "poison")
    failing(frozen, close, "09101", 2, "REMOTE_UNAVAILABLE", "poison")
    failing(frozen, close, "09201", 3, "REMOTE_THROTTLED", "poison")
    failing(frozen, close, "09101", 4, "REMOTE_REJECT", "hold")
    failing(frozen, close, "09201", 5, None, "hold")
    wave(frozen, close, breaker="opening", step=2, cap=20, why="20 of 20 answered")
    frozen.conn.commit()
    return frozen


def test_the_dry_run_says_how_many_by_district_and_code_and_does_nothing(
    standing: FrozenTables, campaign_db: Endpoint, small_plan: Plan
) -> None:
    told = desk(campaign_db, small_plan, "redrive", "ask", "--all", "--per-wave", "2")
    lines = [line.split("  ") for line in told.splitlines()]
    assert lines[0] == ["5 entries"]
    cells = [[cell.strip() for cell in line if cell.strip()] for line in lines[2:-1]]
    assert cells == [
        ["091", "Thành phố Sông Mơ", "held", "refused", "REMOTE_REJECT", "1", "2025-03-05 18:00"],
        ["091", "Thành phố Sông Mơ", "poison", "remote_down", "REMOTE_UNAVAILABLE", "2", "2025-03-05 18:00"],
        ["092", "Huyện Đồng Lúa", "held", "unknown", "(none)", "1", "2025-03-05 18:00"],
        ["092", "Huyện Đồng Lúa", "poison", "throttled", "REMOTE_THROTTLED", "1", "2025-03-05 18:00"],
    ]
    assert lines[-1] == ["nothing is done: with --do, 5 go back in 3 waves or more"]
    assert redrives(standing.conn) == []


@pytest.mark.parametrize(
    ("choice", "entries"),
    [
        (Choice(), 5),
        (Choice(outcome="remote_down"), 2),
        (Choice(error_code="REMOTE_THROTTLED"), 1),
        (Choice(area_code="091"), 3),
        (Choice(registry_code="09201"), 2),
        (Choice(outcome="remote_down", area_code="092"), 0),
    ],
    ids=lambda value: " ".join(filter(None, asdict(value).values())) if isinstance(value, Choice) else None,
)
def test_what_is_chosen(standing: FrozenTables, choice: Choice, entries: int) -> None:
    assert sum(row["entries"] for row in stopped(standing.conn, choice)) == entries


def test_who_asked_and_why_is_kept(standing: FrozenTables, campaign_db: Endpoint, small_plan: Plan) -> None:
    asked = ("redrive", "ask", "--district", "091", "--outcome", "remote_down", "--per-wave", "50", "--do", *SAID)
    assert "redrive 1 is recorded: 2 entries, at most 50 a wave" in desk(campaign_db, small_plan, *asked)
    [row] = redrives(standing.conn)
    assert (row["asked_by"], row["why"], row["per_wave"], row["entries"], row["state"]) == (
        "tổ dữ liệu",
        "Bộ đã sửa phần mềm",
        50,
        2,
        "open",
    )
    assert row["asked_at"] == at("05 18:00"), "about what stood at the newest deciding"
    listed = desk(campaign_db, small_plan, "redrive", "list")
    assert "remote_down 091" in listed and "Bộ đã sửa phần mềm" in listed


@pytest.mark.parametrize(
    "words",
    [
        ("--per-wave", "5"),
        ("--district", "091", "--per-wave", "5", "--do", "--by", "tổ dữ liệu"),
        ("--district", "091", "--per-wave", "5", "--do", "--why", "vì sao"),
        ("--district", "091", "--per-wave", "0", "--do", *SAID),
        ("--district", "09999", "--per-wave", "5", "--do", *SAID),
        ("--registry", "09999", "--per-wave", "5", "--do", *SAID),
        ("--outcome", "sometimes", "--per-wave", "5", "--do", *SAID),
        ("--district", "093", "--per-wave", "5", "--do", *SAID),
    ],
    ids=[
        "nothing chosen",
        "no reason",
        "nobody",
        "no rate",
        "no district",
        "no registry",
        "no outcome",
        "nothing there",
    ],
)
def test_what_cannot_be_asked_for_is_refused(
    standing: FrozenTables, campaign_db: Endpoint, small_plan: Plan, words: tuple[str, ...]
) -> None:
    with pytest.raises(DeskError):
        desk(campaign_db, small_plan, "redrive", "ask", *words)
    assert redrives(standing.conn) == []


def test_a_redrive_is_stopped_once(standing: FrozenTables, campaign_db: Endpoint, small_plan: Plan) -> None:
    ask_redrive(standing.conn, small_plan, Choice(area_code="091"), 1, "vì sao", "tổ dữ liệu")
    standing.conn.commit()
    assert "redrive 1 is stopped" in desk(campaign_db, small_plan, "redrive", "stop", "1", *SAID)
    [row] = redrives(standing.conn)
    assert (row["state"], row["stopped_by"], row["stopped_why"]) == ("stopped", "tổ dữ liệu", "Bộ đã sửa phần mềm")
    with pytest.raises(DeskError, match="not open"):
        desk(campaign_db, small_plan, "redrive", "stop", "1", *SAID)
    with pytest.raises(Refusal):
        stop_redrive(standing.conn, 1, " ", "tổ dữ liệu")


def test_poison_is_counted_and_listed(
    standing: FrozenTables, campaign_db: Endpoint, small_plan: Plan, tmp_path: Path
) -> None:
    counted = desk(campaign_db, small_plan, "poison", "counts")
    assert counted.startswith("3 entries\n") and "held" not in counted
    listed = desk(campaign_db, small_plan, "poison", "list", "--registry", "09101", "--last", "1")
    assert "REMOTE_UNAVAILABLE" in listed and "at most 1 are shown" in listed
    file = tmp_path / "poison.csv"
    assert "3 entries are in" in desk(campaign_db, small_plan, "poison", "list", "--csv", str(file))
    assert file.read_bytes().startswith(b"\xef\xbb\xbfregistry,")
    rows = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
    assert [row[:4] for row in rows[1:]] == [
        ["09101", "1", "remote_down", "REMOTE_UNAVAILABLE"],
        ["09101", "2", "remote_down", "REMOTE_UNAVAILABLE"],
        ["09201", "3", "throttled", "REMOTE_THROTTLED"],
    ]


def test_decisions_and_waves_are_listed(standing: FrozenTables, campaign_db: Endpoint, small_plan: Plan) -> None:
    counted = desk(campaign_db, small_plan, "decisions", "counts", "--day", DAY)
    assert counted.startswith(f"{DAY}: 5 decisions\n")
    assert "poison  poison  remote_down  done   2        1" in " ".join(counted.split("\n"))
    one = desk(campaign_db, small_plan, "decisions", "list", "--registry", "09101", "--entry", "4")
    assert "REMOTE_REJECT" in one and one.count("\n") == 2
    assert "opening 2" in desk(campaign_db, small_plan, "decisions", "waves")


def test_standing_is_counted_anew_for_each_day(standing: FrozenTables) -> None:
    for _ in range(2):
        count_standing(standing.conn, DAY)
    rows = standing.conn.exec_driver_sql(
        "select registry_code, kind, outcome, error_code, entries from transfers.standing order by 1, 2, 3"
    ).all()
    assert rows == [
        ("09101", "held", "refused", "REMOTE_REJECT", 1),
        ("09101", "poison", "remote_down", "REMOTE_UNAVAILABLE", 2),
        ("09201", "held", "unknown", "", 1),
        ("09201", "poison", "throttled", "REMOTE_THROTTLED", 1),
    ]


def run_once(scene: Scene, instant: str) -> int:
    """Read everything, decide and carry it out; returns how many were put back."""
    context = ReadingContext(attempt_key=f"run-{instant}", close_key=None, read_at=at(instant))
    asyncio.run(pull_registries(scene.campaign, dict(scene.registries), RULES, context))
    assert scene.ledger is not None
    asyncio.run(pull_ledger(scene.campaign, scene.ledger, RULES, context))
    with engine(scene.campaign).begin() as conn:
        decide(conn, scene.plan, DAY, at(instant), f"run-{instant}")
    told = asyncio.run(requeue(scene.campaign, dict(scene.registries), Requeue(), RULES, DAY, at(instant)))
    return told.requeued


def test_what_was_held_goes_back_at_the_rate_that_was_asked_for(scene: Scene) -> None:
    scene.book(HOME, 1)
    for entry_id in (1, 2, 3):
        scene.entry(HOME, entry_id, 1, str(entry_id), "02 09:00")
        scene.registry(
            HOME,
            "insert into sohoa.transfer (entry_id, state, attempts, queued_at, sent_at, answered_at, error_code)"
            f" values ({entry_id}, 'rejected', 1, now(), '2025-03-03 09:00+07', '2025-03-03 09:0{entry_id}+07', 'NEW')",
        )
    scene.close("2025-03-04")
    assert run_once(scene, "05 08:00") == 0, "a code that the plan does not know is held"
    with engine(scene.campaign).begin() as conn:
        redrive_id, entries = ask_redrive(conn, scene.plan, Choice(error_code="NEW"), 2, "đã hỏi Bộ", "tổ dữ liệu")
    assert entries == 3
    assert run_once(scene, "05 10:00") == 2
    assert run_once(scene, "05 12:00") == 1
    assert run_once(scene, "05 14:00") == 0
    assert scene.rows(
        "select entry_id, rule, state, redrive_id from transfers.decision where action = 'put_back' order by 1"
    ) == [(entry_id, "redrive", "requeued", redrive_id) for entry_id in (1, 2, 3)]
    with engine(scene.campaign).connect() as conn:
        [row] = redrives(conn)
    assert (row["state"], row["taken"], row["put_back"], row["untold"]) == ("done", 3, 3, 0)


def test_a_stopped_redrive_takes_no_more(scene: Scene) -> None:
    scene.book(HOME, 1)
    for entry_id in (1, 2):
        scene.entry(HOME, entry_id, 1, str(entry_id), "02 09:00")
        scene.registry(
            HOME,
            "insert into sohoa.transfer (entry_id, state, attempts, queued_at, sent_at, answered_at, error_code)"
            f" values ({entry_id}, 'rejected', 1, now(), '2025-03-03 09:00+07', '2025-03-03 09:01+07', 'NEW')",
        )
    scene.close("2025-03-04")
    run_once(scene, "05 08:00")
    with engine(scene.campaign).begin() as conn:
        redrive_id, _ = ask_redrive(conn, scene.plan, Choice(registry_code=HOME), 1, "thử", "tổ dữ liệu")
    assert run_once(scene, "05 10:00") == 1
    with engine(scene.campaign).begin() as conn:
        stop_redrive(conn, redrive_id, "thôi", "tổ dữ liệu")
    assert run_once(scene, "05 12:00") == 0
