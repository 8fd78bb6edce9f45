"""What stops a deployment before it starts, and how it is told."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import URL

from deploy import init
from include.campaign.endpoint import Endpoint

SMALL_PLAN = Path(__file__).resolve().parents[1] / "plans" / "small"
BEFORE, AFTER = datetime(2025, 2, 1, tzinfo=UTC), datetime(2025, 4, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A plan, no secret, and the server of nobody."""
    monkeypatch.setenv("CAMPAIGN_SECRETS", str(tmp_path))
    monkeypatch.setenv("CAMPAIGN_PLAN", str(SMALL_PLAN))
    monkeypatch.setenv("CAMPAIGN_CONNECTIONS", str(tmp_path / "connections.json"))
    monkeypatch.setenv("CAMPAIGN_SCHEDULE", "off")
    monkeypatch.setenv("CAMPAIGN_SERVERS", "metadata-db,campaign-db")
    return tmp_path


def test_a_secret_is_missing_or_empty_or_read_without_its_line_break(environment: Path) -> None:
    with pytest.raises(init.NotReadyError, match="admin_password cannot be read"):
        init.secret("admin_password")
    (environment / "admin_password").write_text(" \n")
    with pytest.raises(init.NotReadyError, match="admin_password is empty"):
        init.secret("admin_password")
    (environment / "admin_password").write_text("from an editor\n")
    assert init.secret("admin_password") == "from an editor"


def test_a_campaign_of_the_past_runs_by_hand_only(monkeypatch: pytest.MonkeyPatch) -> None:
    assert init.checked_plan(SMALL_PLAN, AFTER).registries
    monkeypatch.setenv("CAMPAIGN_SCHEDULE", "on")
    assert init.checked_plan(SMALL_PLAN, BEFORE).registries
    with pytest.raises(init.NotReadyError, match=r"2025-03-31 18:00, has passed.*CAMPAIGN_SCHEDULE=off"):
        init.checked_plan(SMALL_PLAN, AFTER)


@pytest.mark.parametrize(
    ("connections", "said"),
    [
        (None, "connections.json cannot be read"),
        ({"ministry_ledger": "postgresql://a:b@c/d"}, "no usable connection campaign_db"),
        ({"campaign_db": "postgresql://a:b@c/d"}, "no usable connection campaign_smtp"),
        ({"campaign_db": "postgresql://a:b@c/d", "campaign_smtp": "smtp://mail"}, "sender"),
        ({"campaign_db": "postgresql://a:b@c/d", "campaign_smtp": "smtp://mail?sender=a@b.example"}, "metadata_db_url"),
    ],
)
def test_what_is_missing_is_told_in_a_line(
    environment: Path, capsys: pytest.CaptureFixture[str], connections: dict | None, said: str
) -> None:
    if connections is not None:
        (environment / "connections.json").write_text(json.dumps(connections))
    assert init.main() == 1
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("not ready: ")
    assert said in last


def test_a_plan_with_faults_is_told_with_file_and_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CAMPAIGN_PLAN", str(tmp_path / "nowhere"))
    assert init.main() == 1
    assert "nowhere" in capsys.readouterr().out


def test_a_database_that_refuses_is_told_without_its_password(
    environment: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = {"campaign_db": "postgresql://a:hidden@127.0.0.1:1/d", "campaign_smtp": "smtp://mail?sender=a@b.example"}
    (environment / "connections.json").write_text(json.dumps(found))
    (environment / "metadata_db_url").write_text("postgresql+psycopg2://a:hidden@127.0.0.1:1/d")
    assert init.main() == 1
    told = capsys.readouterr().out
    assert "not ready: a database refuses" in told
    assert "hidden" not in told


def test_a_database_is_made_once_and_its_owner_gets_the_password_anew(environment: Path, pg_server: Endpoint) -> None:
    (environment / "postgres_password").write_text("trusted on a socket anyway")
    name = "deploy_ensured"
    target = URL.create("postgresql+psycopg", name, host=pg_server.host, port=pg_server.port, database=name)
    hashes = []
    with psycopg.connect(host=pg_server.host, user="postgres", dbname="postgres", autocommit=True) as conn:
        try:
            for password in ("first", "second"):
                init.ensure_database(target.set(password=password))
                row = conn.execute("select rolpassword from pg_authid where rolname = %s", [name]).fetchone()
                hashes.append(row)
            owner = "select rolname from pg_database d join pg_roles r on r.oid = d.datdba where datname = %s"
            assert conn.execute(owner, [name]).fetchone() == (name,)
            assert hashes[0] != hashes[1]
        finally:
            conn.execute(f"drop database if exists {name}")
            conn.execute(f"drop role if exists {name}")
