"""What the driver shows."""

import io

from rich.console import Console

from include.local.closes import Played
from include.local.screen import Screen, at_work, time_left

LINE = "read 127/129 (Xã A Bung: hung since 2025-03-04) · gaps · received 8,972 (+12) · mails 11/11"


def shown(green: bool, summary: dict | None, failed: list[str]) -> str:
    written = io.StringIO()
    Screen(Console(file=written, width=300)).day("2025-03-05", Played("r", green, 9, summary, failed), seconds=21.4)
    return written.getvalue()


def test_a_days_line_is_the_gates_to_the_letter() -> None:
    told = shown(True, {"line": LINE, "first_thing": "nothing"}, [])
    assert LINE in told
    assert "21 s" in told
    assert "first:" not in told


def test_a_red_day_says_what_to_do_first_and_what_failed() -> None:
    told = shown(False, {"line": LINE, "first_thing": "ask [them]"}, ["gate", "send_mail"])
    assert "first: ask [them]" in told
    assert "failed: gate, send_mail" in told
    assert "failed" not in shown(False, {"line": LINE, "first_thing": "ask"}, ["gate"])


def test_a_day_without_a_summary_says_where_to_look() -> None:
    assert "see the run in Airflow" in shown(False, None, [])


def test_a_run_is_told_in_steps_mapped_ones_counted() -> None:
    tasks = [{"task_id": "read_sources.pull_registries", "state": state} for state in ("success", "running", None)]
    assert at_work([*tasks, {"task_id": "open_day", "state": "success"}]) == "pull_registries 1 of 3"
    assert at_work([{"task_id": "gate", "state": "queued"}]) == "gate"


def test_time_left_follows_the_last_five_days() -> None:
    assert time_left([], 3) == ""
    assert time_left([10.0], 0) == ""
    assert time_left([1000.0, 20, 20, 20, 20, 20], 6) == "about  2:00 left"
