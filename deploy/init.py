"""Makes a deployment ready: `python -m deploy.init`, the service `init` of docker-compose.yaml.

It runs at each start before anything else, and again does no harm: the plan and the connections are checked, databases
and their owners are made where the servers are ours, both schemas are brought up to date, pools are set, and where
nobody can log in yet, the first administrator is made.

Environment: CAMPAIGN_PLAN, CAMPAIGN_CONNECTIONS, CAMPAIGN_SCHEDULE as everywhere; CAMPAIGN_SECRETS (folder of the
secrets), CAMPAIGN_SERVERS (hosts, separated by commas, of the PostgreSQL servers that are ours).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url
from sqlalchemy.exc import SQLAlchemyError

from include.campaign.connections import SMTP, WAREHOUSE, ConnectionsError, endpoint_of, read_connection, smtp_of
from include.campaign.days import Calendar
from include.campaign.plan import Plan, PlanError, load_plan
from include.campaign.warehouse.migrate import migrate

POOLS = Path(__file__).resolve().parents[1] / "include" / "tasks" / "pools.json"
ADMIN = "admin"


class NotReadyError(Exception):
    """Something is missing or wrong; the text says what to do."""


def secret(name: str) -> str:
    """The text of a secret, without a line break at its end.

    Raises:
        NotReadyError: it is missing or empty.
    """
    path = Path(os.environ["CAMPAIGN_SECRETS"]) / name
    try:
        text = path.read_text(encoding="utf-8").strip()
    except OSError as problem:
        raise NotReadyError(f"the secret {name} cannot be read ({problem.strerror}): deploy/make-secrets.sh") from None
    if not text:
        raise NotReadyError(f"the secret {name} is empty: remove the file, then deploy/make-secrets.sh")
    return text


def checked_plan(folder: Path, now: datetime) -> Plan:
    """The plan, checked; a campaign of the past may not run by itself, it would be caught up with, mails and all.

    Raises:
        PlanError: with every fault as file, line and reason.
        NotReadyError: its last close has passed, and the DAGs are to run at their hours.
    """
    plan = load_plan(folder)
    last = Calendar(plan.rules).with_tail()[-1].as_of
    if last < now and os.environ["CAMPAIGN_SCHEDULE"] != "off":
        raise NotReadyError(
            f"the plan's last close, {last:%Y-%m-%d %H:%M}, has passed: put its days right (rules.yaml), or set "
            "CAMPAIGN_SCHEDULE=off to run its DAGs by hand only"
        )
    return plan


def ensure_database(target: URL) -> None:
    """The database of this URL and the role that owns it, which may do nothing else; its password is the URL's.

    Raises:
        psycopg.Error: the server does not answer, or not to this superuser.
    """
    name, role = sql.Identifier(target.database or ""), sql.Identifier(target.username or "")
    with psycopg.connect(
        host=target.host,
        port=target.port,
        user="postgres",
        password=secret("postgres_password"),
        dbname="postgres",
        connect_timeout=10,
        autocommit=True,
    ) as conn:
        known = conn.execute("select from pg_roles where rolname = %s", [target.username]).fetchone() is not None
        verb = sql.SQL("alter" if known else "create")
        statement = sql.SQL("{} role {} login nosuperuser nocreatedb nocreaterole password {}")
        conn.execute(statement.format(verb, role, sql.Literal(target.password)))
        if conn.execute("select from pg_database where datname = %s", [target.database]).fetchone() is None:
            conn.execute(sql.SQL("create database {} owner {}").format(name, role))
            conn.execute(sql.SQL("revoke all on database {} from public").format(name))


def airflow(*words: str) -> None:
    """One command of Airflow's, in this process: each start of `airflow` takes six seconds more."""
    from airflow.cli.cli_parser import get_parser  # noqa: PLC0415 (seconds, and only after the checks)

    arguments = get_parser().parse_args(words)
    arguments.func(arguments)


def ensure_admin() -> bool:
    """Make the first administrator where there is no user at all; later ones are made in the UI, and may be removed.

    Returns:
        whether it was made.
    """
    from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder  # noqa: PLC0415

    with get_application_builder() as builder:
        users = builder.sm
        if users.get_all_users():
            return False
        role = users.find_role("Admin")
        if not users.add_user(ADMIN, "Quản trị", "hệ thống", f"{ADMIN}@localhost", role, secret("admin_password")):
            raise NotReadyError("the first administrator could not be made; the reason stands above")
    return True


def prepare(now: datetime, say: Callable[[str], None]) -> None:
    """Make everything ready, in order; raises what `main` tells."""
    plan = checked_plan(Path(os.environ["CAMPAIGN_PLAN"]), now)
    say(f"plan: {plan.rules.campaign.name}, {len(plan.registries)} registries, {len(plan.findings)} findings")
    for finding in plan.findings:
        say(f"plan: {finding}")

    connections = Path(os.environ["CAMPAIGN_CONNECTIONS"])
    campaign = make_url(endpoint_of(read_connection(connections, WAREHOUSE)).sqlalchemy_url)
    smtp_of(read_connection(connections, SMTP))
    metadata = make_url(secret("metadata_db_url"))
    ours = os.environ["CAMPAIGN_SERVERS"].split(",")
    for target in (metadata, campaign):
        if target.host in ours:
            ensure_database(target)
    migrate(campaign.render_as_string(hide_password=False))
    say("campaign database: up to date")

    airflow("db", "migrate")
    airflow("pools", "import", str(POOLS))
    made = ensure_admin()
    say(f"log-in: {ADMIN}, with the password of the secret admin_password" if made else "log-in: users as they are")


def main() -> int:
    """The command; what is missing or wrong is told in a line."""

    def say(line: str) -> None:
        print(line, flush=True)

    try:
        prepare(datetime.now(UTC), say)
    except (NotReadyError, PlanError, ConnectionsError, ValueError) as problem:
        say(f"not ready: {problem}")
    except (psycopg.Error, SQLAlchemyError) as problem:
        # Drivers name host and role in their words, never a password.
        say(f"not ready: a database refuses: {problem}")
    else:
        say("ready")
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
