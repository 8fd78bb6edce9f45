"""The plan's rules on what would bring a late unit back (rules.yaml, section `cure`)."""

from typing import Annotated

from pydantic import Field

from include.campaign.plan.fields import AtLeastOne, Count, ForceKind, Frozen, Share

Chance = Annotated[float, Field(gt=0, lt=1)]


class Cure(Frozen):
    """What a late unit lacks, who could help it, and how it is told whether help helped.

    Attributes:
        mobile_kinds: people who can be sent to another unit; border guards go to border communes only.
        own_days: a unit with fewer known days of its own has its cases per person-day mixed with its district's.
        fresh_closes: what a unit reported of people and equipment counts for so many closes, then it is not known.
        equipment_days: internet is lacking when so many reports in a row say so.
        wanted_chance: people are asked for until the milestone is made with this chance.
        most_times: who wants so many times the people there has something else to be mended first, and gets none.
        giver_chance: a unit that is not finished gives only what leaves it this chance of the milestone.
        least_gain: a move that adds less to the chance is not proposed.
        travel_days: days that people who are sent do not work.
        rise_people: a reinforcement is so many people more than at the report before.
        window_closes: closes before and after that show whether it helped.
        alike: units in a like position to which each is compared: so many,
        alike_within: whose shares of their work, done in a day and in all, differed by at most this part of its own.
    """

    mobile_kinds: tuple[ForceKind, ...] = ("youth_union", "it_teachers", "it_staff", "border_guards")
    own_days: AtLeastOne = 3
    fresh_closes: AtLeastOne = 3
    equipment_days: AtLeastOne = 2
    wanted_chance: Chance = 0.8
    most_times: AtLeastOne = 2
    giver_chance: Chance = 0.95
    least_gain: Share = 0.1
    travel_days: Count = 1
    rise_people: AtLeastOne = 2
    window_closes: AtLeastOne = 3
    alike: AtLeastOne = 5
    alike_within: Share = 0.25
