"""Which close a run works for, and by which clock: decided once, when the day is opened, and handed on.

The rules: the close is the parameter `day`, else the one most recently due at the run's own `run_after`, compared as
instants; never `ds`, a UTC date, which for midnight in Asia/Ho_Chi_Minh is the day before, and which a triggered run
lacks. Effects (re-queueing, mails) are for the newest close only, unless asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from include.campaign.days import Calendar, Close


class CannotOpen(ValueError):
    """The run's parameters name no close that can be made; the text says what to give instead."""


@dataclass(frozen=True)
class Moment:
    """What every task of a run is given.

    Attributes:
        close_key: the close that the run makes, or (watching, re-queueing) the one that its present belongs to.
        as_of: the close's instant; for watching and re-queueing the present.
        now: the present on the campaign's clock when the run was opened.
        fixed_clock: `now` came as a parameter (a rehearsal): then no task looks at the machine's clock.
        run_id: the run.
        effects: whether this run may re-queue and mail.
        why_no_effects: the reason when it may not.
    """

    close_key: str
    as_of: datetime
    now: datetime
    fixed_clock: bool
    run_id: str
    effects: bool = True
    why_no_effects: str | None = None

    def to_xcom(self) -> dict[str, Any]:
        """As plain JSON."""
        return {**asdict(self), "as_of": self.as_of.isoformat(), "now": self.now.isoformat()}

    @classmethod
    def from_xcom(cls, plain: Mapping[str, Any]) -> Moment:
        """Back from `to_xcom`."""
        instants = {name: datetime.fromisoformat(plain[name]) for name in ("as_of", "now")}
        return cls(**{**plain, **instants})

    def present(self) -> datetime:
        """The moment of reading: the given clock's, else the machine's; a retry reads later than the run was opened."""
        return self.now if self.fixed_clock else datetime.now(UTC)


def present(params: Mapping[str, Any]) -> tuple[datetime, bool]:
    """The present on the campaign's clock, and whether it was given by the parameter `now`.

    Raises:
        CannotOpen: `now` is no instant, or lacks its offset.
    """
    given = params.get("now")
    if not given:
        return datetime.now(UTC), False
    try:
        now = datetime.fromisoformat(given)
    except ValueError:
        raise CannotOpen(f"now={given!r} is no ISO instant such as 2025-03-05T18:05:00+07:00") from None
    if now.tzinfo is None:
        raise CannotOpen(f"now={given!r} has no offset; write 2025-03-05T18:05:00+07:00")
    return now, True


def close_of(calendar: Calendar, day: str | None, run_after: datetime) -> Close:
    """The close that a run is to make.

    Args:
        calendar: the campaign's closes.
        day: the parameter: None, a date, a close's key, or "final".
        run_after: when the run was due, with an offset.

    Raises:
        CannotOpen: the campaign has no such close, or none is due yet.
    """
    if day:
        try:
            return calendar.close(day.strip())
        except ValueError as error:
            raise CannotOpen(f"day={day!r}: {error}") from None
    close = calendar.due(run_after)
    if close is None:
        first = calendar.closes()[0]
        raise CannotOpen(
            f"no close is due at {run_after.isoformat()}; the first is {first.key}, {first.as_of.isoformat()}"
        )
    return close


def refuse_early(close: Close, now: datetime) -> None:
    """Refuse a close whose cut-off lies ahead: its figures would be called final and still move.

    Raises:
        CannotOpen: not due yet.
    """
    if close.as_of > now:
        raise CannotOpen(
            f"the close {close.key} is not due yet: as of {close.as_of.isoformat()}, now {now.isoformat()}"
        )


def effects_of(
    wanted: str, close: Close, newest_closed: str | None, latest_due: Close | None, explicit_day: bool
) -> tuple[bool, str | None]:
    """Whether a run may re-queue and mail, and why not.

    A run that was given its day is checked against what is closed already. A run that the scheduler made up for
    (Airflow was down for two days) is also checked against the calendar: it must not mail about a day when the next is
    due.
    """
    if wanted == "always":
        return True, None
    if wanted == "never":
        return False, "effects=never was asked for"
    if newest_closed is not None and close.key < newest_closed:
        return False, f"{newest_closed} is closed already"
    if not explicit_day and latest_due is not None and latest_due.key > close.key:
        return False, f"{latest_due.key} is due already"
    return True, None


def chosen_shards(shards: Iterable[Any], registries: Iterable[str], known: Iterable[str]) -> list[dict[str, Any]]:
    """The shards to read, as plain JSON; with `registries` given, those codes alone.

    Raises:
        CannotOpen: a code is no registry of the plan.
    """
    wanted = {code.strip() for code in registries if code.strip()}
    unknown = sorted(wanted - set(known))
    if unknown:
        raise CannotOpen(f"registries: not in the plan: {', '.join(unknown)}")
    chosen = []
    for shard in shards:
        codes = [code for code in shard.registry_codes if not wanted or code in wanted]
        if codes:
            chosen.append({"code": shard.code, "name": shard.name, "registry_codes": codes})
    return chosen
