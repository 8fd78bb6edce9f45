"""Sending back in bulk what does not go back by itself: held, or through with its attempts. A person asks for it.

A redrive is a wish with a rate: each deciding takes at most so many of it, the oldest first, each entry once, under
the rules of every other put-back (never what the ledger has or could have). Who asked and why stays for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, RowMapping

from include.campaign.plan import Plan
from include.campaign.warehouse import fetch, fetch_one, run


class Refusal(ValueError):
    """It cannot be recorded; the text says why and what to give instead."""


@dataclass(frozen=True)
class Choice:
    """Which of what stands stopped; None is any. `area_code` is a district, as registries are counted in."""

    outcome: str | None = None
    error_code: str | None = None
    area_code: str | None = None
    registry_code: str | None = None

    @property
    def is_everything(self) -> bool:
        """Nothing is chosen."""
        return not any(asdict(self).values())


def stopped(conn: Connection, choice: Choice, kind: str | None = None) -> Sequence[RowMapping]:
    """What a redrive of this choice would be about.

    Args:
        conn: campaign database.
        choice: which of it.
        kind: "held" or "poison" alone; None: both.

    Returns:
        area_code, registry_code, kind, outcome, error_code ("": none), entries, since; by registry and code.
    """
    return fetch(conn, "redrive/select_stopped", **asdict(choice), kind=kind)


def ask_redrive(conn: Connection, plan: Plan, choice: Choice, per_wave: int, why: str, by: str) -> tuple[int, int]:
    """Record a redrive; the next waves take it up.

    It is about what stood stopped at the newest deciding, which is what `stopped` shows now: what stops later is not
    sent back by a wish that did not know of it.

    Args:
        conn: campaign database, in a transaction of the caller.
        plan: the plan, which names outcomes, districts and registries.
        choice: which of what stands stopped.
        per_wave: at most so many at each deciding.
        why: the reason, without names of persons.
        by: who asks.

    Returns:
        the redrive's number, and how many entries it is about.

    Raises:
        Refusal: nobody who asks, no reason, an unknown outcome, district or registry, or nothing that it is about.
    """
    check_choice(plan, choice)
    if not why.strip() or not by.strip():
        raise Refusal("say why, and who asks")
    if per_wave < 1:
        raise Refusal("at least one entry a wave")
    run(conn, "transfers/lock_decisions")
    newest = fetch_one(conn, "redrive/select_newest_wave")
    entries = sum(row["entries"] for row in stopped(conn, choice))
    if newest is None or not entries:
        raise Refusal("nothing stands stopped that this is about")
    added = run(
        conn,
        "redrive/insert_redrive",
        **asdict(choice),
        asked_by=by.strip(),
        why=why.strip(),
        per_wave=per_wave,
        asked_at=newest["as_of"],
        entries=entries,
    )
    return added.scalar_one(), entries


def stop_redrive(conn: Connection, redrive_id: int, why: str, by: str) -> None:
    """Take no more of a redrive; what was taken goes its way.

    Raises:
        Refusal: nobody who says so, no reason, or it is not open.
    """
    if not why.strip() or not by.strip():
        raise Refusal("say why, and who says so")
    done = run(
        conn,
        "redrive/stop_redrive",
        redrive_id=redrive_id,
        stopped_by=by.strip(),
        stopped_why=why.strip(),
        stopped_at=datetime.now(UTC),
    )
    if done.first() is None:
        raise Refusal(f"redrive {redrive_id} is not open")


def redrives(conn: Connection) -> Sequence[RowMapping]:
    """All redrives with what became of them so far, the newest first."""
    return fetch(conn, "redrive/select_redrives")


def check_choice(plan: Plan, choice: Choice) -> None:
    """Refuse what the plan does not know. A code may be any: codes that the plan lacks are what is often sent back.

    Raises:
        Refusal: an unknown outcome, district or registry.
    """
    if choice.outcome and choice.outcome not in plan.outcomes:
        raise Refusal(f"{choice.outcome} is no outcome of the plan: {', '.join(plan.outcomes)}")
    if choice.area_code and not plan.registries_under(choice.area_code):
        raise Refusal(f"{choice.area_code} has no registries")
    if choice.registry_code and choice.registry_code not in plan.registry_codes:
        raise Refusal(f"{choice.registry_code} is no registry of the plan")


def count_standing(conn: Connection, day_key: str) -> None:
    """Keep what stands held, stopped and untold after a deciding and its effects, for that day's papers.

    Args:
        conn: campaign database, in a transaction of the caller.
        day_key: key of the close that the deciding was for; counted anew after each deciding of the day.
    """
    run(conn, "redrive/delete_standing", day_key=day_key)
    run(conn, "redrive/insert_standing", day_key=day_key)
