"""A small province whose closes are made by hand: what was read of them, and what the Department was sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from include.campaign.days import Close
from include.campaign.editions import Published, publish_close, publish_owed, publish_unanswered
from tests.campaign.conftest import FrozenTables

DESK = "sotuphap@thidiem.example"
REGISTRIES = {
    "091": 12, "09101": 400, "09102": 564, "09103": 100, "092": 0, "09201": 150, "09202": 48, "09203": 10,
    "093": 3, "09301": 1, "09302": 5, "09303": 20,
}  # fmt: skip
HELD_WHY = "registry 09101: 12 entries are held, 13 are counted"


@dataclass
class EditionScene:
    """Closes that are frozen as told, and the Department's outbox."""

    frozen: FrozenTables
    runs: int = 0
    made: dict[str, Close] = field(default_factory=dict)

    @property
    def conn(self) -> Connection:
        return self.frozen.conn

    def close(self, key: str, *, unread: int = 0, ledger: bool = True, held: bool = False) -> Close:
        """Freeze a close, for the first time or again."""
        if key not in self.made:
            self.made[key] = self.frozen.close(key)
            for code, entered in REGISTRIES.items():
                self.frozen.registry(self.made[key], code, (entered, entered // 2), (entered // 10, entered // 20))
        self.know(key, unread=unread, ledger=ledger, held=held)
        return self.made[key]

    def know(self, key: str, *, unread: int = 0, ledger: bool = True, held: bool = False) -> None:
        """What is read of a close by now: the first `unread` registries have no data, the ledger has or has not."""
        silent = list(REGISTRIES)[:unread]
        for code, entered in REGISTRIES.items():
            known = {
                "entered": None if code in silent else entered,
                "entered_in_day": None if code in silent else entered // 10,
                "received": entered // 2 if ledger else None,
                "received_in_day": entered // 20 if ledger else None,
            }
            sets = ", ".join(f"{name} = :{name}" for name in known)
            self.run(
                f"update closing.progress set {sets} where close_key = :key and registry_code = :code",
                key=key, code=code, **known,
            )  # fmt: skip
            self.run(
                "update closing.registry_close set reading_id = :reading, outcome = :outcome"
                " where close_key = :key and registry_code = :code",
                key=key, code=code, reading=None if code in silent else 1, outcome="hung" if code in silent else "ok",
            )  # fmt: skip
        self.run(
            "update closing.close set state = :state, held_why = :why, ledger_reading_id = :ledger"
            " where close_key = :key",
            key=key,
            state="held" if held else "closed" if ledger and not unread else "gaps",
            why=HELD_WHY if held else None,
            ledger=1 if ledger else None,
        )

    def run(self, statement: str, **values: object) -> None:
        self.conn.execute(text(statement), values)

    def publish(self, key: str, after: timedelta = timedelta(minutes=20)) -> Published:
        """The evening's papers, so long after the cut-off."""
        self.runs += 1
        close = self.frozen.calendar.close(key)
        now = close.as_of + after
        return publish_close(self.conn, self.frozen.plan, self.frozen.calendar, close, now, f"run-{self.runs}")

    def morning(self, before: str, now: datetime) -> int:
        close = self.frozen.calendar.close(before)
        return publish_owed(self.conn, self.frozen.plan, self.frozen.calendar, close, now, "morning")

    def unanswered(self, now: datetime) -> int:
        return publish_unanswered(self.conn, self.frozen.plan, self.frozen.calendar, now)

    def rows(self, statement: str, **values: object) -> list[tuple]:
        return [tuple(row) for row in self.conn.execute(text(statement), values)]

    def to_desk(self, key: str) -> list[tuple[str, str]]:
        """Kind and state of the Department's messages about a close, in the order in which they were posted."""
        return [
            (kind, state)
            for kind, state in self.rows(
                "select kind, state from mail.message"
                " where close_key = :key and address = :desk and kind != 'correction'"
                " order by queued_at, message_key",
                key=key, desk=DESK,
            )
        ]  # fmt: skip

    def mail(self, key: str, kind: str) -> tuple[str, str, str]:
        """Subject, page and text of the Department's message of a kind."""
        [found] = self.rows(
            "select subject, html, plain from mail.message"
            " where close_key = :key and address = :desk and kind = :kind",
            key=key, desk=DESK, kind=kind,
        )  # fmt: skip
        return found
