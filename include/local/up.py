"""The same stack on a province's own connections (`make up`), and one day's close on it (`make day`)."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from include.campaign.days import TAIL, Calendar
from include.campaign.plan import Plan, load_plan
from include.campaign.warehouse.migrate import migrate
from include.local import airflow, connections, postgres, preflight
from include.local.closes import CAMPAIGN_DAY, CAMPAIGN_KICKOFF, DAGS, SOURCE_PREFLIGHT, play
from include.local.home import ROOT, Home, StackError
from include.local.ports import LOOPBACK
from include.local.screen import Screen, at_work, stay
from include.local.stack import Stack
from include.local.tail import move_into_tail
from include.rehearsal.address import ServerAddress


@dataclass(frozen=True)
class Wish:
    """What the user asked for.

    Args:
        connections: Their connections file.
        plan: The plan's folder.
        schedule: Whether the DAGs run at their hours; None: unless the plan's last close has passed.
        detach: Return once it is up, and leave it up until `make down`.
        ui_port: A port of Airflow's pages that the user wants.
    """

    connections: Path
    plan: Path = ROOT / "include" / "plan"
    schedule: bool | None = None
    detach: bool = False
    ui_port: int | None = None


def up(home: Home, wish: Wish, screen: Screen) -> None:
    """Start the stack on the user's connections and stay until Ctrl-C, or leave it up (`detach`).

    Raises:
        StackError: the connections or the plan do not do, or something does not start; the message says what to do.
    """
    plan = load_plan(wish.plan)
    found = connections.read(wish.connections)
    findings = connections.check(wish.connections, found, plan.registry_codes)
    schedule = _schedule(plan) if wish.schedule is None else wish.schedule
    with home.held():
        preflight.check_kind(home, kind="up", plan=str(wish.plan))
        preflight.check_disk(home, 0)
        databases = ["metadata"] + ([] if connections.CAMPAIGN in found else ["campaign"])
        stack = Stack(
            home,
            airflow.Settings(plan=wish.plan, schedule=schedule),
            databases=databases,
            sink=connections.SMTP not in found,
            fixed_ports={"ui": wish.ui_port} if wish.ui_port else None,
            outlives_us=wish.detach,
        )
        ended = preflight.clear_leftovers(stack)
        if ended:
            screen.say(f"an earlier run was killed: ended the {ended} processes that it left")
        home.note(kind="up", plan=str(wish.plan), detached=False)
        _tell(screen, plan, findings, schedule)
        with stack:
            _begin(stack, wish, found, screen)
            screen.where(stack, home.secret("airflow_user", length=12), airflow.USER)
            if wish.detach:
                home.note(detached=True)
                screen.say("it stays up: make day DAY=..., make status, make down")
                return
            screen.say("it stays up until Ctrl-C; from another terminal: make day DAY=...")
            stay(stack, screen)
            screen.say("ending everything that was started ...")


def _schedule(plan: Plan) -> bool:
    """On while the campaign has closes to come; a plan of the past would be caught up with, mails and all, unasked."""
    return Calendar(plan.rules).with_tail()[-1].as_of > datetime.now(UTC)


def _tell(screen: Screen, plan: Plan, findings: connections.Findings, schedule: bool) -> None:
    reached = len(plan.registry_codes) - len(findings.missing)
    screen.say(f"connections for {reached} of the plan's {len(plan.registry_codes)} registries")
    if findings.missing:
        named = ", ".join(f"{code} {plan.full_name(code)}" for code in findings.missing)
        screen.say(f"[yellow]not configured ({len(findings.missing)}):[/] {named}")
    if findings.no_ledger:
        screen.say(f"[yellow]no {connections.LEDGER}:[/] what the Ministry received will be unknown")
    if findings.unused:
        screen.say(f"[yellow]ids that mean nothing here:[/] {', '.join(findings.unused)}")
    screen.say(
        "the DAGs run at their hours (SCHEDULE=off: only when asked)"
        if schedule
        else "the DAGs run only when asked: make day DAY=... (SCHEDULE=on: at their hours, past closes first)"
    )


def _begin(stack: Stack, wish: Wish, found: connections.Connections, screen: Screen) -> None:
    with screen.steps(3, "PostgreSQL"):
        stack.start_servers()
        screen.now("Airflow's database and the campaign's", done=1)
        stack.begin_airflow()
        if connections.CAMPAIGN not in found:
            found = {**found, connections.CAMPAIGN: stack.campaign_connection()}
        if connections.SMTP not in found:
            found = {**found, connections.SMTP: stack.sink_connection()}
            screen.say(f"no {connections.SMTP} is named: mails go no further than {stack.home.maildir}")
        migrate(connections.database_url(wish.connections, found[connections.CAMPAIGN]))
        connections.write(stack.home.connections, found)
        stack.start_airflow()
        screen.now("Airflow", done=2)
        stack.wait_for_airflow(list(DAGS))
        stack.start("watchdog")


def day(home: Home, wanted: str, screen: Screen) -> bool:
    """Run one day's close on a stack that is up, wait, and print its line. Returns whether it ended green.

    A rehearsal that was played to its end goes on to a day of the tail that is asked for.

    Raises:
        StackError: no stack is up, or the campaign has no such day.
    """
    facts = _facts(home)
    calendar = Calendar(load_plan(Path(facts["plan"])).rules)
    try:
        close = calendar.close(wanted)
    except ValueError as problem:
        raise StackError(str(problem)) from None
    if facts["kind"] == "demo" and close.kind == TAIL:
        server = Stack(home).servers["world"]
        screen.say(f"the province goes on to {close.key}")
        address = ServerAddress(LOOPBACK, server.port, postgres.SUPERUSER, server.password)
        move_into_tail(home, address, calendar, close)
    return _play(home, CAMPAIGN_DAY, close.key, {"day": close.key}, screen)


def check_sources(home: Home, screen: Screen) -> bool:
    """Check every source on a stack that is up, wait, and print the line. Returns whether nothing is to be mended.

    Raises:
        StackError: no stack is up.
    """
    return _play(home, SOURCE_PREFLIGHT, "preflight", {}, screen)


def tell_contacts(home: Home, screen: Screen) -> bool:
    """Tell contacts how the campaign works from a stack that is up, wait, and print the line.

    Returns whether all of them are reached, or the day is none on which contacts are told.

    Raises:
        StackError: no stack is up.
    """
    return _play(home, CAMPAIGN_KICKOFF, "kickoff", {}, screen)


def _play(home: Home, dag_id: str, key: str, conf: dict[str, object], screen: Screen) -> bool:
    facts = _facts(home)
    if facts["kind"] == "demo":
        conf = {**conf, "now": facts.get("instant")}
    began = time.monotonic()
    try:
        with screen.steps(1, key):
            played = play(Stack(home).rest, dag_id, key, conf, lambda tasks: screen.now(at_work(tasks)))
    except httpx.TransportError:
        raise _no_stack(home) from None
    screen.day(key, played, seconds=time.monotonic() - began)
    return played.green


def _facts(home: Home) -> dict[str, Any]:
    if "plan" not in home.facts:
        raise _no_stack(home)
    return home.facts


def _no_stack(home: Home) -> StackError:
    return StackError(f"No stack is up in {home.path}: make demo, or make up CONNECTIONS=<file>")
