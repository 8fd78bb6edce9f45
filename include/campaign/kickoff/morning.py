"""What the data team reads the next morning: whom the letters did not reach, and which posts are vacant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from include.campaign.kickoff.letters import KickoffHead, head_of
from include.campaign.kickoff.recipients import Recipient, recipients, vacancies
from include.campaign.plan import Plan
from include.campaign.plan.fields import Post
from include.campaign.warehouse import fetch, fetch_one

KICKOFF = "kickoff"
"""Kind of the letters, and what stands for a close in the outbox: there is none yet when most of them are written."""
MORNING = "kickoff-morning"
"""Kind of the data team's letter."""

BOUNCED = frozenset({"refused", "deferred", "uncertain", "sending", "held", "dropped"})
"""States of letters that somebody has to look at."""


@dataclass(frozen=True)
class Standing:
    """How the letter to a contact in force stands; `state` None: none was written yet."""

    recipient: Recipient
    state: str | None
    smtp_code: int | None
    queued_at: datetime | None


@dataclass(frozen=True)
class Bounce:
    """A letter that did not arrive, or of which it is not known; `state` is a term."""

    unit_code: str
    unit: str
    posts: tuple[Post, ...]
    office: str
    address: str
    state: str
    smtp_code: int | None


@dataclass(frozen=True)
class VacantPost:
    """A post that nobody holds, and who answers in its place: that post of that office."""

    unit: str
    post: Post
    stand_in: str
    stand_in_post: Post


@dataclass(frozen=True)
class MorningLetter:
    """To the data team.

    Attributes:
        day: the morning's.
        contacts: addresses and units that are to be told.
        accepted, waiting, unwritten: of these, taken by the mail server; waiting in the outbox; new, and written to
            this morning.
        newly: letters written since the last letter of this kind, to contacts in force.
    """

    head: KickoffHead
    address: str
    office: str
    language: str
    reply_to: str
    day: date
    contacts: int
    accepted: int
    waiting: int
    unwritten: int
    newly: int
    bounced: tuple[Bounce, ...]
    vacant: tuple[VacantPost, ...]


def standings(conn: Connection, plan: Plan, day: date) -> tuple[Standing, ...]:
    """How the letters to the contacts in force stand; those to who is no contact any more are left out."""
    rows = {row["message_key"]: row for row in fetch(conn, "kickoff/select_letters", close_key=KICKOFF, kind=KICKOFF)}
    return tuple(
        Standing(recipient, row["state"], row["smtp_code"], row["queued_at"])
        if row
        else Standing(recipient, None, None, None)
        for recipient in recipients(plan, day)
        for row in [rows.get(recipient.key)]
    )


def morning_of(conn: Connection, plan: Plan, day: date) -> MorningLetter | None:
    """What the data team is told on a morning, before that morning's new letters are written.

    Returns:
        None where there is nothing to tell: no letter was ever written, or every contact was reached, every post is
        held, and nobody was written to since the last letter.
    """
    found = standings(conn, plan, day)
    if all(standing.state is None for standing in found):
        return None
    newly = _newly(conn, found)
    bounced = tuple(_bounce(plan, standing) for standing in found if standing.state in BOUNCED)
    vacant = tuple(_vacant(plan, day))
    if not (newly or bounced or vacant):
        return None
    team = plan.contact(plan.province.code, "data_team", day)
    return MorningLetter(
        head=head_of(plan),
        address=team.email,
        office=team.office,
        language=team.language,
        reply_to=team.email,
        day=day,
        contacts=len(found),
        accepted=sum(standing.state == "accepted" for standing in found),
        waiting=sum(standing.state in ("queued", "rendered") for standing in found),
        unwritten=sum(standing.state is None for standing in found),
        newly=newly,
        bounced=bounced,
        vacant=vacant,
    )


def _newly(conn: Connection, found: Sequence[Standing]) -> int:
    """Letters since the last morning's; what that run wrote itself was written after it, at the same instant."""
    last = fetch_one(conn, "kickoff/select_last_morning", close_key=KICKOFF, kind=MORNING)
    since = last["queued_at"] if last else None
    written = (standing.queued_at for standing in found if standing.queued_at is not None)
    return sum(since is None or queued_at >= since for queued_at in written)


def _bounce(plan: Plan, standing: Standing) -> Bounce:
    of = standing.recipient
    return Bounce(
        unit_code=of.unit_code,
        unit=plan.full_name(of.unit_code),
        posts=of.posts,
        office=of.contact.office,
        address=of.contact.email,
        # One caught in the act may have arrived.
        state="uncertain" if standing.state == "sending" else str(standing.state),
        smtp_code=standing.smtp_code,
    )


def _vacant(plan: Plan, day: date) -> list[VacantPost]:
    return [
        VacantPost(plan.full_name(one.unit_code), one.post, one.stand_in.office, one.stand_in.post)
        for one in vacancies(plan, day)
    ]
