"""The breaks seen at each close held against the world's truth, one by one."""

from __future__ import annotations

import psycopg

Breaks = dict[tuple[str, str, str], int]
"""Registry, kind and subject to items."""
LEDGER_KINDS = (
    "ref_key_differs",
    "accepted_unreceived",
    "cancelled",
    "ledger_unknown",
    "ledger_double",
    "ledger_ambiguous",
)
"""Kinds that nobody can see without the ledger."""

_OURS = """
    select registry_code, kind, subject, items from closing.break_seen where close_key = %s
"""
_TRUTH = """
    select registry_code, kind, subject, items from truth.break
    where close_key = %(close)s and (registry_code = any(%(read)s) or registry_code = '')
        and (kind != all(%(ledger_kinds)s) or exists (
            select from truth.source where close_key = %(close)s and registry_code = 'ministry' and readable
        ))
"""
# Receipts of no registry that a registry which could not be read may hold: nobody can tell what they are.
_UNTOLD = """
    with code_meaning as (
        select unit_code, registry_code from plan.code_meaning
        union
        select opened_by, registry_code from mirror.book
    )
    select r.receipt_id::text
    from mirror.receipt as r
    where r.unit_code in (
        select m.unit_code
        from code_meaning as m
        group by m.unit_code
        having count(*) > 1 and bool_or(m.registry_code in (
            select k.registry_code from closing.registry_close as k
            where k.close_key = %s and k.state_read_at is null
        ))
    )
"""


def break_differences(campaign: psycopg.Connection, truth: psycopg.Connection) -> list[str]:
    """Every break that a close saw and that is not there in truth, or the other way round, or counts other items.

    Compared are the registries that a close read, and what no registry can be told of where all were read that it
    could be of.

    Args:
        campaign: connection to the campaign database.
        truth: connection to the world's database `truth`.
    """
    keys = campaign.execute("select close_key from closing.close where closed_at is not null order by 1").fetchall()
    return [line for (key,) in keys for line in _at_close(campaign, truth, key)]


def _at_close(campaign: psycopg.Connection, truth: psycopg.Connection, key: str) -> list[str]:
    read = campaign.execute(
        "select registry_code from closing.registry_close where close_key = %s and state_read_at is not null", [key]
    )
    asked = {"close": key, "read": [code for (code,) in read], "ledger_kinds": list(LEDGER_KINDS)}
    ours = _by_subject(campaign.execute(_OURS, [key]))
    theirs = _by_subject(truth.execute(_TRUTH, asked))
    if any(not code for code, *_ in ours.keys() ^ theirs.keys()):
        untold = {receipt for (receipt,) in campaign.execute(_UNTOLD, [key])}
        ours, theirs = (
            {place: items for place, items in side.items() if place[0] or place[2] not in untold}
            for side in (ours, theirs)
        )
    return [
        f"{key} {code or 'no registry'} {kind} {subject}: items is {ours.get(place, 0)}, truth {theirs.get(place, 0)}"
        for place in sorted(ours.keys() | theirs.keys())
        if ours.get(place) != theirs.get(place)
        for code, kind, subject in [place]
    ]


def _by_subject(rows: psycopg.Cursor[tuple[str, str, str, int]]) -> Breaks:
    return {(code, kind, subject): items for code, kind, subject, items in rows}
