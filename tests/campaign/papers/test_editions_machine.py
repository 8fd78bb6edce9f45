"""Any order of what can happen to a close's report: the Department has one message in time, and one final edition."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from jinja2 import TemplateError
from sqlalchemy import Connection

from include.campaign.editions import rendering
from include.campaign.mail import Refusal
from include.campaign.mail.holding import drop, release
from include.campaign.plan import Plan
from include.campaign.render import Paper
from include.campaign.report import Letter
from tests.campaign.conftest import FrozenTables
from tests.campaign.papers.edition_scene import DESK, EditionScene

pytestmark = pytest.mark.usefixtures("pages_alone")

DAYS = ("2025-03-05", "2025-03-06", "2025-03-20-final")
READ = st.sampled_from(
    [{}, {"unread": 2}, {"unread": 3}, {"ledger": False}, {"held": True}, {"held": True, "ledger": False}]
)


class Stories(RuleBasedStateMachine):
    """Closes are frozen, published, closed again; people decide; mornings come; templates break and are mended."""

    conn: Connection
    plan: Plan
    broken: set[str]

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = self.conn.begin_nested()
        self.editions = EditionScene(FrozenTables(self.conn, self.plan))
        self.broken.clear()
        self.published: list[str] = []
        self.dropped: set[str] = set()

    def teardown(self) -> None:
        self.savepoint.rollback()

    @precondition(lambda self: len(self.published) < len(DAYS))
    @rule(read=READ, breaks=st.sampled_from([False, False, False, True]))
    def evening(self, read: dict[str, Any], breaks: bool) -> None:
        day = DAYS[len(self.published)]
        self.editions.close(day, **read)
        if breaks:
            self.broken.add(DESK)
        self.editions.publish(day)
        self.broken.clear()
        self.published.append(day)

    @precondition(lambda self: self.published)
    @rule(read=READ, data=st.data())
    def read_again(self, read: dict[str, Any], data: st.DataObject) -> None:
        self.editions.know(data.draw(st.sampled_from(self.published)), **read)

    @precondition(lambda self: self.published)
    @rule(times=st.integers(1, 2))
    def run_again(self, times: int) -> None:
        for _ in range(times):
            self.editions.publish(self.published[-1], timedelta(minutes=50))

    @precondition(lambda self: self.published)
    @rule(hours=st.sampled_from([12, 13, 14]))
    def morning(self, hours: int) -> None:
        now = self.editions.made[self.published[-1]].as_of + timedelta(hours=hours)
        self.editions.morning("2025-03-21", now)
        self.editions.unanswered(now)

    @precondition(lambda self: self.published)
    @rule(data=st.data(), lets_go=st.booleans())
    def a_person_decides(self, data: st.DataObject, lets_go: bool) -> None:
        day = data.draw(st.sampled_from(self.published))
        key = f"{day}/{DESK}/held-report"
        act = release if lets_go else drop
        try:
            act(self.conn, key, "đã xem", self.editions.made[day].as_of, "Bà Phụ trách")
        except Refusal:
            return
        if not lets_go:
            self.dropped.add(day)

    @invariant()
    def everything_holds(self) -> None:
        for day in self.published:
            gone = [kind for kind, state in self.editions.to_desk(day) if state == "queued"]
            assert gone, f"{day}: the Department has nothing"
            kept = self.editions.rows(
                "select e.edition, m.state from mail.edition as e inner join mail.message as m using (message_key)"
                " where e.close_key = :key and e.address = :desk and e.edition != 'correction'",
                key=day, desk=DESK,
            )  # fmt: skip
            out = [edition for edition, state in kept if state == "queued"]
            assert out.count("final") <= 1, f"{day}: {kept}"
            assert out.count("provisional") <= 1, f"{day}: {kept}"
            assert [state for _, state in kept].count("held") <= 1, f"{day}: {kept}"
            assert len(gone) <= 4, f"{day}: {gone}"
            if ("final", "held") in kept:
                assert "held" in gone, f"{day}: a report waits and the Department does not know"
        assert not self.editions.rows(
            "select 1 from mail.message where copy_of is null and (length(html) < 400 or length(plain) < 200)"
        )

    @invariant()
    def what_was_held_is_not_lost(self) -> None:
        """It waits, went out, was dropped by a person, or another edition took its place."""
        for day in self.published:
            found = self.editions.rows(
                "select e.edition, m.state from mail.edition as e inner join mail.message as m using (message_key)"
                " where e.close_key = :key and e.address = :desk",
                key=day, desk=DESK,
            )  # fmt: skip
            dropped = [state for _, state in found].count("dropped")
            if dropped and day not in self.dropped:
                assert any(state == "queued" for _, state in found), f"{day}: {found}"


def test_any_order_of_events(campaign_conn: Connection, small_plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    broken: set[str] = set()

    def quick(letter: Letter) -> Paper:
        """In place of templates and charts, which take a second a story: what matters here is which paper it is."""
        if letter.address in broken:
            raise TemplateError("no such figure")
        kind = "held" if letter.blocks[0].kind == "held" else "daily"
        words = f"{letter.head.edition} {letter.note} ".ljust(500, ".")
        return Paper(kind, letter.address, letter.office, letter.reply_to, letter.head.edition, words, words)

    monkeypatch.setattr(rendering, "render", quick)
    story = type("Story", (Stories,), {"conn": campaign_conn, "plan": small_plan, "broken": broken})
    run_state_machine_as_test(
        story,
        settings=settings(
            max_examples=25, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
