"""What people decide about messages: kept back, let go, dropped, read. Each decision is an event with its reason.

A decision about a message is one about its copies too; one about a copy is about that copy alone.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, RowMapping

from include.campaign.warehouse import fetch_one, run


class Refusal(ValueError):
    """It cannot be done with this message; the text says why and what to do instead."""


def hold(conn: Connection, key: str, why: str, now: datetime, by: str | None = None) -> int:
    """Keep back what has not gone out yet, until it is released or dropped; returns how many messages, copies included.

    Args:
        conn: campaign database, in a transaction of the caller.
        key: the message's.
        why: the reason, for whoever decides and for the ledger.
        now: the campaign's present instant.
        by: who wants it; None: the system itself.

    Raises:
        Refusal: no such message, or it is not one that waits to be sent.
    """
    return _change(conn, key, ("rendered", "queued", "deferred"), "held", why, now, by)


def release(conn: Connection, key: str, why: str, now: datetime, by: str | None = None) -> int:
    """Let go what is held, or made and not let go yet; arguments, answer and errors as for `hold`."""
    return _change(conn, key, ("rendered", "held"), "queued", why, now, by)


def drop(conn: Connection, key: str, why: str, now: datetime, by: str | None = None) -> int:
    """What is held, or made and not let go yet, never goes; arguments, answer and errors as for `hold`."""
    return _change(conn, key, ("rendered", "held"), "dropped", why, now, by)


def acknowledge(conn: Connection, key: str, now: datetime, by: str) -> None:
    """Record that a named person has read a message. One of which it was uncertain whether it arrived has, then.

    Raises:
        Refusal: no such message, it has not gone out, or somebody has acknowledged it already.
    """
    if run(conn, "mail/acknowledge_message", message_key=key, now=now, by_whom=by).first() is None:
        found = message_of_key(conn, key)
        if found["acknowledged_at"] is not None:
            raise Refusal(f"{key} was acknowledged by {found['acknowledged_by']} already")
        raise Refusal(f"{key} is {found['state']}: only what has gone out can have been read")


def message_of_key(conn: Connection, key: str) -> RowMapping:
    """How a message stands: its row but for the words.

    Raises:
        Refusal: the outbox has none with this key.
    """
    row = fetch_one(conn, "mail/select_standing", message_key=key)
    if row is None:
        raise unknown(key)
    return row


def unknown(key: str) -> Refusal:
    """The outbox has no message with this key."""
    return Refusal(f"no message has the key {key!r}: `mail list` shows the keys")


def _change(
    conn: Connection, key: str, from_states: tuple[str, ...], state: str, why: str, now: datetime, by: str | None
) -> int:
    changed = run(
        conn,
        "mail/change_message_state",
        message_key=key,
        state=state,
        from_states=list(from_states),
        now=now,
        detail=why,
        by_whom=by,
    ).all()
    if not changed:
        found = message_of_key(conn, key)
        raise Refusal(f"{key} is {found['state']}: only what is {' or '.join(from_states)} can be {state}")
    return len(changed)
