"""Evenings of the ladder on frozen days made by hand: judged, flagged, stepped, written and posted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text

from include.campaign.days import Close
from include.campaign.ladder import Verdict, step_ladder
from include.campaign.mail import post
from include.campaign.render import Paper, render
from include.campaign.report import write_letters
from tests.campaign.conftest import FrozenTables

FIGURES = {
    "whole": 300,
    "quota": 300,
    "done": 10,
    "due": 80,
    "days_behind": 3.5,
    "needed_per_day": 24.2,
    "pace_per_day": 3.9,
    "work": 300,
    "spi": 0.2,
    "under_way": 0,
    "bottleneck": "entered",
}


@dataclass
class Nights:
    """Evenings one after the other; everything that is posted is accepted, but for addresses in `refused`."""

    frozen: FrozenTables
    refused: set[str] = field(default_factory=set)

    def evening(
        self,
        day: int,
        flagged: Iterable[str] = (),
        owners: Mapping[str, str] | None = None,
        unread: Iterable[str] = (),
        entered: Mapping[str, int] | None = None,
        posted: bool = True,
    ) -> dict[str, Paper]:
        """One evening; returns its papers by address. `flagged` are behind with entering."""
        close = self.close(day, unread=set(unread), entered=entered or {})
        for code in flagged:
            self.frozen.insert(
                "ladder.flag",
                close_key=close.key,
                registry_code=code,
                kind="behind",
                stage="entered",
                owner=(owners or {}).get(code, "unit"),
                quota=300,
                done=10,
                due=80,
                needed_per_day=24.2,
                pace_per_day=3.9,
                streak=1,
                newly=True,
                figures=json.dumps(FIGURES),
            )
        self.step(close)
        return self.papers(close, posted=posted)

    def close(self, day: int, unread: set[str], entered: Mapping[str, int]) -> Close:
        close = self.frozen.close(f"2025-03-{day:02}")
        for registry in self.frozen.plan.registries:
            code = registry.code
            silent = code in unread
            self.frozen.registry(
                close,
                code,
                (None, None) if silent else (10, 5),
                (None, None) if silent else (entered.get(code, 4), 1),
                outcome="unreachable" if silent else "ok",
            )
            self.frozen.insert(
                "pace.judged",
                close_key=close.key,
                registry_code=code,
                known=not silent,
                judged=not silent,
                apart=code in ("091", "092", "093"),
                bottleneck=None,
            )
        return close

    def step(self, close: Close) -> Verdict | None:
        return step_ladder(self.frozen.conn, self.frozen.plan, self.frozen.calendar, close)

    def papers(self, close: Close, *, posted: bool = True) -> dict[str, Paper]:
        conn = self.frozen.conn
        letters = write_letters(conn, self.frozen.plan, self.frozen.calendar, close)
        papers = [render(letter) for letter in letters]
        if posted:
            post(conn, close, papers, close.as_of, close.key)
            conn.execute(
                text(
                    "update mail.message set state = case when address = any(:no) then 'refused' else 'accepted' end"
                    " where state = 'queued'"
                ),
                {"no": sorted(self.refused)},
            )
        return {paper.address: paper for paper in papers}

    def report(self, code: str, day: int, said: str | None, internet_ok: bool = True) -> None:
        """A registry's report of a day."""
        self.frozen.insert(
            "mirror.daily_report",
            registry_code=code,
            report_date=f"2025-03-{day:02}",
            submitted_at=f"2025-03-{day:02}T16:30:00+07:00",
            internet_ok=internet_ok,
            difficulties=said,
            since=1,
        )

    def rows(self, query: str, **parameters: Any) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self.frozen.conn.execute(text(query), parameters)]

    def address(self, code: str, post_held: str = "head", day: int = 3) -> str:
        close = self.frozen.calendar.close(f"2025-03-{day:02}")
        return self.frozen.plan.contact(code, post_held, close.day).email  # type: ignore[arg-type]
