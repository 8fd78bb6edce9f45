"""Draining the outbox: each message is handed over at most once, and what is not known of it is said to be unknown.

The one moment that nobody can settle is between the first byte of a body and the server's answer. A message is marked
'sending', committed, right before it, and settled right after; so a sender that dies leaves at most one such message,
which the next drain calls 'uncertain' and does not send again. Its Message-ID is made from its key: a reader who has it
twice sees the same id twice.

What the server puts off waits longer each time, and is given up after the last of the plan's waits: then it is
'refused' with the server's own words, and the data team's.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from include.campaign.mail.client import CampaignClient, LineLost, ServerUnusable, TurnedDown, Unanswered
from include.campaign.mail.envelope import compose
from include.campaign.mail.outbox import DeliveryResult, delivery_of
from include.campaign.mail.settings import SmtpSettings
from include.campaign.mail.throttle import Throttle
from include.campaign.plan.mail_rules import Mail as MailRules
from include.campaign.warehouse import fetch, fetch_one, run

ROUND_SECONDS = (2.0, 8.0)
"""Pauses before a drain tries again messages whose line was lost, and those put off that need not wait longer."""

LOST_IN_A_ROW = 3
"""So many lines lost one after the other are a broken server, not bad luck: the rest stays queued."""

LOCK_WAIT_SECONDS = 600.0

# Any number; the same in every process, so that only one drains at a time.
_OUTBOX_LOCK = 3706


class OutboxBusy(RuntimeError):
    """Another run was still sending after the longest wait."""


class _TakenBack(Exception):
    """A message was held, or taken by another sender, while the server was told of it."""


def drain(
    engine: Engine,
    smtp: SmtpSettings,
    rules: MailRules,
    now: datetime,
    close_key: str | None = None,
    pause: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> DeliveryResult:
    """Send what is queued or deferred and need not wait longer; returns how the messages stand afterwards.

    Only one drain runs at a time, whoever starts it: a second one waits, then finds nothing left to send.

    Args:
        engine: campaign database.
        smtp: the server.
        rules: messages per session and minute, time-out, waits, sender's name.
        now: the campaign's present instant.
        close_key: only the messages of this close; None sends and counts all.
        pause: waits so many seconds.
        clock: seconds of a clock that only goes forward.

    Raises:
        OutboxBusy: another drain did not end in time.
        sqlalchemy.exc.DBAPIError: the campaign database failed; at most one message is left in state 'sending'.
    """
    # All states are written on the connection that holds the lock: who has lost the lock cannot mark a message and so
    # does not send it.
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn, _outbox_lock(conn, pause):
        run(conn, "mail/abandon_sending_messages", now=now, detail="its sender died after the body had begun")
        trouble = _Drain(conn, smtp, rules, now, pause, clock).send_pending(close_key)
        return delivery_of(conn, close_key, trouble, now)


class _Drain:
    """One holder of the outbox's lock, with its session."""

    def __init__(
        self,
        conn: Connection,
        smtp: SmtpSettings,
        rules: MailRules,
        now: datetime,
        pause: Callable[[float], None],
        clock: Callable[[], float],
    ) -> None:
        self._conn = conn
        self._smtp = smtp
        self._rules = rules
        self._now = now
        self._pause = pause
        self._throttle = Throttle(rules.per_minute, pause, clock)
        self._client = CampaignClient(smtp, rules.timeout_seconds)
        self._in_session = 0
        self._lost_in_a_row = 0

    def send_pending(self, close_key: str | None) -> str | None:
        """Try every message once, then those that are left a few times more; returns what stopped it."""
        try:
            for seconds in (0.0, *ROUND_SECONDS):
                keys = [
                    row["message_key"]
                    for row in fetch(self._conn, "mail/select_pending_messages", close_key=close_key, now=self._now)
                ]
                if not keys:
                    return None
                if seconds:
                    self._pause(seconds)
                for key in keys:
                    self._send(key)
            return None
        except ServerUnusable as stopped:
            return str(stopped)
        finally:
            self._client.close()

    def _send(self, key: str) -> None:
        row = fetch_one(self._conn, "mail/select_message", message_key=key)
        if row is None or row["state"] not in ("queued", "deferred"):  # held since the drain looked
            return
        try:
            files = fetch(self._conn, "mail/select_attachments", message_key=key)
            message = compose(row, self._rules.sender_name, self._smtp.sender, self._now, files)
            recipients, content = self._client.prepare_send(message, row["recipient"])
        except (ValueError, IndexError, UnicodeError) as error:
            self._settle(key, "refused", None, f"cannot be made into a message: {type(error).__name__}")
            return
        self._throttle.wait()
        self._open_session()
        self._in_session += 1
        try:
            code, said = self._client.send(recipients, content, lambda: self._claim(key))
        except LineLost as lost:
            run(self._conn, "mail/note_message", message_key=key, detail=f"line lost before the body: {lost}")
            self._count_lost(str(lost))
        except Unanswered as unanswered:
            self._settle(key, "uncertain", None, str(unanswered))
            self._count_lost(str(unanswered))
        except TurnedDown as turned_down:
            self._turned_down(key, row["attempts"], turned_down)
            self._lost_in_a_row = 0
        except _TakenBack:
            return
        else:
            self._settle(key, "accepted", code, said)
            self._lost_in_a_row = 0

    def _turned_down(self, key: str, put_off_before: int, answer: TurnedDown) -> None:
        waits = self._rules.back_off_minutes
        if answer.for_good:
            self._settle(key, "refused", answer.code, answer.detail)
        elif put_off_before < len(waits):
            next_try = self._now + timedelta(minutes=waits[put_off_before])
            self._settle(key, "deferred", answer.code, answer.detail, next_try)
        else:
            given_up = f"given up, put off {put_off_before + 1} times: {answer.detail}"
            self._settle(key, "refused", answer.code, given_up)

    def _open_session(self) -> None:
        """One session per batch; a lost line needs a new one."""
        if self._in_session >= self._rules.batch:
            self._client.close()
        if self._client.is_closed:
            self._client.login()
            self._in_session = 0

    def _claim(self, key: str) -> None:
        """Commit that the body goes out now; what is held by now, or another's to send, must not."""
        if run(self._conn, "mail/claim_message", message_key=key).first() is None:
            raise _TakenBack

    def _settle(self, key: str, state: str, code: int | None, detail: str, next_try: datetime | None = None) -> None:
        values: dict[str, Any] = {"message_key": key, "state": state, "smtp_code": code, "detail": detail}
        run(self._conn, "mail/settle_message", now=self._now, next_try=next_try, **values)

    def _count_lost(self, detail: str) -> None:
        self._lost_in_a_row += 1
        if self._lost_in_a_row >= LOST_IN_A_ROW:
            raise ServerUnusable(f"{self._lost_in_a_row} lines lost in a row, last: {detail}")


@contextmanager
def _outbox_lock(conn: Connection, pause: Callable[[float], None]) -> Iterator[None]:
    """Be the only drain; the lock ends with the connection, so a killed holder leaves none behind."""
    waited = 0.0
    while not run(conn, "mail/try_outbox_lock", lock=_OUTBOX_LOCK).scalar_one():
        if waited >= LOCK_WAIT_SECONDS:
            raise OutboxBusy(f"another run has been sending for {LOCK_WAIT_SECONDS:.0f} s")
        pause(0.5)
        waited += 0.5
    try:
        yield
    finally:
        with suppress(SQLAlchemyError):  # a broken connection has lost the lock anyway
            run(conn, "mail/release_outbox_lock", lock=_OUTBOX_LOCK)
