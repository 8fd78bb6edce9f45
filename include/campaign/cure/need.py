"""What would bring a late unit back: how many people more for how many days, and which equipment is missing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from include.campaign.cure.courses import Courses
from include.campaign.cure.present import Now
from include.campaign.cure.worth import Worth
from include.campaign.pace.season import Flags, Floats


@dataclass(frozen=True)
class Need:
    """An element per registry.

    Attributes:
        more_people: people that would have to come for all days until the milestone; 0: none; NaN: it cannot be told,
            since the unit has no quota, no figures or nobody's cases per person-day are known.
        computers: that would be lacking if everyone, these people included, is to have one; NaN: not reported.
        computers_first: people are there already who have none: people alone would not help.
        no_scanner, offline: as reported, where something is left to be done with it.
        days: begun days until the milestone, for which the people are wanted.
    """

    more_people: Floats
    computers: Floats
    computers_first: Flags
    no_scanner: Flags
    offline: Flags
    days: int


def needs(courses: Courses, worth: Worth, now: Now, to_scan: Flags, wanted_chance: float) -> Need:
    """What each unit needs to make the milestone with the wanted chance.

    People are counted at the unit's own measured cases per person-day, so that what slows it now slows them too.

    Args:
        courses: what is foreseen.
        worth: measured cases per person-day.
        now: who and what is there.
        to_scan: units with books left to be scanned.
        wanted_chance: people are asked for until the milestone is made with it.
    """
    days = max(courses.days, 1.0)  # what is overdue, or due tomorrow, is asked for at once
    late = courses.remaining > 0
    lacking = courses.short(wanted_chance)
    with np.errstate(divide="ignore", invalid="ignore"):
        people = np.ceil(np.round(lacking / (worth.per_person_day * days), 9))
    more = np.where(np.isnan(lacking), np.nan, np.where(lacking > 0, people, 0.0))
    more[~np.isfinite(more)] = np.nan
    to_equip = now.people + np.where(np.isnan(more), 0.0, more)
    return Need(
        more_people=more,
        computers=np.where(late, np.maximum(to_equip - now.computers, 0.0), np.nan),
        computers_first=late & (now.computers < now.people),
        no_scanner=late & to_scan & (now.scanners == 0),
        offline=late & now.offline,
        days=int(np.ceil(days)),
    )
