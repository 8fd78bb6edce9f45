"""The REST client against a pretended Airflow: log-in, errors, paging, waiting."""

import httpx
import pytest

from include.local.home import StackError
from include.local.rest import Rest


class Pretended:
    """Answers by path; counts log-ins; can let a token end."""

    def __init__(self, answers: dict[str, object]) -> None:
        self.answers, self.logins, self.tokens, self.seen = answers, 0, set[str](), list[httpx.Request]()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        if request.url.path == "/auth/token":
            self.logins += 1
            self.tokens = {f"Bearer t{self.logins}"}
            return httpx.Response(201, json={"access_token": f"t{self.logins}"})
        if request.headers.get("authorization") not in self.tokens and "/monitor/" not in request.url.path:
            return httpx.Response(401, json={})
        answer = self.answers[request.url.path]
        return answer(request) if callable(answer) else httpx.Response(200, json=answer)


def client(pretended: Pretended) -> Rest:
    rest = Rest("http://airflow", "admin", "secret")
    rest._client = httpx.Client(base_url="http://airflow", transport=httpx.MockTransport(pretended))
    return rest


def test_it_logs_in_once_and_again_when_the_token_has_ended() -> None:
    pretended = Pretended({"/api/v2/pools": {"pools": []}})
    rest = client(pretended)
    rest.call("GET", "/pools")
    rest.call("GET", "/pools")
    assert pretended.logins == 1
    pretended.tokens.clear()
    rest.call("GET", "/pools")
    assert pretended.logins == 2


def test_an_error_is_told_in_airflows_words() -> None:
    pretended = Pretended({"/api/v2/dags/x/dagRuns": lambda request: httpx.Response(409, text="exists already")})
    with pytest.raises(StackError, match=r"409 .*exists already"):
        client(pretended).trigger("x", "r", {})


def test_a_run_is_started_without_a_logical_date() -> None:
    pretended = Pretended({"/api/v2/dags/campaign_day/dagRuns": {"dag_run_id": "2025-03-05-1"}})
    client(pretended).trigger("campaign_day", "2025-03-05-1", {"day": "2025-03-05"})
    body = pretended.seen[-1].content
    assert b'"logical_date":null' in body
    assert b'"day":"2025-03-05"' in body


def test_all_pages_of_runs_are_read() -> None:
    def page(request: httpx.Request) -> httpx.Response:
        offset = int(request.url.params["offset"])
        runs = [{"dag_run_id": f"r{n}"} for n in range(offset, min(offset + 100, 150))]
        return httpx.Response(200, json={"dag_runs": runs, "total_entries": 150})

    runs = client(Pretended({"/api/v2/dags/x/dagRuns": page})).runs("x")
    assert [run["dag_run_id"] for run in runs] == [f"r{n}" for n in range(150)]


def test_an_import_error_ends_the_waiting_for_dags() -> None:
    error = {"filename": "dags/campaign_day.py", "stack_trace": "NameError: xyz"}
    answers = {"/api/v2/dags": {"dags": []}, "/api/v2/importErrors": {"import_errors": [error]}}
    with pytest.raises(StackError, match=r"dags/campaign_day\.py:\nNameError: xyz"):
        client(Pretended(answers)).wait_for_dags(["campaign_day"])


def test_an_unhealthy_scheduler_is_named() -> None:
    health = {part: {"status": "healthy"} for part in ("metadatabase", "dag_processor")}
    answers = {"/api/v2/monitor/health": {**health, "scheduler": {"status": "unhealthy"}}}
    with pytest.raises(StackError, match="'scheduler': 'unhealthy'"):
        client(Pretended(answers)).wait_until_up(seconds=0.1)


def test_a_pool_is_made_once_and_then_changed() -> None:
    made: list[str] = []

    def pools(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            made.append("mail")
        return httpx.Response(200, json={"pools": [{"name": name} for name in made]})

    pretended = Pretended({"/api/v2/pools": pools, "/api/v2/pools/mail": {}})
    rest = client(pretended)
    rest.ensure_pool("mail", 1, "d")
    rest.ensure_pool("mail", 2, "d")
    assert made == ["mail"]
    assert pretended.seen[-1].method == "PATCH"
