"""What the system did about failed transfers held against the world's own log of it."""

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter
from typing import Any, LiteralString

import psycopg

Entry = tuple[str, int]
"""Registry and entry id."""

_READ = """
    select k.close_key, k.registry_code, c.as_of
    from closing.registry_close as k
    inner join closing.close as c on k.close_key = c.close_key
    where k.state_read_at is not null and c.ledger_reading_id is not null
"""


def transfer_differences(campaign: psycopg.Connection, truth: psycopg.Connection) -> list[str]:
    """Every place where something was put back that should not have been, or where the record of it is not the truth.

    Compared are: what was recorded as put back with what the world noticed; each put-back with what its entry was at
    that instant; what was settled as received, for a close, with what a reader of all sources saw at it; and the
    counts of failures, of the registries that a close read, by outcome.

    Args:
        campaign: connection to the campaign database.
        truth: connection to the world's database `truth`.

    Returns:
        Lines that say what differs, in order.
    """
    return [
        *_wrongly_recorded(campaign, truth),
        *_wrongly_put_back(campaign, truth),
        *_wrongly_settled(campaign, truth),
        *_wrongly_counted(campaign, truth),
    ]


def _wrongly_recorded(campaign: psycopg.Connection, truth: psycopg.Connection) -> list[str]:
    """What is recorded as done since the world last noticed what was put back is not known there yet."""
    ours = {
        (code, entry, key): settled_at
        for code, entry, key, settled_at in _rows(
            campaign,
            "select registry_code, entry_id, requeue_key, settled_at from transfers.decision where state = 'requeued'",
        )
    }
    theirs = set(_rows(truth, "select registry_code, entry_id, requeue_key from truth.put_back"))
    noticed = [until for (until,) in _rows(truth, "select until from truth.noticed")]
    return [
        *(
            _line(name, "recorded as put back, and was not")
            for name, settled_at in sorted(ours.items())
            if name not in theirs and noticed and settled_at < noticed[0]
        ),
        *(_line(name, "put back, and not recorded so") for name in sorted(theirs - ours.keys())),
    ]


def _wrongly_put_back(campaign: psycopg.Connection, truth: psycopg.Connection) -> list[str]:
    """Receipts to be seen; duplicates, unknown codes and refusals that nobody asked for; what is still as it was."""
    decided = {
        (code, entry, key): (rule, by_redrive)
        for code, entry, key, rule, by_redrive in _rows(
            campaign,
            "select registry_code, entry_id, requeue_key, rule, redrive_id is not null from transfers.decision",
        )
    }
    lines = []
    for *name, outcome, visible, changed in _rows(
        truth,
        "select registry_code, entry_id, requeue_key, outcome, was_visible, was_changed from truth.put_back"
        " order by 1, 2, 3",
    ):
        rule, by_redrive = decided.get(tuple(name), ("no decision", False))
        if visible:
            lines.append(_line(name, f"put back ({rule}) while its receipt was to be seen"))
        if outcome == "duplicate" and rule != "not a duplicate":
            lines.append(_line(name, f"put back ({rule}), and is a duplicate"))
        if outcome in ("unknown", "refused") and not by_redrive:
            lines.append(_line(name, f"put back ({rule}), and is {outcome}"))
        if outcome == "correctable" and not changed:
            lines.append(_line(name, f"put back ({rule}), and nobody has changed it"))
    return lines


def _wrongly_settled(campaign: psycopg.Connection, truth: psycopg.Connection) -> list[str]:
    """Settled with no receipt to be seen; or without an answer, received, and not settled at the second look."""
    read = {(key, code): as_of for key, code, as_of in _rows(campaign, _READ)}
    settled: dict[Entry, list[Any]] = {}
    for code, entry, decided_at in _rows(
        campaign, "select registry_code, entry_id, decided_at from transfers.decision where action = 'settle'"
    ):
        settled.setdefault((code, entry), []).append(decided_at)
    seen = {
        (code, entry, read[key, code]): outcome
        for key, code, entry, outcome in _rows(
            truth, "select close_key, registry_code, entry_id, outcome from truth.failure where seen"
        )
        if (key, code) in read
    }
    instants = set(read.values())
    wrong = [
        _line((*place, f"{instant:%Y-%m-%d %H:%M}"), "settled, and no receipt was to be seen")
        for place, times in sorted(settled.items())
        for instant in times
        if instant in instants and (*place, instant) not in seen
    ]
    evenings: dict[str, list[Any]] = {}
    for (_, code), instant in sorted(read.items(), key=itemgetter(1)):
        evenings.setdefault(code, []).append(instant)
    late = [
        _line((code, entry, f"{instant:%Y-%m-%d %H:%M}"), "its receipt was to be seen, and it was not settled")
        for (code, entry, instant), outcome in sorted(seen.items())
        if outcome == "ambiguous"
        and any((code, entry, earlier) in seen for earlier in evenings[code][: evenings[code].index(instant)][-1:])
        and not any(time <= instant for time in settled.get((code, entry), ()))
    ]
    return wrong + late


def _wrongly_counted(campaign: psycopg.Connection, truth: psycopg.Connection) -> list[str]:
    """Failures by registry and outcome: those that each close counted, and those that are held after the last.

    What was changed since it was refused is on no worklist, if our readings saw it before it was.
    """
    read = {(key, code) for key, code, _ in _rows(campaign, _READ)}
    last = max((key for key, _ in read), default="")
    ours = {(*place,): entries for *place, entries in _rows(campaign, _COUNTED)}
    ours |= {(last, *place): entries for *place, entries in _rows(campaign, _HELD)}
    theirs = {
        (key, code, outcome): (least, most)
        for key, code, outcome, least, most in _rows(truth, _FAILURES)
        if key == last or outcome not in ("unknown", "refused")
    }
    lines = []
    for place in sorted(ours.keys() | theirs.keys()):
        counted, (least, most) = ours.get(place, 0), theirs.get(place, (0, 0))
        if (place[0], place[1]) in read and not least <= counted <= most:
            true = most if least == most else f"from {least} to {most}"
            lines.append(_line(place, f"failures are {counted}, truth {true}"))
    return lines


# A duplicate whose receipt is withdrawn is a cancelled entry first; what is to be corrected is so in any case.
_FAILURES = """
    select
        close_key,
        registry_code,
        outcome,
        entries - case outcome when 'duplicate' then withdrawn when 'correctable' then changed else 0 end,
        entries - case outcome when 'duplicate' then withdrawn else 0 end
    from truth.failure_count
    where outcome in ('duplicate', 'correctable', 'unknown', 'refused')
"""
_COUNTED = """
    select close_key, registry_code, 'duplicate', sum(standing)::integer
    from closing.duplicate_count
    where looked
    group by close_key, registry_code
    union all
    select close_key, registry_code, 'correctable', sum(entries)::integer
    from closing.worklist_count
    group by close_key, registry_code
"""
_HELD = "select registry_code, outcome, count(*)::integer from transfers.held group by registry_code, outcome"


def _rows(conn: psycopg.Connection, query: LiteralString) -> Iterable[tuple[Any, ...]]:
    return conn.execute(query).fetchall()


def _line(name: Iterable[object], said: str) -> str:
    return f"{' '.join(map(str, name))}: {said}"
