"""Rules of papers for the public and of completion records (rules.yaml)."""

from typing import Annotated

from pydantic import Field

from include.campaign.plan.fields import AtLeastOne, Frozen


class Bulletin(Frozen):
    """The public bulletin. Counts from 1 to less than `small_cell` are not told; no commune is named unless so said."""

    small_cell: Annotated[int, Field(ge=3)] = 5
    """Below 3, "fewer than so many" would say which."""
    name_communes: bool = False


class Completion(Frozen):
    """When heads get their record of balanced books: with the last book, and on each `every_days`th day if it grew."""

    every_days: AtLeastOne = 7
