"""Each stage of a registry at a close: done, of how much, and in the day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection, RowMapping

from include.campaign.days import Calendar, Close
from include.campaign.plan.fields import Stage
from include.campaign.warehouse import fetch

if TYPE_CHECKING:  # it is made of what stands here
    from include.campaign.report.models import RegistryDay

BOOKS: tuple[Stage, ...] = ("collected", "classified", "scanned")


@dataclass(frozen=True)
class StageDay:
    """A stage: books or cases done, of `whole`, and since the close before; None: not known, or no quota."""

    stage: Stage
    done: int | None
    whole: int | None
    in_day: int | None

    @property
    def left(self) -> int | None:
        """Books or cases left; None: not known."""
        return None if self.done is None or self.whole is None else max(self.whole - self.done, 0)


@dataclass(frozen=True)
class StageRows:
    """What was frozen of stages for a close, by registry."""

    rows: Mapping[str, RowMapping]

    def of(self, registry: RegistryDay) -> tuple[StageDay, ...]:
        """The stages of a registry in their order; those of which nothing at all is known are left out."""
        row = self.rows.get(registry.code)
        if row is None:
            return ()
        books = [StageDay(one, row[one], row["books"], _more(row, one)) for one in BOOKS]
        cases = (
            StageDay("entered", registry.entered, registry.quota, registry.entered_in_day),
            StageDay("attached", row["attached"], registry.quota, _more(row, "attached")),
            StageDay("reviewed", row["reviewed"], registry.quota, _more(row, "reviewed")),
            StageDay("received", registry.received, registry.quota, registry.received_in_day),
        )
        return tuple(one for one in (*books, *cases) if one.done is not None or one.stage in ("entered", "received"))

    def unsent(self, code: str) -> int | None:
        """Cases entered and never put in the queue; None: not known."""
        return self.rows[code]["unsent"] if code in self.rows else None

    def before(self, codes: Sequence[str], figure: str) -> list[int | None]:
        """A figure ("entered", "received") of registries at the close before."""
        return [self.rows[code][f"before_{figure}"] if code in self.rows else None for code in codes]


def read_stages(conn: Connection, calendar: Calendar, close: Close) -> StageRows:
    """What was frozen of stages for a close."""
    before = calendar.previous(close)
    rows = fetch(conn, "select_report_stages", close_key=close.key, before_key=None if before is None else before.key)
    return StageRows({row["registry_code"]: row for row in rows})


def _more(row: RowMapping, figure: str) -> int | None:
    now, before = row[figure], row[f"before_{figure}"]
    return None if now is None or before is None else now - before
