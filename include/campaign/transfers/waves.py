"""A wave: how many transfers go back in one run, which, and the row that says why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from include.campaign.plan.rules import Requeue
from include.campaign.transfers.breaker import Breaker, Evidence, after, cap
from include.campaign.warehouse import fetch, run


@dataclass(frozen=True)
class Deciding:
    """One run: the close it decides for, its instant, its attempt, and the instant as requeue keys end with it."""

    day_key: str
    as_of: datetime
    attempt_key: str
    instant: str


def find_evidence(conn: Connection, rules: Requeue, as_of: datetime) -> tuple[Breaker, Evidence]:
    """The breaker of the wave before, and what the receiving side did since. Needs `failing` and `tried`.

    Where the last hours say little, what became of the wave before counts too: runs may lie a day apart. An entry that
    fails again and again while others are taken is no evidence.
    """
    [found] = fetch(
        conn,
        "transfers/select_evidence",
        as_of=as_of,
        lately_hours=rules.lately_hours,
        breaker_hours=rules.breaker.hours,
        returns=rules.breaker.returns,
    )
    answered, fell = found["answered"], found["fell"]
    if answered + fell < rules.breaker.failures:
        answered, fell = answered + found["fate_answered"], fell + found["fate_fell"]
    before = Breaker(found["breaker"], found["step"]) if found["breaker"] else Breaker()
    return before, Evidence(answered, fell, found["accepted"], found["put_back"], found["put_back_now"])


def send_wave(conn: Connection, rules: Requeue, deciding: Deciding, done: dict[str, int]) -> int:
    """Decide what goes back in this run; returns how many. Needs the tables `failing`, `tried` and `verdict`.

    Decisions of earlier runs that are not carried out yet come first, and take their part of the wave.

    Args:
        conn: campaign database.
        rules: of waves and the breaker.
        deciding: the run.
        done: how many decisions without an effect it made: settled, held, poisoned.
    """
    before, seen = find_evidence(conn, rules, deciding.as_of)
    breaker = after(before, seen, rules)
    size = cap(breaker, seen, rules)
    run_of = {"day_key": deciding.day_key, "as_of": deciding.as_of, "attempt_key": deciding.attempt_key}
    [wave] = fetch(
        conn,
        "transfers/insert_wave",
        **run_of,
        breaker=breaker.state,
        step=breaker.step,
        accepted=seen.accepted,
        answered=seen.answered,
        fell=seen.fell,
        cap=size,
        why=_why(before, breaker, seen),
        **done,
    )
    wave_id = wave["wave_id"]
    carried = run(
        conn, "transfers/clear_open", day_key=deciding.day_key, attempt_key=deciding.attempt_key, cap=size
    ).rowcount
    room = size - carried
    chosen = run(
        conn, "transfers/insert_put_backs", **run_of, instant=deciding.instant, wave_id=wave_id, room=room
    ).rowcount
    run(conn, "transfers/finish_wave", wave_id=wave_id, as_of=deciding.as_of, carried=carried, chosen=chosen)
    return chosen


def _why(before: Breaker, breaker: Breaker, seen: Evidence) -> str:
    """The wave's reason, for whoever reads the table."""
    change = "" if before == breaker else f" (was {before.state})"
    return f"{breaker.state}{change}: lately {seen.answered} answered, {seen.fell} failed by the receiving side's fault"
