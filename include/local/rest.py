"""A small client of Airflow's REST API: what the driver and the stack's tests need, nothing else."""

from __future__ import annotations

import time
from typing import Any

import httpx

from include.local.home import StackError

FINISHED = ("success", "failed")
PARTS = ("metadatabase", "scheduler", "dag_processor")


class Rest:
    """Logs in when it first needs to, and again when its token has ended.

    Args:
        base_url: `http://host:port`.
        user: Airflow's user.
        password: Their password.
    """

    def __init__(self, base_url: str, user: str, password: str) -> None:
        self.base_url, self._user, self._password = base_url, user, password
        # No proxy of the environment stands between us and this machine.
        self._client = httpx.Client(base_url=base_url, timeout=30, trust_env=False)
        self._token = ""

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def call(self, method: str, path: str, **options: Any) -> Any:
        """One request below /api/v2, answered as JSON.

        Raises:
            StackError: Airflow answered with an error; its words are in the message.
            httpx.TransportError: it does not answer.
        """
        answer = self._send(method, path, options)
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            self._token = ""
            answer = self._send(method, path, options)
        if answer.is_error:
            raise StackError(f"Airflow answers {answer.status_code} to {method} {path}: {answer.text[:500]}")
        return answer.json() if answer.content else None

    def _send(self, method: str, path: str, options: dict[str, Any]) -> httpx.Response:
        if not self._token:
            offered = {"username": self._user, "password": self._password}
            login = self._client.post("/auth/token", json=offered)
            if login.is_error:
                raise StackError(f"Airflow refuses the log-in of {self._user}: {login.text[:300]}")
            self._token = login.json()["access_token"]
        return self._client.request(
            method, f"/api/v2{path}", headers={"Authorization": f"Bearer {self._token}"}, **options
        )

    def wait_until_up(self, seconds: float = 180) -> None:
        """Wait until the API answers and both the scheduler and the DAG processor beat.

        Raises:
            StackError: not within that time.
        """
        until = time.monotonic() + seconds
        seen: object = "no answer"
        while time.monotonic() < until:
            try:
                health = self._client.get("/api/v2/monitor/health").json()
                seen = {part: health[part]["status"] for part in PARTS}
                if set(seen.values()) == {"healthy"}:
                    return
            except (httpx.TransportError, ValueError, KeyError, TypeError):
                pass
            time.sleep(0.5)
        raise StackError(f"Airflow is not up after {seconds:.0f} s ({seen}); see the logs of its processes.")

    def wait_for_dags(self, dag_ids: list[str], seconds: float = 120) -> None:
        """Wait until these DAGs are parsed.

        Raises:
            StackError: an import error stands in the way, or they do not appear.
        """
        until = time.monotonic() + seconds
        missing = list(dag_ids)
        while missing:
            found = {dag["dag_id"] for dag in self.call("GET", "/dags", params={"limit": 100})["dags"]}
            missing = [dag_id for dag_id in dag_ids if dag_id not in found]
            errors = self.call("GET", "/importErrors")["import_errors"] if missing else []
            if errors:
                told = "\n".join(f"{error['filename']}:\n{error['stack_trace'].strip()}" for error in errors)
                raise StackError(f"Airflow cannot read these DAG files:\n{told}")
            if missing and time.monotonic() > until:
                raise StackError(f"Airflow has not read {', '.join(missing)} after {seconds:.0f} s.")
            if missing:
                time.sleep(0.5)

    def ensure_pool(self, name: str, slots: int, description: str) -> None:
        """Make a pool, or bring it to this size."""
        body = {"name": name, "slots": slots, "description": description, "include_deferred": False}
        known = {pool["name"] for pool in self.call("GET", "/pools", params={"limit": 100})["pools"]}
        if name in known:
            self.call("PATCH", f"/pools/{name}", params={"update_mask": ["slots", "description"]}, json=body)
        else:
            self.call("POST", "/pools", json=body)

    def trigger(self, dag_id: str, run_id: str, conf: dict[str, Any]) -> dict[str, Any]:
        """Start a run without a logical date: the day is in `conf`."""
        body = {"dag_run_id": run_id, "logical_date": None, "conf": conf}
        run: dict[str, Any] = self.call("POST", f"/dags/{dag_id}/dagRuns", json=body)
        return run

    def run(self, dag_id: str, run_id: str) -> dict[str, Any]:
        """One run: state, start_date, end_date, note ..."""
        found: dict[str, Any] = self.call("GET", f"/dags/{dag_id}/dagRuns/{run_id}")
        return found

    def runs(self, dag_id: str) -> list[dict[str, Any]]:
        """All runs of a DAG, the oldest first."""
        found: list[dict[str, Any]] = []
        while True:
            options = {"limit": 100, "offset": len(found), "order_by": "id"}
            page = self.call("GET", f"/dags/{dag_id}/dagRuns", params=options)
            found += page["dag_runs"]
            if len(found) >= page["total_entries"] or not page["dag_runs"]:
                return found

    def tasks(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        """The task instances of a run: task_id, map_index, state, try_number, duration ..."""
        options = {"limit": 1000}
        page = self.call("GET", f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances", params=options)
        found: list[dict[str, Any]] = page["task_instances"]
        return found

    def xcom(self, dag_id: str, run_id: str, task_id: str, key: str) -> Any:
        """A value that a task pushed; None when there is none."""
        path = f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/xcomEntries"
        entries = self.call("GET", path, params={"xcom_key": key})["xcom_entries"]
        if not entries:
            return None
        value = self.call("GET", f"{path}/{key}", params={"deserialize": True})["value"]
        return value
