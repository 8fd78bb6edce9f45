"""The rehearsal: the stack, a made-up province, and the campaign played through Airflow day by day."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as hour_of_day
from pathlib import Path

from include.campaign.connections import endpoint_of, read_connection
from include.campaign.days import Calendar, Close
from include.campaign.plan import Plan, load_plan
from include.campaign.warehouse import engine
from include.campaign.warehouse.migrate import migrate
from include.local import airflow, connections, duplicate_desk, postgres, preflight
from include.local.closes import CAMPAIGN_DAY, CAMPAIGN_KICKOFF, DAGS, Played, play, played_closes
from include.local.home import ROOT, Home, StackError
from include.local.ports import LOOPBACK
from include.local.screen import Screen, at_work, stay, time_left
from include.local.stack import Stack
from include.rehearsal.address import ServerAddress
from include.rehearsal.scaled_plan import write_scaled_plan
from include.rehearsal.store import WorldError
from include.rehearsal.world import World

BETWEEN = ((hour_of_day(12), "transfers_requeue"), None, (hour_of_day(8), "progress_watch"), None)
"""What runs between two closes, at which local hour: one of them every other day, in turn. In production both run every
hour or two; a rehearsal is in a hurry."""

WAITS = {"connect_seconds": 2, "retry_delay_seconds": 1}
"""In place of the plan's: everything is on this machine, and the rehearsal's registries do not recover while the driver
waits."""


@dataclass(frozen=True)
class Wish:
    """What the user asked for.

    Args:
        plan: The plan's folder.
        days: How many closes to play from the first; None plays all, the final one included.
        scale: Size of the province, 1 is the full one.
        seed: Which of all possible provinces.
        leave: End everything after the last day instead of leaving Airflow up.
        ui_port: A port of Airflow's pages that the user wants.
    """

    plan: Path = ROOT / "include" / "plan"
    days: int | None = None
    scale: float = 0.1
    seed: int = 1
    leave: bool = False
    ui_port: int | None = None


def demo(home: Home, wish: Wish, screen: Screen) -> bool:
    """Play the campaign. Returns whether every close came to a summary and mails.

    Raises:
        StackError: it cannot begin or go on; the message says what to do.
    """
    plan = load_plan(wish.plan)
    closes = Calendar(plan.rules).closes()[: wish.days]
    settings = airflow.Settings(plan=home.plan, waits=WAITS)
    with home.held():
        preflight.check_kind(home, kind="demo", plan=str(wish.plan), scale=wish.scale, seed=wish.seed)
        preflight.check_disk(home, wish.scale)
        write_scaled_plan(wish.plan, home.plan, wish.scale)
        stack = Stack(home, settings, fixed_ports={"ui": wish.ui_port} if wish.ui_port else None)
        ended = preflight.clear_leftovers(stack)
        if ended:
            screen.say(f"an earlier run was killed: ended the {ended} processes that it left")
        home.note(kind="demo", plan=str(wish.plan), scale=wish.scale, seed=wish.seed, detached=False)
        with stack, _plainly():
            world = begin(stack, plan, wish, screen)
            screen.where(stack, home.secret("airflow_user", length=12), airflow.USER)
            well = _play_all(stack, world, plan, closes, screen)
            if not wish.leave:
                screen.say(f"Airflow stays up at {stack.url}; Ctrl-C ends everything")
                stay(stack, screen)
            screen.say("ending everything that was started ...")
        screen.say("ended")
    return well


@contextmanager
def _plainly() -> Iterator[None]:
    """What the rehearsal cannot do is told like what the stack cannot do."""
    try:
        yield
    except WorldError as problem:
        raise StackError(str(problem)) from None


def begin(stack: Stack, plan: Plan, wish: Wish, screen: Screen) -> World:
    """Start the stack while the world is made or opened; the two share the machine's cores well."""
    with screen.steps(1, "PostgreSQL and the mail sink"), ThreadPoolExecutor(1) as background:
        if not stack.home.facts.get("world_made"):
            # A world that was not finished is not mended but made anew.
            postgres.forget(stack.home.path / "world")
            shutil.rmtree(stack.home.rehearsal, ignore_errors=True)
        stack.start_servers()
        screen.say(f"PostgreSQL (3 servers) and the mail sink are up: {stack.seconds['servers']:.0f} s")
        stack.begin_airflow()
        migrate(_campaign_url(stack))
        starting = background.submit(stack.start_airflow)
        world = _world(stack, plan, wish, screen)
        found = {**world.connections(), connections.CAMPAIGN: stack.campaign_connection()}
        connections.write(stack.home.connections, {**found, connections.SMTP: stack.sink_connection()})
        stack.start("proxy")
        screen.now("Airflow", done=0, total=1)
        starting.result()
        stack.wait_for_airflow(list(DAGS))
        told = f"database {stack.seconds['migration']:.0f} s, waited {stack.seconds['airflow']:.0f} s more"
        screen.say(f"Airflow is up ({told})")
    return world


def _campaign_url(stack: Stack) -> str:
    password = stack.home.secret("campaign_owner")
    return stack.servers["campaign"].url("campaign", "campaign", password, "psycopg")


def _world(stack: Stack, plan: Plan, wish: Wish, screen: Screen) -> World:
    begun = time.monotonic()
    server = stack.servers["world"]
    address = ServerAddress(LOOPBACK, server.port, postgres.SUPERUSER, server.password)
    folder = stack.home.rehearsal
    if stack.home.facts.get("world_made"):
        screen.now("finding the province where it was left")
        world = World.open(folder, address)
        screen.say(f"the province stands at {world.instant.astimezone(plan.rules.campaign.timezone):%d/%m %H:%M}")
        return world

    folder.mkdir(mode=0o700)  # it holds the passwords of its databases

    def told(what: str, done: int, total: int) -> None:
        screen.now(f"making the province: {what}", done=done, total=total)

    world = World.create(plan, address, folder, wish.seed, wish.scale, told)
    stack.home.note(world_made=True)
    screen.say(f"the province is made (scale {wish.scale:g}, seed {wish.seed}): {time.monotonic() - begun:.0f} s")
    return world


def _play_all(stack: Stack, world: World, plan: Plan, closes: list[Close], screen: Screen) -> bool:
    """Play what has not been played; says how it went, and tells of the first mail."""
    before = played_closes(stack.rest)
    for close in closes:
        if close.key in before:
            screen.day(close.key, before[close.key], seconds=before[close.key].seconds)
    todo = [close for close in closes if close.key not in before]
    calendar = Calendar(plan.rules)
    seconds: list[float] = []
    outcomes = dict(before)
    with screen.steps(len(closes), "") if todo else nullcontext():
        if not before:
            _tell_contacts(stack, plan, screen)
        for close in todo:
            begun = time.monotonic()
            previous = calendar.previous(close)
            if previous is not None and (previous.key in outcomes):
                _decide_duplicates(stack, plan, previous, close, screen)
                _between(stack, world, between(previous.as_of, close.as_of), screen)
            outcomes[close.key] = play_close(stack, world, close, screen)
            seconds.append(time.monotonic() - begun)
            screen.day(close.key, outcomes[close.key], seconds=seconds[-1])
            done = len(outcomes)
            screen.now(done=done, left=time_left(seconds, len(closes) - done))
    return all(_well(outcomes.get(close.key)) for close in closes)


def _well(played: Played | None) -> bool:
    """A red gate can be the rehearsal's own weather; a day without a summary or without a mail is a failure."""
    return bool(played and played.summary and played.summary.get("mails", {}).get("accepted"))


def between(
    after: datetime, before: datetime, turns: Sequence[tuple[hour_of_day, str] | None] = BETWEEN
) -> list[tuple[datetime, str]]:
    """What runs strictly between two instants: when (in their time zone) and which DAG, in order."""
    found = []
    day: date = after.date()
    while day <= before.date():
        turn = turns[day.toordinal() % len(turns)]
        if turn is not None:
            instant = datetime.combine(day, turn[0], before.tzinfo)
            if after < instant < before:
                found.append((instant, turn[1]))
        day += timedelta(days=1)
    return found


def _tell_contacts(stack: Stack, plan: Plan, screen: Screen) -> None:
    """Play the mornings before the campaign: contacts are told how it works, the data team who was not reached."""
    campaign, kickoff = plan.rules.campaign, plan.rules.kickoff
    for days in kickoff.days_before:
        day = campaign.first_day - timedelta(days=days)
        instant = datetime.combine(day, kickoff.hour, campaign.timezone)
        screen.now(f"contacts are told on {day:%d/%m}")
        played = play(
            stack.rest, CAMPAIGN_KICKOFF, f"{instant:%Y-%m-%dT%H%M}", {"now": instant.isoformat()}, lambda _: None
        )
        screen.day(f"{day:%Y-%m-%d}", played, seconds=played.seconds)


def _between(stack: Stack, world: World, todo: list[tuple[datetime, str]], screen: Screen) -> None:
    for instant, dag_id in todo:
        if instant < world.instant:
            continue  # a resumed run: the province is past it
        _move(stack, world, instant, screen)
        key = f"{instant:%Y-%m-%dT%H%M}"
        conf = {"now": instant.isoformat()}
        played = play(stack.rest, dag_id, key, conf, lambda tasks: screen.now(f"{dag_id} {at_work(tasks)}"))  # noqa: B023 (called before the next turn)
        if not played.green:
            screen.say(f"[red]●[/] {dag_id} at {instant:%d/%m %H:%M} failed: {', '.join(played.failed)}")


def play_close(stack: Stack, world: World, close: Close, screen: Screen) -> Played:
    """Move the province to a close, unless it is past it, and run the close there."""
    if world.instant < close.as_of:
        _move(stack, world, close.as_of, screen)
    conf = {"day": close.key, "now": world.instant.isoformat()}
    return play(stack.rest, CAMPAIGN_DAY, close.key, conf, lambda tasks: screen.now(f"{close.key}  {at_work(tasks)}"))


def _decide_duplicates(stack: Stack, plan: Plan, previous: Close, close: Close, screen: Screen) -> None:
    """Two made-up people work at the duplicate desk between two closes."""
    warehouse = endpoint_of(read_connection(stack.home.connections, connections.CAMPAIGN))
    with engine(warehouse).begin() as conn:
        screen.now("the duplicate desk")
        duplicate_desk.work(conn, plan, previous.key, previous.as_of + (close.as_of - previous.as_of) / 2)


def _move(stack: Stack, world: World, instant: datetime, screen: Screen) -> None:
    screen.now(f"the province works until {instant:%d/%m %H:%M}")
    world.move_to(instant)
    stack.home.note(instant=instant.isoformat())
