"""Connections from a file, one at a time."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from airflow.sdk.exceptions import AirflowException

from include.tasks.secrets import ConnectionsFile

READER = {"conn_type": "postgres", "host": "a.example", "login": "reader", "password": "s3/ret"}


def written(file: Path, text: str) -> ConnectionsFile:
    file.write_text(text, encoding="utf-8")
    return ConnectionsFile(connections_file_path=str(file))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("c.json", json.dumps({"registry_1": READER})),
        ("c.json", json.dumps({"registry_1": "postgres://reader:s3%2Fret@a.example"})),
        ("c.yaml", "registry_1:\n  conn_type: postgres\n  host: a.example\n  login: reader\n  password: s3/ret\n"),
        ("c.yaml", "registry_1:\n- conn_type: postgres\n  host: a.example\n  login: reader\n  password: s3/ret\n"),
        ("c.env", "registry_1=postgres://reader:s3%2Fret@a.example\n"),
    ],
)
def test_a_connection_is_found_however_it_is_written(tmp_path: Path, name: str, text: str) -> None:
    connections = written(tmp_path / name, text)
    for _ in range(2):  # making one leaves what the file says as it was
        found = connections.get_connection("registry_1")
        assert found is not None
        assert (found.conn_id, found.conn_type, found.host, found.login, found.password) == (
            "registry_1",
            "postgres",
            "a.example",
            "reader",
            "s3/ret",
        )
    assert connections.get_connection("registry_2") is None


def test_a_fault_of_one_connection_is_that_ones(tmp_path: Path) -> None:
    connections = written(tmp_path / "c.json", json.dumps({"registry_1": READER, "registry_2": {"hots": "b.example"}}))
    assert connections.get_connection("registry_1") is not None
    with pytest.raises(AirflowException, match="hots"):
        connections.get_connection("registry_2")


def test_a_connection_that_is_written_twice_is_told(tmp_path: Path) -> None:
    connections = written(tmp_path / "c.env", "registry_1=postgres://a.example\nregistry_1=postgres://b.example\n")
    with pytest.raises(AirflowException, match=r"c\.env: registry_1 stands there 2 times"):
        connections.get_connection("registry_1")


def test_what_is_changed_in_the_file_counts_from_the_next_question_on(tmp_path: Path) -> None:
    file = tmp_path / "c.json"
    connections = written(file, json.dumps({"registry_1": READER}))
    assert connections.get_connection("registry_2") is None
    file.write_text(json.dumps({"registry_1": READER, "registry_2": READER}), encoding="utf-8")
    os.utime(file, ns=(0, 0))
    assert connections.get_connection("registry_2") is not None


def test_a_file_that_cannot_be_parsed_is_told(tmp_path: Path) -> None:
    with pytest.raises(AirflowException, match="Failed to load the secret file"):
        written(tmp_path / "c.json", "{").get_connection("registry_1")
