"""What registries have to correct before the Ministry takes it: counts for the heads, the list for the officer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, ClassVar

from sqlalchemy import RowMapping

if TYPE_CHECKING:  # both are made of what stands here
    from include.campaign.report.frozen import FrozenDay
    from include.campaign.report.models import RegistryDay


@dataclass(frozen=True)
class CodeToFix:
    """Entries on worklists with one code, what the plan calls it, and what it asks the registry to do."""

    code: str
    name: str
    fix: str | None
    entries: int


@dataclass(frozen=True)
class Worklists:
    """What stands on the worklists of some registries at a close, and what came and went since the close before.

    Attributes:
        entries: on the lists; those of the close before + new - done, code by code.
        new: not there, with this code, at the close before.
        done: there then, and not now: corrected and sent again, received, or gone.
        codes: by code, most entries first.
        registries: full name and number of entries of each registry that has any, most entries first.
        oldest_since: when the one that waits longest was first seen; None: there is none.
    """

    entries: int
    new: int
    done: int
    codes: tuple[CodeToFix, ...]
    registries: tuple[tuple[str, int], ...]
    oldest_since: datetime | None


@dataclass(frozen=True)
class ItemToFix:
    """An entry that a registry is to correct: the keys that its officer finds it by, never a person's data."""

    entry_id: int
    register: str
    opened_year: int
    book_no: str
    entry_no: str
    code: str
    sends: int
    since: datetime


@dataclass(frozen=True)
class WorklistBlock:
    """To a registry's civil-status officer: what to correct, when that is not what was told last."""

    kind: ClassVar[str] = "worklist"

    registry_code: str
    registry: str
    close_key: str
    lists: Worklists
    items: tuple[ItemToFix, ...]
    separator: str
    """Between the cells of the file that goes with the letter."""

    @cached_property
    def codes(self) -> Mapping[str, CodeToFix]:
        """What the plan says of the codes on the list."""
        return {line.code: line for line in self.lists.codes}


def worklists(day: FrozenDay, registries: Iterable[RegistryDay], *, short_names: bool = False) -> Worklists | None:
    """The lists of some registries together; None where they hold nothing and have lost nothing.

    Args:
        day: the frozen day.
        registries: those whose lists are told.
        short_names: the reader knows which district they are of.
    """
    names = {registry.code: registry.name if short_names else registry.full_name for registry in registries}
    rows = [row for row in day.worklists if row["registry_code"] in names]
    if not rows:
        return None
    since = [row["oldest_since"] for row in rows if row["oldest_since"] is not None]
    codes = ((code, day.error_codes.get(code), entries) for code, entries in _sums(rows, "error_code"))
    return Worklists(
        entries=sum(row["entries"] for row in rows),
        new=sum(row["new"] for row in rows),
        done=sum(row["done"] for row in rows),
        codes=tuple(
            CodeToFix(code, of.name_vi if of else code, of.fix_vi if of else None, entries)
            for code, of, entries in codes
        ),
        registries=tuple((names[code], entries) for code, entries in _sums(rows, "registry_code")),
        oldest_since=min(since).astimezone(day.head.as_of.tzinfo) if since else None,
    )


def worklist_blocks(day: FrozenDay, separator: str) -> Iterator[WorklistBlock]:
    """A block per registry whose list is to be told, in the order of their codes.

    Args:
        day: the frozen day.
        separator: between the cells of the file.
    """
    registries = {registry.code: registry for registry in day.registries}
    for code, rows in groupby(day.items_to_tell, key=itemgetter("registry_code")):
        lists = worklists(day, [registries[code]])
        if lists is not None:
            yield WorklistBlock(
                registry_code=code,
                registry=registries[code].full_name,
                close_key=day.head.close_key,
                lists=lists,
                items=tuple(_item(day, row) for row in rows),
                separator=separator,
            )


def _item(day: FrozenDay, row: RowMapping) -> ItemToFix:
    register = day.registers.get(row["register"])
    return ItemToFix(
        entry_id=row["entry_id"],
        register=register.name_vi if register else row["register"],
        opened_year=row["opened_year"],
        book_no=row["book_no"],
        entry_no=row["entry_no"],
        code=row["error_code"],
        sends=row["sends"],
        since=row["since"].astimezone(day.head.as_of.tzinfo),
    )


def _sums(rows: Collection[RowMapping], key: str) -> list[tuple[str, int]]:
    """Entries by a column, most first; none, no row."""
    sums: dict[str, int] = {}
    for row in rows:
        sums[row[key]] = sums.get(row[key], 0) + row["entries"]
    return sorted(((value, entries) for value, entries in sums.items() if entries), key=lambda one: (-one[1], one[0]))
