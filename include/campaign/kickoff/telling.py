"""Writing to those who have not been told yet: who has been is what lies in the outbox."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from include.campaign.kickoff.letters import KickoffLetter, kickoff_letter
from include.campaign.kickoff.morning import KICKOFF, MORNING, MorningLetter, Standing, standings
from include.campaign.kickoff.recipients import recipients
from include.campaign.mail import enqueue
from include.campaign.mail.outbox import as_message
from include.campaign.plan import Plan
from include.campaign.render import Paper
from include.campaign.render.paper import write


@dataclass(frozen=True)
class Told:
    """How the contacts in force stand.

    Attributes:
        contacts: addresses and units that are to be told.
        accepted: whose letters the mail server took.
        refused: whose addresses it does not take: contacts.csv is to be mended.
        uncertain: of whom nobody knows.
        waiting: whose letters will go out, or go when a person lets them.
    """

    contacts: int
    accepted: int
    refused: tuple[Standing, ...]
    uncertain: int
    waiting: int

    @property
    def line(self) -> str:
        """For the log and the run's note."""
        parts = [f"kickoff: {self.accepted}/{self.contacts} contacts told"]
        parts += [f"{len(self.refused)} refused"] if self.refused else []
        parts += [f"{self.uncertain} uncertain"] if self.uncertain else []
        parts += [f"{self.waiting} waiting"] if self.waiting else []
        return " · ".join(parts)

    @property
    def first_thing(self) -> str:
        """What to do first."""
        if self.refused:
            contact = self.refused[0].recipient
            return f"mend the address of {' and '.join(contact.posts)} of unit {contact.unit_code} in contacts.csv"
        if self.uncertain:
            return "ask those whose letters are uncertain whether they have them; mail resend sends one again"
        if self.waiting:
            return "check the mail server, or wait for the end of quiet hours; the next run sends what waits"
        return "nothing: every contact was told"


def tell_contacts(conn: Connection, plan: Plan, day: date, now: datetime, run_id: str) -> int:
    """Write to every contact of a day that has not been written to; returns how many letters are new.

    Args:
        conn: campaign database, in a transaction of the caller.
        plan: contacts in force, and all that letters tell.
        day: local day.
        now: the campaign's present instant; in quiet hours the letters wait in the outbox.
        run_id: the run that posts them.
    """
    told = {standing.recipient.key for standing in standings(conn, plan, day) if standing.state is not None}
    new = (recipient for recipient in recipients(plan, day) if recipient.key not in told)
    letters = (kickoff_letter(plan, recipient, day) for recipient in new)
    may_go = plan.rules.not_before(now)
    messages = (as_message(kickoff_paper(letter), letter.key, KICKOFF, may_go) for letter in letters)
    return enqueue(conn, messages, now, f"posted by {run_id}")


def post_morning(conn: Connection, plan: Plan, letter: MorningLetter, now: datetime, run_id: str) -> bool:
    """Put the data team's letter of a morning into the outbox; returns whether it was new."""
    key = f"{KICKOFF}/{letter.day.isoformat()}/{MORNING}"
    message = as_message(morning_paper(letter), key, KICKOFF, plan.rules.not_before(now))
    return bool(enqueue(conn, [message], now, f"posted by {run_id}"))


def kickoff_paper(letter: KickoffLetter) -> Paper:
    """The letter that tells how the campaign works, as people read it."""
    return write(letter, KICKOFF, "kickoff/")


def morning_paper(letter: MorningLetter) -> Paper:
    """The data team's letter about who was not reached, as people read it."""
    return write(letter, MORNING, "kickoff_morning/")


def reached(conn: Connection, plan: Plan, day: date) -> Told:
    """How the contacts of a day stand now."""
    found = standings(conn, plan, day)
    return Told(
        contacts=len(found),
        accepted=_count(found, {"accepted"}),
        refused=tuple(standing for standing in found if standing.state == "refused"),
        uncertain=_count(found, {"uncertain", "sending"}),
        waiting=_count(found, {"queued", "deferred", "held", "rendered"}),
    )


def _count(found: Iterable[Standing], states: set[str]) -> int:
    return sum(standing.state in states for standing in found)
