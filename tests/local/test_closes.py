"""Playing a close: run ids, taking up what is under way, what has been played already."""

from typing import Any

import httpx
import pytest

from include.local import closes
from include.local.closes import CAMPAIGN_DAY, SOURCE_PREFLIGHT, play, played_closes, runs_by_key

SUMMARY = {"close": "2025-03-05", "line": "read 129/129", "first_thing": "nothing"}


class FakeRest:
    """Airflow, as far as a close needs it: runs end after they were asked for twice."""

    def __init__(self, runs: list[dict[str, Any]], summaries: dict[str, Any] | None = None) -> None:
        self.known = runs
        self.summaries = summaries or {}
        self.triggered: list[tuple[str, dict[str, Any]]] = []
        self.silences = 0
        self.spoke: list[str] = []
        self.asked = 0

    def runs(self, dag_id: str) -> list[dict[str, Any]]:
        return self.known

    def trigger(self, dag_id: str, run_id: str, conf: dict[str, Any]) -> None:
        self.triggered.append((run_id, conf))
        self.known.append({"dag_run_id": run_id, "state": "running", "duration": 12.5})

    def run(self, dag_id: str, run_id: str) -> dict[str, Any]:
        if self.silences:
            self.silences -= 1
            raise httpx.ConnectError("refused")
        self.asked += 1
        found = next(run for run in self.known if run["dag_run_id"] == run_id)
        if self.asked >= 2 and found["state"] == "running":
            found["state"] = "failed"
        return found

    def tasks(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        return [{"task_id": "gate", "state": "failed"}, {"task_id": "open_day", "state": "success"}]

    def xcom(self, dag_id: str, run_id: str, task_id: str, key: str) -> Any:
        self.spoke.append(task_id)
        return self.summaries.get(run_id)


@pytest.fixture(autouse=True)
def no_naps(monkeypatch) -> None:
    monkeypatch.setattr(closes.time, "sleep", lambda seconds: None)


def run(run_id: str, state: str) -> dict[str, Any]:
    return {"dag_run_id": run_id, "state": state, "duration": 10.0}


def test_a_close_is_played_under_a_new_name_and_its_summary_comes_back() -> None:
    rest = FakeRest([run("2025-03-05-1", "failed")], {"2025-03-05-2": SUMMARY})
    seen: list[int] = []
    played = play(rest, CAMPAIGN_DAY, "2025-03-05", {"day": "2025-03-05"}, lambda tasks: seen.append(len(tasks)))
    assert rest.triggered == [("2025-03-05-2", {"day": "2025-03-05"})]
    assert (played.green, played.summary, played.failed, played.seconds) == (False, SUMMARY, ["gate"], 12.5)
    assert seen == [2]


def test_a_run_under_way_is_taken_up_instead_of_started_again() -> None:
    rest = FakeRest([run("2025-03-05-1", "running")])
    assert play(rest, CAMPAIGN_DAY, "2025-03-05", {}, lambda tasks: None).run_id == "2025-03-05-1"
    assert rest.triggered == []


def test_an_api_that_is_silent_for_a_while_is_waited_for() -> None:
    rest = FakeRest([])
    rest.silences = 3
    assert play(rest, CAMPAIGN_DAY, "2025-03-05", {}, lambda tasks: None).run_id == "2025-03-05-1"


def test_the_final_close_is_no_run_of_its_day() -> None:
    rest = FakeRest([run("2025-03-20-1", "success"), run("2025-03-20-final-1", "success"), run("by hand", "success")])
    assert {key: len(runs) for key, runs in runs_by_key(rest, CAMPAIGN_DAY).items()} == {
        "2025-03-20": 1,
        "2025-03-20-final": 1,
    }


def test_played_is_what_came_to_a_summary_last() -> None:
    runs = [
        *(run("2025-03-01-1", "success"), run("2025-03-02-1", "failed"), run("2025-03-03-1", "failed")),
        *(run("2025-03-03-2", "running"), run("2025-03-04-1", "queued")),
    ]
    summaries = {"2025-03-01-1": SUMMARY, "2025-03-02-1": {"close": None}, "2025-03-03-1": SUMMARY}
    assert sorted(played_closes(FakeRest(runs, summaries))) == ["2025-03-01", "2025-03-03"]


@pytest.mark.parametrize(
    ("dag_id", "speaker"),
    [(CAMPAIGN_DAY, ["gate"]), (SOURCE_PREFLIGHT, ["report_preflight"]), ("progress_watch", [])],
)
def test_a_run_is_told_by_its_last_task_where_that_speaks(dag_id: str, speaker: list[str]) -> None:
    rest = FakeRest([], {"key-1": SUMMARY})
    assert play(rest, dag_id, "key", {}, lambda tasks: None).summary == (SUMMARY if speaker else None)
    assert rest.spoke == speaker
