"""Proposals, confirmations and withdrawals of one case at a time or of a whole file: all of them, or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import Connection, RowMapping, text

from include.campaign.warehouse import fetch, run

ActName = Literal["propose", "confirm", "withdraw"]
Outcome = Literal["same_record", "not_duplicate", "needs_paper"]
"""The record that it repeats stands; it is none and goes back once; the paper is to be seen first."""

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
AGREED = "đồng ý với đề xuất"
"""Why a proposal is confirmed, where nothing else is said."""

_GONE = {
    "deleted": "the registry deleted it",
    "put_back": "it is in the queue or sent again",
    "received": "it was received",
    "ambiguous": "a receipt could be its own",
    "cancelled": "its receipt was cancelled",
    "otherwise": "the registry shows another state",
}
_REASONS = {
    "unknown": "there is no such case: the entry was never refused as a duplicate",
    "twice": "the case is named twice",
    "gone": "the case does not stand any more: {gone}",
    "proposed": "{proposed_by} proposed {outcome} already: confirm or withdraw that first",
    "decided": "it is decided already ({outcome}): withdraw that first",
    "went_back": "it went back as no duplicate once; that is never done twice",
    "not_proposed": "nothing is proposed that could be confirmed (the case is {state})",
    "other_outcome": "{proposed_by} proposed {outcome}, which is not what you would confirm",
    "own_proposal": "{proposed_by} proposed it: another person has to confirm",
    "of_batch": "it belongs to batch {batch_id}: look at its sample, then confirm the batch",
    "nothing_said": "there is nothing to withdraw (the case is {state})",
    "put_back": "it is confirmed as no duplicate and goes back: that cannot be withdrawn",
}


@dataclass(frozen=True)
class Act:
    """What someone asks for of one case.

    Args:
        registry_code: of the entry,
        entry_id: which is unique only there.
        act: "propose", "confirm" or "withdraw".
        outcome: what is proposed; of a confirmation what the second person read, or None.
        why: the reason, without names of persons.
    """

    registry_code: str
    entry_id: int
    act: ActName
    outcome: Outcome | None
    why: str


class Refusals(Exception):
    """What cannot be done, by place in what was asked for (from 1), and why. Nothing of it is done then."""

    def __init__(self, reasons: dict[int, str]) -> None:
        self.reasons = reasons
        super().__init__("\n".join(reasons.values()))


def record_acts(
    conn: Connection, acts: Sequence[Act], by_whom: str, acted_at: datetime, *, one_by_one: bool = True
) -> int:
    """Record acts for ever and bring their cases to them; returns how many.

    Set-based: a file of tens of thousands takes seconds.

    Args:
        conn: campaign database, in a transaction of the caller.
        acts: at most one of a case.
        by_whom: who says so; who proposed a case cannot confirm it.
        acted_at: when.
        one_by_one: each case is looked at by itself. Else cases that were proposed in bulk are only confirmed so.

    Raises:
        Refusals: some of it cannot be done; then nothing is recorded.
    """
    reasons = {place: reason for place, act in enumerate(acts, start=1) if (reason := _malformed(act, by_whom))}
    if reasons:
        raise Refusals(reasons)
    lock_duplicates(conn)
    run(conn, "duplicates/drop_asked_act")
    run(
        conn,
        "duplicates/create_asked_act",
        lines=list(range(1, len(acts) + 1)),
        registry_codes=[act.registry_code for act in acts],
        entry_ids=[act.entry_id for act in acts],
        acts=[act.act for act in acts],
        outcomes=[act.outcome for act in acts],
        whys=[act.why.strip() or AGREED for act in acts],
    )
    conn.execute(text("analyze asked_act"))
    refused = fetch(conn, "duplicates/select_refusals", by_whom=by_whom, one_by_one=one_by_one)
    if refused:
        raise Refusals({row["line"]: _told(row) for row in refused})
    return run(conn, "duplicates/insert_acts", by_whom=by_whom.strip(), acted_at=acted_at).rowcount


def lock_duplicates(conn: Connection) -> None:
    """One at a time says something of duplicates; a close that counts them waits, and is waited for."""
    run(conn, "duplicates/lock_duplicates")


def _malformed(act: Act, by_whom: str) -> str | None:
    if not by_whom.strip():
        return "say who says so"
    if act.act == "propose" and act.outcome is None:
        return f"a proposal has an outcome: {', '.join(OUTCOMES)}"
    if act.act != "confirm" and not act.why.strip():
        return f"say why you {act.act} it"
    return None


def _told(row: RowMapping) -> str:
    known = {**row, "gone": _GONE.get(row["gone_why"] or "", "")}
    return f"{row['registry_code']}/{row['entry_id']}: {_REASONS[row['reason']].format(**known)}"
