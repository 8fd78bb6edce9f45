"""Technical cases whose partner is in the ledger, proposed many at a time and confirmed after a look at a sample."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, RowMapping

from include.campaign.duplicates.acts import AGREED, Refusals, lock_duplicates
from include.campaign.warehouse import fetch, fetch_one, run

Verdict = Literal["right", "wrong"]


@dataclass(frozen=True)
class Batch:
    """Proposals made at once: how many cases, and how many of them are to be looked at."""

    batch_id: int
    cases: int
    sample_cases: int


@dataclass(frozen=True)
class Look:
    """What someone found who looked at a case of a sample: the proposal is right, or wrong."""

    registry_code: str
    entry_id: int
    verdict: Verdict
    note: str = ""


def propose_batch(
    conn: Connection,
    unit_code: str,
    why: str,
    by_whom: str,
    made_at: datetime,
    *,
    sample_cases: int,
    at_most: int | None = None,
    seed: int | None = None,
) -> Batch | None:
    """Propose "same_record" for a unit's technical cases whose partner is in the ledger, and draw the sample.

    Args:
        conn: campaign database, in a transaction of the caller.
        unit_code: a district with all its registries, or one registry.
        why: the reason, without names of persons.
        by_whom: who proposes.
        made_at: when.
        sample_cases: so many are drawn, all where there are fewer.
        at_most: so many cases, the oldest first; None takes all.
        seed: draws the sample; recorded. None, the rule, takes one that nobody chose.

    Returns:
        The batch; None where there is nothing to propose.

    Raises:
        Refusals: nobody proposes, or gives no reason.
    """
    _named(why, by_whom)
    lock_duplicates(conn)
    row = fetch_one(
        conn,
        "duplicates/insert_batch",
        unit_code=unit_code,
        at_most=at_most,
        sample_cases=sample_cases,
        seed=secrets.randbits(62) if seed is None else seed,
        by_whom=by_whom.strip(),
        why=why.strip(),
        made_at=made_at,
    )
    if row is None:
        return None
    run(conn, "duplicates/insert_batch_proposals", batch_id=row["batch_id"])
    return Batch(row["batch_id"], row["cases"], row["sample_cases"])


def record_looks(conn: Connection, batch_id: int, looks: Sequence[Look], by_whom: str, looked_at: datetime) -> int:
    """Record what someone found in a sample; returns how many cases.

    Args:
        conn: campaign database, in a transaction of the caller.
        batch_id: the batch.
        looks: at most one of a case; all of them are of the batch's sample.
        by_whom: who looked.
        looked_at: when.

    Raises:
        Refusals: there is no such batch, or a case is not of its sample; then nothing is recorded.
    """
    lock_duplicates(conn)
    _batch(conn, batch_id, by_whom)
    sample = {
        (row["registry_code"], row["entry_id"]) for row in fetch(conn, "duplicates/select_sample", batch_id=batch_id)
    }
    seen: set[tuple[str, int]] = set()
    reasons = {}
    for place, look in enumerate(looks, start=1):
        case = look.registry_code, look.entry_id
        if case not in sample:
            reasons[place] = f"{case[0]}/{case[1]}: it is not of the sample of batch {batch_id}"
        elif case in seen:
            reasons[place] = f"{case[0]}/{case[1]}: the case is named twice"
        seen.add(case)
    if reasons:
        raise Refusals(reasons)
    run(
        conn,
        "duplicates/insert_looks",
        batch_id=batch_id,
        registry_codes=[look.registry_code for look in looks],
        entry_ids=[look.entry_id for look in looks],
        verdicts=[look.verdict for look in looks],
        notes=[look.note.strip() or None for look in looks],
        by_whom=by_whom.strip(),
        looked_at=looked_at,
    )
    return len(looks)


def confirm_batch(conn: Connection, batch_id: int, by_whom: str, acted_at: datetime, why: str = AGREED) -> int:
    """Confirm what waits of a batch, once its whole sample was looked at by the same person and found right.

    Args:
        conn: campaign database, in a transaction of the caller.
        batch_id: the batch.
        by_whom: who confirms: not who proposed it.
        acted_at: when.
        why: more than that it was looked at, if there is more.

    Returns:
        How many cases are confirmed. One whose partner has left the ledger since is not.

    Raises:
        Refusals: who proposed it confirms, the sample was not looked at whole, or something in it is wrong.
    """
    lock_duplicates(conn)
    batch = _batch(conn, batch_id, by_whom)
    reason = None
    if _folded(batch["by_whom"]) == _folded(by_whom):
        reason = f"{batch['by_whom']} proposed batch {batch_id}: another person has to confirm"
    elif batch["found_wrong"]:
        reason = (
            f"{batch['found_wrong']} of the sample of batch {batch_id} are wrong: withdraw it; the wrong ones are "
            "proposed one by one"
        )
    elif not batch["waiting"]:
        reason = f"nothing of batch {batch_id} waits to be confirmed"
    elif not batch["sample_waiting"]:
        reason = f"nothing is left of the sample of batch {batch_id}: withdraw it and propose the rest anew"
    elif batch["sample_right"] < batch["sample_waiting"]:
        reason = (
            f"{by_whom} has looked at {batch['sample_right']} of the {batch['sample_waiting']} cases of the sample of "
            f"batch {batch_id}"
        )
    if reason:
        raise Refusals({1: reason})
    return run(
        conn,
        "duplicates/confirm_batch",
        batch_id=batch_id,
        by_whom=by_whom.strip(),
        why=why.strip() or AGREED,
        acted_at=acted_at,
    ).rowcount


def withdraw_batch(conn: Connection, batch_id: int, why: str, by_whom: str, acted_at: datetime) -> int:
    """Take back what waits of a batch; returns how many cases. They may be proposed in bulk again.

    Raises:
        Refusals: there is no such batch, or nothing of it waits.
    """
    _named(why, by_whom)
    lock_duplicates(conn)
    _batch(conn, batch_id, by_whom)
    withdrawn = run(
        conn,
        "duplicates/withdraw_batch",
        batch_id=batch_id,
        by_whom=by_whom.strip(),
        why=why.strip(),
        acted_at=acted_at,
    ).rowcount
    if not withdrawn:
        raise Refusals({1: f"nothing of batch {batch_id} waits: there is nothing to withdraw"})
    return withdrawn


def _batch(conn: Connection, batch_id: int, by_whom: str) -> RowMapping:
    if not by_whom.strip():
        raise Refusals({1: "say who says so"})
    batch = fetch_one(conn, "duplicates/select_batches", batch_id=batch_id, by_whom=by_whom)
    if batch is None:
        raise Refusals({1: f"there is no batch {batch_id}"})
    return batch


def _named(why: str, by_whom: str) -> None:
    if not why.strip() or not by_whom.strip():
        raise Refusals({1: "say why, and who says so"})


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()
