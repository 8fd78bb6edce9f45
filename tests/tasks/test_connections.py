"""From Airflow's connections to the domain's addresses."""

from __future__ import annotations

import asyncio
import json

import pytest

from include.campaign.endpoint import Endpoint
from include.tasks import connections


def connection(**fields: object) -> str:
    return json.dumps({"conn_type": "postgres", **fields})


@pytest.fixture(autouse=True)
def only_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look-ups that the environment cannot answer end there, not in a database that the test has not."""
    from airflow.sdk.execution_time import supervisor  # noqa: PLC0415
    from airflow.secrets.environment_variables import EnvironmentVariablesBackend  # noqa: PLC0415

    monkeypatch.setattr(supervisor, "ensure_secrets_backend_loaded", lambda: [EnvironmentVariablesBackend()])


def test_a_connection_becomes_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    fields = {"host": "db.example", "port": 6432, "schema": "hotich", "login": "reader", "password": "s3/ret"}
    monkeypatch.setenv("AIRFLOW_CONN_CAMPAIGN_DB", connection(**fields, extra=json.dumps({"sslmode": "require"})))
    assert connections.warehouse() == Endpoint("db.example", 6432, "hotich", "reader", "s3/ret", "require")


def test_a_port_left_out_is_postgres_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_REGISTRY_19330", connection(host="a.example", schema="x"))
    found = asyncio.run(connections.registries(["19330"]))["19330"]
    assert found == Endpoint("a.example", 5432, "x", "")


def test_a_registry_without_a_connection_is_not_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_REGISTRY_19330", connection(host="a.example", schema="x"))
    found = asyncio.run(connections.registries(["19330", "19333"]))
    assert found["19330"] is not None and found["19333"] is None


def test_requeueing_has_a_log_in_of_its_own_where_one_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_REGISTRY_1", connection(host="a.example", schema="x", login="reader"))
    monkeypatch.setenv("AIRFLOW_CONN_REGISTRY_2_REQUEUE", connection(host="a.example", schema="x", login="writer"))
    found = [asyncio.run(connections.requeuer(code)) for code in ("1", "2", "3")]
    assert [address and address.login for address in found] == [None, "writer", None]
