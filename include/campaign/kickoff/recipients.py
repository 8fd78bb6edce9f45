"""Who answers for each unit on a day, and which posts nobody holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from include.campaign.plan import Contact, Plan
from include.campaign.plan.fields import Post
from include.campaign.plan.models import Unit

UNIT_POSTS: tuple[Post, ...] = ("head", "civil_status")
"""Posts of a unit whose holder, or who stands in, is told; a deputy only as a stand-in."""


@dataclass(frozen=True)
class Recipient:
    """Who is told about one unit.

    Attributes:
        unit_code: the unit.
        contact: the holder of a post of it, or who stands in, maybe of the unit above.
        posts: posts of the unit that this address answers for.
        acting: of these, those that somebody else should hold: vacant.
    """

    unit_code: str
    contact: Contact
    posts: tuple[Post, ...]
    acting: tuple[Post, ...]

    @property
    def key(self) -> str:
        """Of the message: one for each address and unit, whenever it is written and whatever it answers for."""
        return f"kickoff/{self.unit_code}/{self.contact.email.casefold()}"


@dataclass(frozen=True)
class Vacancy:
    """A post that nobody holds on a day, and who answers in its place."""

    unit_code: str
    post: Post
    stand_in: Contact


def units_told(plan: Plan) -> tuple[Unit, ...]:
    """Units whose posts are told: those that keep books or have such units in them, in the plan's order."""
    below = (unit for unit in plan.units.values() if unit.level != "province")
    return tuple(unit for unit in below if plan.registries_under(unit.code))


def recipients(plan: Plan, day: date) -> tuple[Recipient, ...]:
    """Everyone who is to be told on a day: the Department's desk, then by unit; one for each address and unit."""
    return tuple(
        recipient
        for code, posts in _posts(plan)
        for recipient in _of_unit(plan, code, posts, day)
    )  # fmt: skip


def vacancies(plan: Plan, day: date) -> tuple[Vacancy, ...]:
    """Posts that are told and nobody holds on a day, in the plan's order."""
    return tuple(
        Vacancy(code, post, plan.contact(code, post, day))
        for code, posts in _posts(plan)
        for post in posts
        if plan.holder(code, post, day) is None
    )


def _posts(plan: Plan) -> Iterator[tuple[str, tuple[Post, ...]]]:
    yield plan.province.code, ("desk",)
    for unit in units_told(plan):
        yield unit.code, UNIT_POSTS


def _of_unit(plan: Plan, code: str, posts: tuple[Post, ...], day: date) -> Iterator[Recipient]:
    by_address: dict[str, list[tuple[Post, Contact]]] = {}
    for post in posts:
        contact = plan.contact(code, post, day)
        by_address.setdefault(contact.email.casefold(), []).append((post, contact))
    for found in by_address.values():
        yield Recipient(
            unit_code=code,
            contact=found[0][1],
            posts=tuple(post for post, _ in found),
            acting=tuple(post for post, contact in found if (contact.unit_code, contact.post) != (code, post)),
        )
