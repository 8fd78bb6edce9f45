"""The rehearsal's duplicate desk: two made-up people who work between two closes, so that the burn-down moves.

What they say is as made up as the province: the confirmer finds every sample right, and a possible twin is none.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping

from include.campaign.duplicates import (
    Act,
    Look,
    confirm_batch,
    propose_batch,
    record_acts,
    record_looks,
)
from include.campaign.duplicates.acts import ActName, Outcome
from include.campaign.plan import Plan
from include.campaign.warehouse import fetch

FIRST, SECOND = "Bàn trùng 1", "Bàn trùng 2"
SHARE_A_DAY = 1 / 16
"""Of all duplicates, so many are proposed a day: the campaign's twenty days see most of them through."""
PERSONS_A_DAY = 1 / 10
"""Of the suspected persons."""

_ANY = dict.fromkeys(("unit_code", "registry_code", "entry_id", "kind", "outcome", "suggested", "batch_id"))


def work(conn: Connection, plan: Plan, close_key: str, now: datetime) -> tuple[int, int]:
    """A day at the desk: the second person confirms what was proposed before, then the first proposes more.

    Args:
        conn: campaign database, in a transaction of the caller.
        plan: how large a sample is.
        close_key: the close before, whose counts say how much there is.
        now: the campaign's present instant.

    Returns:
        How many cases were confirmed, and how many proposed.
    """
    return _confirm(conn, now), _propose(conn, plan, close_key, now)


def _confirm(conn: Connection, now: datetime) -> int:
    confirmed = 0
    for batch in fetch(conn, "duplicates/select_batches", batch_id=None, by_whom=SECOND):
        if batch["sample_waiting"]:
            batch_id = batch["batch_id"]
            sample = fetch(conn, "duplicates/select_sample", batch_id=batch_id)
            looks = [Look(row["registry_code"], row["entry_id"], "right") for row in sample]
            record_looks(conn, batch_id, looks, SECOND, now)
            confirmed += confirm_batch(conn, batch_id, SECOND, now)
    alone = [row for row in _cases(conn, state="proposed") if row["batch"] is None]
    if alone:
        confirmed += record_acts(conn, [_act(row, "confirm") for row in alone], SECOND, now)
    return confirmed


def _propose(conn: Connection, plan: Plan, close_key: str, now: datetime) -> int:
    counts = fetch(conn, "duplicates/select_burndown", close_key=close_key, registry_code=None)
    known, wanted = sum(row["known"] for row in counts), 0
    left = max(1, round(known * SHARE_A_DAY)) if known else 0
    for area in dict.fromkeys(row["area_code"] for row in counts):
        if left > 0:
            batch = propose_batch(
                conn,
                area,
                "cùng sổ, cùng số với hồ sơ Bộ đã tiếp nhận",
                FIRST,
                now,
                sample_cases=plan.rules.duplicates.sample_cases,
                at_most=left,
                seed=zlib.crc32(f"{close_key}/{area}".encode()),  # the same province plays the same days
            )
            left -= batch.cases if batch else 0
            wanted += batch.cases if batch else 0
    persons = _cases(conn, kind="person", state="open")
    some = persons[: round(len(persons) * PERSONS_A_DAY) or 1]
    return wanted + (record_acts(conn, list(_proposals(some)), FIRST, now) if some else 0)


def _proposals(rows: Sequence[RowMapping]) -> Iterator[Act]:
    for row in rows:
        if row["possible_twin"] and not row["refused_again"]:
            yield _act(row, "propose", "not_duplicate", "sổ gốc: sinh đôi, hai giấy khai sinh")
        elif row["refused_again"] or row["entry_id"] % 2:
            yield _act(row, "propose", "same_record", "sổ gốc: một người, đăng ký hai lần")
        else:
            yield _act(row, "propose", "needs_paper", "phải xem sổ gốc ở đơn vị")


def _act(row: RowMapping, act: ActName, outcome: Outcome | None = None, why: str = "") -> Act:
    return Act(row["registry_code"], row["entry_id"], act, outcome, why)


def _cases(conn: Connection, **wanted: str) -> Sequence[RowMapping]:
    return fetch(conn, "duplicates/select_cases", **{**_ANY, **wanted}, twins=False, at_most=None)
