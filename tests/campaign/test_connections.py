"""Connections as they stand in a file, for processes that are not Airflow's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from include.campaign.connections import ConnectionsError, WrittenFields, endpoint_of, read_connection, smtp_of
from include.campaign.endpoint import Endpoint

PASSWORD = "p@ss/w:rd %25"
FIELDS = {
    "conn_type": "postgres",
    "host": "db.example",
    "port": 6432,
    "schema": "campaign",
    "login": "owner",
    "password": PASSWORD,
}
URI = "postgres://owner:p%40ss%2Fw%3Ard%20%2525@db.example:6432/campaign?sslmode=require"
EXPECTED = Endpoint("db.example", 6432, "campaign", "owner", PASSWORD, "require")


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("c.json", json.dumps({"campaign_db": {**FIELDS, "extra": {"sslmode": "require"}}})),
        ("c.json", json.dumps({"campaign_db": {**FIELDS, "port": "6432", "extra": '{"sslmode": "require"}'}})),
        ("c.json", json.dumps({"campaign_db": [URI]})),
        ("c.json", json.dumps({"campaign_db": URI})),
        ("c.yaml", f"other: postgres://x/y\ncampaign_db: {URI}\n"),
        ("c.env", f"# the campaign\ncampaign_db={URI}\n"),
    ],
)
def test_every_way_of_writing_a_connection_gives_the_same_address(tmp_path: Path, name: str, text: str) -> None:
    assert endpoint_of(read_connection(written(tmp_path, name, text), "campaign_db")) == EXPECTED


def test_a_password_is_in_no_repr(tmp_path: Path) -> None:
    path = written(tmp_path, "c.json", json.dumps({"campaign_db": URI}))
    fields = read_connection(path, "campaign_db")
    assert PASSWORD not in repr(fields) and PASSWORD not in repr(endpoint_of(fields))


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"campaign_db": null}', '{"campaign_smtp": {}}'])
def test_a_file_without_the_connection_says_which_file_and_no_secret(tmp_path: Path, text: str) -> None:
    path = written(tmp_path, "c.json", text)
    with pytest.raises(ConnectionsError, match=r"c\.json"):
        read_connection(path, "campaign_db")


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConnectionsError, match="FileNotFoundError"):
        read_connection(tmp_path / "none.json", "campaign_db")


@pytest.mark.parametrize(("security", "port"), [("starttls", 587), ("ssl", 465), ("none", 25), (None, 587)])
def test_a_mail_servers_port_follows_its_security(security: str | None, port: int) -> None:
    extra = {"sender": "a@b.example"} | ({"security": security} if security else {})
    settings = smtp_of(WrittenFields(host="mail.example", login="x", password="y", extra=json.dumps(extra)))
    assert (settings.security, settings.port) == (security or "starttls", port)


@pytest.mark.parametrize("extra", [{}, {"sender": "a@b.example", "security": "tls"}])
def test_a_mail_server_without_a_sender_or_with_an_unknown_security_is_refused(extra: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="it must be"):
        smtp_of(WrittenFields(host="mail.example", extra=json.dumps(extra)))
