"""Puts what is due about one close into the outbox: the Department's report as the policy says, each edition once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from include.campaign.days import Calendar, Close
from include.campaign.editions.failure import failure_letter, failure_paper
from include.campaign.editions.policy import Act, Figures, Standing, act_for
from include.campaign.editions.published import keep, standing, waiting_keys
from include.campaign.editions.rendering import Made, make_one
from include.campaign.mail import Message, enqueue
from include.campaign.mail.holding import drop
from include.campaign.mail.outbox import message_of
from include.campaign.plan import Plan
from include.campaign.render import Paper
from include.campaign.report import Letter, write_report
from include.campaign.report.edition import Edition
from include.campaign.warehouse import fetch, fetch_one

HELD_REPORT = "held-report"
"""Kind of a report that is held, and is released or not. Not "daily": nobody else is told of that close."""

UNANSWERED = "provisional"
"""Kind of the edition that goes out in place of it when nobody decides; nobody else is told either."""

FOLLOWS = "final"
"""Kind of a final edition that follows a provisional one: the evening's mail is the "daily" one, once."""


class Posting:
    """One holder of a close's lock who posts for it; `failed`: letters that could not be made on the way."""

    def __init__(self, conn: Connection, plan: Plan, calendar: Calendar, close: Close, now: datetime, why: str) -> None:
        """Prepare to post; nothing is done yet.

        Args:
            conn: campaign database, in a transaction that holds the close's lock.
            plan: contacts, names, rules.
            calendar: the campaign's days.
            close: the close that is posted for.
            now: the campaign's present instant.
            why: for the ledger.
        """
        self._conn = conn
        self._plan = plan
        self._calendar = calendar
        self._close = close
        self._now = now
        self._why = why
        self.failed: list[Made] = []

    def other(self, made: Made) -> int:
        """A letter to anybody but the Department; returns how many messages are new."""
        if made.paper is None:
            return 0
        message = message_of(self._close, made.paper)
        return self._put(message, made.letter) if message.held is None else self._put(message, None)

    def due(self, letter: Letter, *, last_word: bool = False) -> tuple[Act, Standing]:
        """What is due of the Department's letter as the close stands, and what was made of its report before.

        Args:
            letter: the report, or the page about a close that is held.
            last_word: the campaign is over.
        """
        figures: Figures = "held" if letter.head.state == "held" else letter.head.edition
        has = standing(self._conn, self._plan.province.code, self._close)
        return act_for(figures, has, last_word=last_word), has

    def department(self, made: Made, *, last_word: bool = False) -> int:
        """Post what the Department is due now of its letter, and has not; returns how many messages are new."""
        act, has = self.due(made.letter, last_word=last_word)
        if act == "nothing":
            return 0
        if act == "hold":
            return self._hold() + self._notice(made)
        return self._edition(act, made, FOLLOWS if has.provisional else "daily")

    def unanswered(self) -> int:
        """The report that is held goes out as provisional; returns how many messages are new."""
        return self._edition("provisional", None, UNANSWERED)

    def _edition(self, edition: Edition, made: Made | None, kind: str) -> int:
        """The report in an edition, in place of any that is held; returns how many messages are new.

        Args:
            edition: that is due.
            made: the letter where it is there already in this edition; else it is written.
            kind: of the message.
        """
        if made is None or made.letter.head.edition != edition:
            made = self._make(edition)
        if made.paper is None:
            return self._failure_page()
        for key in waiting_keys(self._conn, self._plan.province.code, self._close):
            drop(self._conn, key, f"the {edition} edition takes its place", self._now)
        return self._put(self._with_free_key(replace(made.paper, kind=kind)), made.letter)

    def _hold(self) -> int:
        """The report as it would go out if a person vouches for it, kept back until then."""
        made = self._make("final")
        if made.paper is None:
            return 0
        message = self._with_free_key(replace(made.paper, kind=HELD_REPORT))
        why = f"its sums do not close: {made.letter.note.held_why}" if made.letter.note else "its sums do not close"
        return self._put(replace(message, held=why), made.letter)

    def _notice(self, made: Made) -> int:
        if made.paper is None:
            return self._failure_page()
        return self._put(message_of(self._close, made.paper), None)

    def _make(self, edition: Edition) -> Made:
        made = make_one(write_report(self._conn, self._plan, self._calendar, self._close, edition))
        if made.paper is None:
            self.failed.append(made)
        return made

    def _failure_page(self) -> int:
        """One page where the report itself could not be made, unless the Department has something about the close."""
        letter = failure_letter(self._plan, self._close, "not_rendered", running=False)
        return post_failure(self._conn, self._close, failure_paper(letter), self._now, self._why)

    def _with_free_key(self, paper: Paper) -> Message:
        """The paper as a message whose key no earlier one has, not even one that was dropped."""
        message = message_of(self._close, paper)
        taken = {row["message_key"] for row in fetch(self._conn, "editions/select_taken_keys", message_key=message.key)}
        keys = [message.key, *(f"{message.key}/{number}" for number in range(2, len(taken) + 3))]
        return replace(message, key=next(free for free in keys if free not in taken))

    def _put(self, message: Message, letter: Letter | None) -> int:
        """Into the outbox, with the figures that the letter publishes; returns how many messages are new."""
        new = enqueue(self._conn, [message], self._now, self._why)
        if new and letter is not None:
            keep(self._conn, self._close, message, letter, self._now)
        return new


def post_failure(conn: Connection, close: Close, paper: Paper, now: datetime, why: str) -> int:
    """Post the page about a report that does not come, unless its reader has a message about the close already.

    Args:
        conn: campaign database, in a transaction that holds the close's lock.
        close: the close without a report.
        paper: the page.
        now: the campaign's present instant.
        why: for the ledger.
    """
    found = fetch_one(conn, "editions/select_whether_any", close_key=close.key, address=paper.address)
    if found is not None and found["has_any"]:
        return 0
    return enqueue(conn, [message_of(close, paper)], now, why)
