"""Any order of what can happen to one registry and the ledger: after every step the sums close and nothing is lost.

The machine drives a real registry, a real ledger (machine_sources.py) and the real campaign database, and keeps its own
account of them in Python (model.py). HYPOTHESIS_PROFILE=nightly plays many more stories, chosen at random;
HYPOTHESIS_PROFILE=shrink makes a failing one short.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule, run_state_machine_as_test

from include.campaign.days import Close
from include.campaign.endpoint import Endpoint
from include.campaign.plan import Plan
from include.campaign.pull import Outcome, ReadingContext, pull_ledger, pull_registries
from include.campaign.reconcile import close_days, open_close
from include.campaign.warehouse import engine
from tests.campaign import model
from tests.campaign.machine_sources import Sources, Stage, picks
from tests.campaign.model import Receipt, Registry
from tests.campaign.scene import HOME, RULES

_COMMON = settings(
    deadline=None, database=None, print_blob=False, suppress_health_check=list(HealthCheck), stateful_step_count=30
)
PROFILES = {
    # A failing story is told as it was found: making it short takes minutes.
    "default": settings(_COMMON, max_examples=12, derandomize=True, phases=[Phase.generate]),
    "shrink": settings(_COMMON, max_examples=40, derandomize=True),
    "nightly": settings(
        _COMMON, max_examples=int(os.environ.get("HYPOTHESIS_EXAMPLES", "400")), stateful_step_count=50
    ),
}
PROFILE = PROFILES[os.environ.get("HYPOTHESIS_PROFILE", "default")]


@dataclass
class Frozen:
    """What the model holds of a close that was made."""

    close: Close
    day_began: datetime
    figures: dict[tuple[str, int], dict[str, int | None]] = field(default_factory=dict)
    codes: Counter[tuple[str, int, str, str]] = field(default_factory=Counter)
    classes: model.Classes = field(default_factory=Counter)
    state_known: bool = False
    unplaced_known: bool = False
    held: dict[str, int] = field(default_factory=dict)  # rows of the mirror when their classes were frozen, by side
    restated: list[tuple[str, int, str, int | None, int, str]] = field(default_factory=list)

    def newest(self, place: tuple[str, int], figure: str) -> int | None:
        """A dated figure as it was told last."""
        told = [row[4] for row in self.restated if row[:3] == (*place, figure)]
        return told[-1] if told else self.figures.get(place, {}).get(figure)

    def restate(self, place: tuple[str, int], figure: str, new: int) -> None:
        old = self.newest(place, figure)
        if old != new:
            self.restated.append((*place, figure, old, new, "late data" if old is None else "source changed"))


@dataclass(frozen=True)
class Good:
    """A good reading: the close it was made for, and when."""

    close_key: str | None
    read_at: datetime


def _known(known: dict[str, bool], figures: tuple[str, ...]) -> list[str]:
    return [figure for figure in figures if known["ledger" if figure in model.BY_LEDGER else "registry"]]


class Campaign(Sources):
    @initialize()
    def begin_reading(self) -> None:
        self.mirror = Registry(HOME, frozenset({HOME}))
        self.mirrored_receipts: list[Receipt] = []
        self.seen: dict[int, Registry] = {}  # what the registry showed at each good reading
        self.ledger_seen: dict[int, list[Receipt]] = {}
        self.readings: dict[str, list[Good]] = {"registry": [], "ledger": []}
        self.frozen: dict[str, Frozen] = {}
        self.attempts = 0

    # ------------------------------------------------------------------------------------ what the campaign does

    def _context(self, close_key: str | None) -> ReadingContext:
        self.attempts += 1
        return ReadingContext(f"attempt-{self.attempts}", close_key, self.now)

    def _read_registry(self, close_key: str | None, reached: bool = True) -> None:
        source = self.stage.registry if reached else replace(self.stage.registry, host="127.0.0.1", port=1)
        reading = asyncio.run(pull_registries(self.stage.campaign, {HOME: source}, RULES, self._context(close_key)))
        assert reading.outcomes == {HOME: Outcome.OK if reached else Outcome.UNREACHABLE}
        if not reached:
            return
        self.readings["registry"].append(Good(close_key, self.now))
        self.mirror = deepcopy(self.registry)
        [(reading_id,)] = self.stage.rows("campaign", "select max(reading_id) from pull.reading")
        self.seen[reading_id] = self.mirror
        shown = self.stage.rows(
            "registry", f"{_SHOWN} from sohoa.entry e left join sohoa.transfer t using (entry_id) order by 1"
        )
        assert self.stage.rows("campaign", f"{_MIRRORED} from mirror.entry e order by 1") == shown

    def _read_ledger(self, close_key: str | None, reached: bool = True) -> None:
        source = self.stage.ledger if reached else replace(self.stage.ledger, host="127.0.0.1", port=1)
        outcome = asyncio.run(pull_ledger(self.stage.campaign, source, RULES, self._context(close_key)))
        assert outcome == (Outcome.OK if reached else Outcome.UNREACHABLE)
        if not reached:
            return
        self.readings["ledger"].append(Good(close_key, self.now))
        self.mirrored_receipts = deepcopy(self.receipts)
        [(reading_id,)] = self.stage.rows("campaign", "select max(reading_id) from pull.reading")
        self.ledger_seen[reading_id] = self.mirrored_receipts
        shown = self.stage.rows("ledger", "select * from ledger.receipt order by 1")
        mirrored = self.stage.rows("campaign", "select * from mirror.receipt order by 1")
        assert [row[:-1] for row in mirrored] == shown

    @rule()
    def pull_the_registry(self) -> None:
        self._read_registry(None)

    @rule()
    def pull_the_ledger(self) -> None:
        self._read_ledger(None)

    @rule()
    def close_the_day(self) -> None:
        self._close_the_day(True, True)

    @rule()
    def close_the_day_without_the_registry(self) -> None:
        self._close_the_day(False, True)

    @rule(registry_reached=st.booleans())
    def close_the_day_without_the_ledger(self, registry_reached: bool) -> None:
        self._close_the_day(registry_reached, False)

    def _close_the_day(self, registry_reached: bool, ledger_reached: bool) -> None:
        """The newest close that is due and not made yet, else the next one, whose moment then comes."""
        due = self.calendar.due(self.now)
        if due is None or due.key in self.frozen:
            due = next((close for close in self.calendar.closes() if close.as_of > self.now), None)
            if due is None:
                return
            self.now = due.as_of
        previous = self.calendar.previous(due)
        self.frozen[due.key] = Frozen(due, previous.as_of if previous else self.calendar.starts_at)
        with engine(self.stage.campaign).begin() as conn:
            open_close(conn, self.stage.plan, self.calendar, due, f"{due.key}-1", self.now)
        self._read_registry(due.key, registry_reached)
        self._read_ledger(due.key, ledger_reached)
        self._close(due)

    @precondition(lambda self: self.frozen)
    @rule()
    def close_the_newest_day_again(self) -> None:
        """Its readings are made again, as when the run is cleared."""
        close = list(self.frozen.values())[-1].close
        self._read_registry(close.key)
        self._read_ledger(close.key)
        self._close_again(close)

    @precondition(lambda self: self.frozen)
    @rule(pick=picks)
    def close_an_earlier_day_again(self, pick: int) -> None:
        """From what later readings brought."""
        self._close_again(list(self.frozen.values())[pick % len(self.frozen)].close)

    def _close_again(self, close: Close) -> None:
        """What was learned since is restated; once more, and nothing at all changes."""
        self._close(close, again=True)
        before = self._closing_rows()
        self._run_close(close)
        assert self._closing_rows() == before

    def _run_close(self, close: Close) -> None:
        with engine(self.stage.campaign).begin() as conn:
            close_days(conn, self.calendar, [close], f"{close.key}-1", self.now)

    def _closing_rows(self) -> dict[str, list[str]]:
        names = [
            row[0]
            for row in self.stage.rows("campaign", "select tablename from pg_tables where schemaname = 'closing'")
        ]
        return {
            name: [row[0] for row in self.stage.rows("campaign", f"select t::text from closing.{name} t order by 1")]
            for name in names
        }

    def _close(self, close: Close, again: bool = False) -> None:
        self._run_close(close)
        frozen = self.frozen[close.key]
        of_close = {
            source: any(good.close_key == close.key for good in goods) for source, goods in self.readings.items()
        }
        known = {
            source: of_close[source] or any(good.read_at >= close.as_of for good in goods)
            for source, goods in self.readings.items()
        }
        counted = model.count(self.mirror, self.mirrored_receipts, close.as_of, frozen.day_began)
        for place, row in counted.figures.items():
            kept = frozen.figures.setdefault(place, dict.fromkeys((*model.DATED, *model.IN_DAY, *model.STATE)))
            for figure in _known(known, model.DATED):
                if again:
                    frozen.restate(place, figure, row[figure])
            kept |= {figure: row[figure] for figure in _known(known, (*model.DATED, *model.IN_DAY))}
        self._restate_the_close_before(close, known)
        first_state = of_close["registry"] and not frozen.state_known
        if first_state:
            frozen.state_known = True
            frozen.codes = counted.codes
            for key, row in counted.figures.items():
                frozen.figures[key] |= {figure: row[figure] for figure in model.STATE}
        if first_state and known["ledger"] and not frozen.unplaced_known:
            of_ledger = [receipt for receipt in self.mirrored_receipts if receipt.received_at <= close.as_of]
            frozen.held = {"entry": len(self.mirror.entries), "receipt": len(of_ledger)}
        if known["ledger"]:
            of = ({HOME} if first_state else set()) | (set() if frozen.unplaced_known else {model.UNPLACED})
            frozen.unplaced_known = True
            frozen.classes += Counter({key: items for key, items in counted.classes.items() if key[0] in of})

    def _restate_the_close_before(self, close: Close, known: dict[str, bool]) -> None:
        """What was known of the close before and is otherwise by now; its gaps stay until it is closed again."""
        previous = self.calendar.previous(close)
        before = self.frozen.get(previous.key) if previous else None
        if before is None:
            return
        counted = model.count(self.mirror, self.mirrored_receipts, before.close.as_of, before.day_began)
        for place, row in counted.figures.items():
            for figure in _known(known, model.DATED):
                if before.newest(place, figure) is not None:
                    before.restate(place, figure, row[figure])

    # ------------------------------------------------------------------------------------ what holds after every step

    @invariant()
    def every_figure_is_what_was_counted(self) -> None:
        columns = (*model.DATED, *model.IN_DAY, *model.STATE)
        rows = self.stage.rows(
            "campaign", f"select close_key, register, phase, {', '.join(columns)} from closing.figure"
        )
        found = {
            (close_key, (register, phase)): dict(zip(columns, row, strict=True))
            for close_key, register, phase, *row in rows
        }
        assert found == {
            (key, place): row for key, frozen in self.frozen.items() for place, row in frozen.figures.items()
        }
        codes = self.stage.rows(
            "campaign", "select close_key, register, phase, state, error_code, entries from closing.code_count"
        )
        assert {tuple(row[:-1]): row[-1] for row in codes} == {
            (key, *place): items for key, frozen in self.frozen.items() for place, items in frozen.codes.items()
        }

    @invariant()
    def every_restatement_is_told_once(self) -> None:
        rows = self.stage.rows(
            "campaign", "select close_key, register, phase, figure, old, new, why from closing.restatement"
        )
        assert Counter(rows) == Counter(
            (key, *restated) for key, frozen in self.frozen.items() for restated in frozen.restated
        )

    @invariant()
    def sums_of_classes_close(self) -> None:
        rows = self.stage.rows(
            "campaign",
            "select close_key, registry_code, register, opened_year, phase, side, class, items"
            " from closing.class_count",
        )
        found = {(row[0], tuple(row[1:-1])): row[-1] for row in rows}
        assert found == {
            (key, place): items for key, frozen in self.frozen.items() for place, items in frozen.classes.items()
        }
        sums: Counter[tuple[str, str]] = Counter()
        for close_key, *_, side, _, items in rows:
            sums[close_key, side] += items
        for key, frozen in self.frozen.items():
            assert frozen.held.items() <= {side: sums[key, side] for side in ("entry", "receipt")}.items()
        held = self.stage.rows("campaign", "select close_key, held_why from closing.close where state = 'held'")
        assert held == []

    @invariant()
    def versions_never_overlap(self) -> None:
        keys = {"book": "registry_code, book_id", "entry": "registry_code, entry_id", "receipt": "receipt_id"}
        for table, key in keys.items():
            overlapping = self.stage.rows(
                "campaign",
                f"with version as (select {key}, since, until from mirror.{table}_past"
                f" union all select {key}, since, null from mirror.{table})"
                f" select * from (select *, lead(since) over (partition by {key} order by since, until) as next"
                " from version) v where until <= since or next < coalesce(until, next + 1)",
            )
            assert overlapping == [], table

    def earlier_readings_can_still_be_told(self) -> None:
        for reading_id, registry in self.seen.items():
            rows = self.stage.rows("campaign", _AS_SEEN, reading_id, reading_id)
            assert rows == [
                (entry.entry_id, entry.book_id, entry.number, entry.entered_at, entry.transfer and entry.transfer.state)
                for entry in sorted(registry.entries.values(), key=lambda entry: entry.entry_id)
            ]

        for reading_id, receipts in self.ledger_seen.items():
            rows = self.stage.rows("campaign", _RECEIPTS_AS_SEEN, reading_id, reading_id)
            assert rows == [(receipt.receipt_id, receipt.cancelled_at) for receipt in receipts]

    def teardown(self) -> None:
        """However a story went, an evening comes on which all is read, and all earlier evenings are settled from it."""
        if not (hasattr(self, "frozen") and hasattr(self, "registry")):
            return
        self._close_the_day(True, True)
        for frozen in list(self.frozen.values()):
            self._close_again(frozen.close)
        self.every_figure_is_what_was_counted()
        self.every_restatement_is_told_once()
        self.sums_of_classes_close()
        self.versions_never_overlap()
        self.earlier_readings_can_still_be_told()


_AS_SEEN = (
    "select entry_id, book_id, entry_no, entered_at, t_state from ("
    " select entry_id, book_id, entry_no, entered_at, t_state, since, null::bigint as until from mirror.entry"
    " union all select entry_id, book_id, entry_no, entered_at, t_state, since, until from mirror.entry_past"
    ") version where since <= %s and (until is null or until > %s) order by 1"
)
_RECEIPTS_AS_SEEN = (
    "select receipt_id, cancelled_at from ("
    " select receipt_id, cancelled_at, since, null::bigint as until from mirror.receipt"
    " union all select receipt_id, cancelled_at, since, until from mirror.receipt_past"
    ") version where since <= %s and (until is null or until > %s) order by 1"
)
_COLUMNS = "entry_id, book_id, entry_no, entered_at, scan_attached_at, reviewed_at, corrected_at, defects"
_SHOWN = f"select {_COLUMNS}, t.state, t.error_code, t.ministry_ref"
_MIRRORED = f"select {_COLUMNS}, t_state, t_error_code, t_ministry_ref"


@pytest.mark.timeout(0)
def test_any_order_of_events(campaign_db: Endpoint, make_source: Callable[[str], Endpoint], small_plan: Plan) -> None:
    with Stage(campaign_db, make_source("registry"), make_source("ministry"), small_plan).opened() as stage:
        machine = type("TheCampaign", (Campaign,), {"stage": stage})
        run_state_machine_as_test(machine, settings=PROFILE)
