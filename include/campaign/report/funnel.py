"""The stages of the work, added up: books and cases that went through each, of all that are to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import RowMapping

from include.campaign.pace.season import STAGES
from include.campaign.plan.fields import Stage


@dataclass(frozen=True)
class StageSum:
    """A stage over registries.

    Attributes:
        stage: of the work.
        done, planned, whole: books or cases that went through it, that the roadmap asks for by now, and all of them;
            None: not known.
        covered, expected: registries in the sums, and those that have anything to go through it.
    """

    stage: Stage
    done: int | None
    planned: int | None
    whole: int | None
    covered: int
    expected: int


def funnel(rows: Iterable[RowMapping]) -> tuple[StageSum, ...]:
    """Stages in the order of the work; empty where the close was not judged.

    Args:
        rows: of `pace/select_funnel`.
    """
    found = [
        StageSum(
            stage=row["stage"],
            done=_whole(row["done"]),
            planned=_whole(row["planned"]),
            whole=row["whole"],
            covered=row["covered"],
            expected=row["expected"],
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda one: STAGES.index(one.stage)))


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)
