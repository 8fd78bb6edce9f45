"""Any order of posting, sending, bad behaviour, dying and deciding: nobody is mailed twice, nobody is forgotten.

Real database and real SMTP conversation. What the server has got is held against the ledger after every step. Profiles
of Hypothesis as in test_machine.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import Engine, text

from include.campaign.endpoint import Endpoint
from include.campaign.mail import Refusal, SmtpSettings, acknowledge, drain, drop, enqueue, hold, release
from include.campaign.mail.client import CampaignClient
from include.campaign.mail.resending import resend
from include.campaign.plan import Plan
from include.campaign.warehouse import engine
from tests.campaign.mail.letters import DAY, NOW, RULES, message
from tests.campaign.mail_server import Behaviour, mail_server
from tests.campaign.test_machine import PROFILE

DAYS = (DAY, "2025-03-06", "2025-03-07")
# Heads of the small plan: a letter is sent once more to whoever the plan knows.
PEOPLE = tuple(f"ubnd.phuong{number}.songmo@thidiem.example" for number in (1, 2))
WELL = "well"
WAYS = (
    *(WELL, WELL, "refuse", "refuse_data", "defer", "defer", "defer_data"),
    *("drop_before_data", "drop_after_data", "drop_after_answer"),
)
HEADERS = BytesHeaderParser()
DEATHS = ("before the body", "in the body", "after the answer")
PENDING = {"queued", "deferred"}
NEXT = {
    "rendered": {"queued", "held", "dropped"},
    "held": {"queued", "dropped"},
    "queued": {"sending", "held", "refused", "deferred"},
    "deferred": {"sending", "held", "refused", "deferred"},
    "sending": {"accepted", "deferred", "refused", "uncertain"},
    "uncertain": {"accepted"},
    "accepted": set(),
    "refused": set(),
    "dropped": set(),
}
"""What may follow on a state; a note leaves it as it is."""
RULES_HERE = RULES.model_copy(update={"timeout_seconds": 5, "batch": 3, "back_off_minutes": (0, 2)})


class Killed(BaseException):
    """The sender's process died here."""


class Outbox(RuleBasedStateMachine):
    engine: Engine
    smtp: SmtpSettings
    behaviour: Behaviour
    plan: Plan

    @initialize(ways=st.lists(st.sampled_from("qqqhr"), min_size=2, max_size=2), copied=st.booleans())
    def begin(self, ways: list[str], copied: bool) -> None:
        with self.engine.begin() as conn:
            conn.execute(text("truncate mail.event, mail.attachment, mail.message cascade"))
        self.behaviour.to, self.behaviour.times, self.behaviour.cut = {}, {}, False
        self.behaviour.taken.clear()
        self.behaviour.kept.clear()
        self.now = NOW
        self.posted: set[str] = set()
        for person, way in zip(PEOPLE, ways, strict=True):
            self.post(DAY, person, copied, way)

    # ------------------------------------------------------------------------------------ what the campaign does

    @rule(day=st.sampled_from(DAYS), person=st.sampled_from(PEOPLE), copied=st.booleans(), way=st.sampled_from("qqqhr"))
    def post(self, day: str, person: str, copied: bool, way: str) -> None:
        others = tuple(other for other in PEOPLE if other != person) if copied else ()
        letter = replace(message(1, day), key=f"{day}/{person}", address=person, copies=others)
        letter = replace(letter, held="biểu đồ trống" if way == "h" else None)
        keys = {letter.key, *(f"{letter.key}/cc/{other}" for other in others)}
        with self.engine.begin() as conn:
            added = enqueue(conn, [letter], self.now, "test", let_go=way != "r")
        assert added == (0 if letter.key in self.posted else len(keys))
        if added:
            self.posted |= keys

    @rule(
        looks=st.lists(st.sampled_from((0, 1, 2, 15)), min_size=1, max_size=3),
        ways=st.lists(st.sampled_from(WAYS), min_size=2, max_size=2),
        times=st.sampled_from((1, 2, 9)),
    )
    def send(self, looks: list[int], ways: list[str], times: int) -> None:
        self.behaviour.to = dict(zip(PEOPLE, ways, strict=True))
        self.behaviour.times = dict.fromkeys(PEOPLE, times)
        for minutes in looks:
            self.now += timedelta(minutes=minutes)
            self._drain()

    def _drain(self) -> None:
        before = self._rows()
        drain(self.engine, self.smtp, RULES_HERE, self.now, pause=lambda seconds: None)
        after = self._rows()
        for key, row in before.items():
            assert after[key]["attempts"] <= row["attempts"] + 2, f"{key}: only the first wait is none"
            waits = row["next_try"] is not None and row["next_try"] > self.now
            if waits or row["state"] not in {*PENDING, "sending"}:
                assert after[key]["attempts"] == row["attempts"], f"{key} was not to be tried"

    @rule(day=st.sampled_from(DAYS), place=st.integers(0, 2), death=st.sampled_from(DEATHS))
    def die_sending(self, day: str, place: int, death: str) -> None:
        self.post(day, PEOPLE[0], True, "q")
        self.behaviour.to = {}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(CampaignClient, "send", _deadly(CampaignClient.send, place, death))
            try:
                self._drain()
            except Killed:
                # What a dead process holds open is closed for it.
                assert Counter(row["state"] for row in self._rows().values())["sending"] <= 1

    # ------------------------------------------------------------------------------------ what people do

    @rule(data=st.data(), act=st.sampled_from((hold, release, drop)))
    def decide(self, data: st.DataObject, act: Callable[..., int]) -> None:
        rows = self._rows()
        if not rows:
            return
        key = data.draw(st.sampled_from(sorted(rows)))
        may = {hold: {"rendered", *PENDING}, release: {"rendered", "held"}, drop: {"rendered", "held"}}[act]
        concerned = [one for one, row in rows.items() if key in (one, row["copy_of"]) and row["state"] in may]
        try:
            with self.engine.begin() as conn:
                assert act(conn, key, "lý do", self.now, "Tổ dữ liệu") == len(concerned)
        except Refusal:
            assert not concerned

    @rule(data=st.data(), again=st.booleans())
    def send_once_more(self, data: st.DataObject, again: bool) -> None:
        rows = self._rows()
        if not rows:
            return
        key = data.draw(st.sampled_from(sorted(rows)))
        try:
            with self.engine.begin() as conn:
                new = resend(conn, self.plan, key, "lý do", self.now, self.now.date(), "Tổ dữ liệu", again)
        except Refusal:
            return
        first = rows[key]["resend_of"] or key
        states = {row["state"] for one, row in rows.items() if first in (one, row["resend_of"])}
        assert new not in rows and states & (
            {"refused", "uncertain", "accepted"} if again else {"refused", "uncertain"}
        )
        assert again or not states & {*PENDING, "sending", "accepted"}
        self.posted.add(new)

    @rule(data=st.data())
    def read(self, data: st.DataObject) -> None:
        rows = self._rows()
        if not rows:
            return
        key = data.draw(st.sampled_from(sorted(rows)))
        may = rows[key]["state"] in ("accepted", "uncertain") and rows[key]["acknowledged_by"] is None
        # A reader says so only of what has reached him.
        if rows[key]["state"] == "uncertain" and not self._kept()[key]:
            return
        try:
            with self.engine.begin() as conn:
                acknowledge(conn, key, self.now, "Chủ tịch")
        except Refusal:
            assert not may
        else:
            assert may

    # ------------------------------------------------------------------------------------ what holds always

    @invariant()
    def each_body_is_handed_over_at_most_once_and_the_ledger_knows(self) -> None:
        kept = self._kept()
        rows = self._rows()
        assert set(rows) == self.posted
        for key, row in rows.items():
            put_off = row["attempts"] - (row["state"] != "deferred")
            assert put_off <= len(RULES_HERE.back_off_minutes), f"{key} is tried for ever"
            if row["state"] == "accepted":
                assert kept[key] == 1, key
            elif row["state"] in ("uncertain", "sending"):
                assert kept[key] <= 1, key
            else:
                assert kept[key] == 0, f"{key} is {row['state']}"

    @invariant()
    def events_tell_every_change(self) -> None:
        with self.engine.connect() as conn:
            told = conn.execute(text("select message_key, state from mail.event order by event_id")).all()
        rows, last = self._rows(), dict[str, str]()
        for key, state in told:
            assert key in last or state in ("rendered", "held", "queued")
            assert key not in last or state == last[key] or state in NEXT[last[key]], f"{key}: {last[key]} to {state}"
            last[key] = state
        assert last == {key: row["state"] for key, row in rows.items()}

    def teardown(self) -> None:
        """Once all is well whatever waited has gone, and what has not is somebody's to decide."""
        self.behaviour.to, self.behaviour.cut = {}, False
        if not hasattr(self, "posted"):
            return
        self.now += timedelta(days=1)
        drain(self.engine, self.smtp, RULES_HERE, self.now, pause=lambda seconds: None)
        left = {row["state"] for row in self._rows().values()}
        assert left <= {"accepted", "refused", "uncertain", "held", "rendered", "dropped"}
        self.each_body_is_handed_over_at_most_once_and_the_ledger_knows()
        self.events_tell_every_change()

    def _rows(self) -> dict[str, dict[str, Any]]:
        with self.engine.connect() as conn:
            found = conn.execute(text("select * from mail.message order by message_key")).mappings().all()
        return {row["message_key"]: dict(row) for row in found}

    def _kept(self) -> Counter[str]:
        """What the server has got, by the key of the message."""
        rows = self._rows()
        keys = {(row["message_id"], row["address"]): key for key, row in rows.items()}
        assert len(keys) == len(rows)
        kept: Counter[str] = Counter()
        for envelope in self.behaviour.kept:
            assert isinstance(envelope.content, bytes)
            [recipient] = envelope.rcpt_tos
            kept[keys[HEADERS.parsebytes(envelope.content, headersonly=True)["Message-ID"], recipient]] += 1
        return kept


def _deadly(send: Callable[..., Any], place: int, death: str) -> Callable[..., Any]:
    """`send` that dies with the message of this place: before its body, in it, or before its answer is noted."""
    sent = Counter[str]()

    def deadly(client: CampaignClient, recipients: list[str], content: bytes, before_body: Callable[[], None]) -> Any:
        def and_die() -> None:
            if death == "in the body":
                before_body()
            raise Killed

        sent["all"] += 1
        if sent["all"] - 1 != place:
            return send(client, recipients, content, before_body)
        if death != "after the answer":
            return send(client, recipients, content, and_die)
        send(client, recipients, content, before_body)
        client.drop()
        raise Killed

    return deadly


@pytest.fixture
def plain_server(tmp_path: Path) -> Iterator[tuple[Behaviour, SmtpSettings]]:
    """Without TLS, which is looked at elsewhere: a session costs a tenth."""
    behaviour = Behaviour()
    with mail_server(behaviour, tmp_path, "none") as smtp:
        yield behaviour, smtp


def test_any_order_of_events(
    campaign_db: Endpoint, plain_server: tuple[Behaviour, SmtpSettings], small_plan: Plan
) -> None:
    behaviour, smtp = plain_server
    given = {"engine": engine(campaign_db), "behaviour": behaviour, "smtp": smtp, "plan": small_plan}
    # Its steps are short: a few more stories than where whole days are closed.
    stories = settings(PROFILE, max_examples=PROFILE.max_examples * 5 // 4)
    run_state_machine_as_test(type("TheOutbox", (Outbox,), given), settings=stories)
