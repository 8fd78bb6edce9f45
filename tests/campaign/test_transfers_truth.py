"""Twenty days of failures in a small world: all that was done about them is what the world's own log says is right."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import psycopg
import pytest

from include.rehearsal.compare_transfers import transfer_differences
from tests.campaign.played import Played
from tests.sources import superuser

Entry = tuple[str, int]
REMOTE = ("remote_down", "throttled", "ambiguous")


def test_everything_done_about_transfers_is_right(played: Played) -> None:
    with superuser(played.campaign) as campaign, played.server.connect("truth") as truth:
        assert transfer_differences(campaign, truth) == []
        put_back = dict(truth.execute("select outcome, count(*)::int from truth.put_back group by 1").fetchall())
        assert put_back.keys() >= {*REMOTE, "correctable", "duplicate", "unknown"}, put_back
        made = dict(campaign.execute("select action, count(*)::int from transfers.decision group by 1").fetchall())
        assert made.keys() == {"put_back", "settle", "hold", "poison"}, made


def test_whatever_a_unit_corrected_goes_back(played: Played) -> None:
    with superuser(played.campaign) as campaign:
        left = campaign.execute(
            "select e.registry_code, e.entry_id from mirror.entry as e"
            " inner join plan.error_code as k on e.t_error_code = k.code and k.kind = 'correctable'"
            " where e.t_state in ('rejected', 'failed') and e.corrected_at > e.t_answered_at and e.corrected_at < %s",
            [played.calendar.closes()[-2].as_of],
        ).fetchall()
    assert left == []


SPOILT = {
    "an effect that is not recorded": (
        "campaign",
        "update transfers.decision set state = 'unreached' where decision_id ="
        " (select min(decision_id) from transfers.decision where state = 'requeued')",
        "put back, and not recorded so",
    ),
    "an effect that was none": (
        "truth",
        "delete from truth.put_back where ctid = (select ctid from truth.put_back limit 1)",
        "recorded as put back, and was not",
    ),
    "a receipt that was to be seen": (
        "truth",
        "update truth.put_back set was_visible = true where ctid = (select ctid from truth.put_back limit 1)",
        "while its receipt was to be seen",
    ),
    "a duplicate": (
        "truth",
        "update truth.put_back set outcome = 'duplicate' where ctid ="
        " (select ctid from truth.put_back where outcome = 'remote_down' limit 1)",
        "and is a duplicate",
    ),
    "a code that nobody knows": (
        "truth",
        "update truth.put_back set outcome = 'unknown' where ctid ="
        " (select ctid from truth.put_back where outcome = 'remote_down' limit 1)",
        "and is unknown",
    ),
    "a settlement that is missing": (
        "campaign",
        "delete from transfers.decision where action = 'settle' and outcome = 'ambiguous' and decided_at ="
        " (select min(decided_at) from transfers.decision where action = 'settle' and outcome = 'ambiguous')",
        "it was not settled",
    ),
    "a settlement without a receipt": (
        "truth",
        "delete from truth.failure where seen and close_key = '2025-03-07'",
        "no receipt was to be seen",
    ),
    "one duplicate too many": (
        "campaign",
        "update closing.duplicate_count set standing = standing + 1, same_record = same_record + 1 where ctid ="
        " (select ctid from closing.duplicate_count where looked and close_key = '2025-03-09' limit 1)",
        "duplicate: failures are",
    ),
    "one on a worklist too many": (
        "campaign",
        "update closing.worklist_count set entries = entries + 1 where ctid ="
        " (select k.ctid from closing.worklist_count as k"
        " inner join closing.registry_close as c using (close_key, registry_code)"
        " where c.state_read_at is not null and k.close_key = '2025-03-09' limit 1)",
        "correctable: failures are",
    ),
}


@pytest.mark.parametrize("spoilt", SPOILT)
def test_what_is_wrong_is_found(played: Played, spoilt: str) -> None:
    where, statement, said = SPOILT[spoilt]
    with (
        superuser(played.campaign) as campaign,
        played.server.connect("truth") as truth,
        campaign.transaction(force_rollback=True),
        truth.transaction(force_rollback=True),
    ):
        before = transfer_differences(campaign, truth)
        changed = (campaign if where == "campaign" else truth).execute(statement.encode())
        assert changed.rowcount > 0
        found = [line for line in transfer_differences(campaign, truth) if line not in before]
        assert found and all(said in line for line in found), found


# ------------------------------------------------------------------------------------------- nothing is left lying


@dataclass
class Evenings:
    """What was seen of failures by remote fault at each close, and what was done then."""

    keys: list[str]
    failing: dict[tuple[str, Entry], str]
    read: set[tuple[str, str]]
    put_back: dict[tuple[str, Entry], str]
    held_up: set[str]
    poison: set[Entry]
    given_up: dict[Entry, str]

    @classmethod
    def of(cls, campaign: psycopg.Connection, truth: psycopg.Connection) -> Evenings:
        keys = [key for (key,) in campaign.execute("select close_key from closing.close order by as_of")]
        instants = dict(campaign.execute("select as_of, close_key from closing.close").fetchall())
        read = campaign.execute(
            "select k.close_key, k.registry_code from closing.registry_close as k"
            " inner join closing.close as c on k.close_key = c.close_key"
            " where k.state_read_at is not null and c.ledger_reading_id is not null"
        ).fetchall()
        failing = truth.execute(
            "select close_key, registry_code, entry_id, outcome from truth.failure where not seen"
        ).fetchall()
        put_back = truth.execute("select put_at, registry_code, entry_id, outcome from truth.put_back").fetchall()
        held_up = campaign.execute(
            "select day_key from transfers.wave where breaker != 'closed' or waiting > 0"
        ).fetchall()
        poison = truth.execute("select registry_code, entry_id from truth.fate where fate = 'poison'").fetchall()
        given_up = campaign.execute(
            "select registry_code, entry_id, day_key from transfers.decision where action = 'poison'"
        ).fetchall()
        return cls(
            keys,
            {(key, (code, entry)): outcome for key, code, entry, outcome in failing},
            set(read),
            {(instants[at], (code, entry)): outcome for at, code, entry, outcome in put_back},
            {key for (key,) in held_up},
            set(poison),
            {(code, entry): key for code, entry, key in given_up},
        )

    def left_lying(self) -> list[str]:
        """Failures seen at a close and not put back at it, though nothing in the plan says that they wait.

        An entry without an answer waits for a second look at the ledger; the final close comes before back-offs end.
        """
        return [
            f"{key} {entry}: {outcome}"
            for (key, entry), outcome in sorted(self.failing.items())
            if (key, entry[0]) in self.read
            and (key, entry) not in self.put_back
            and key not in self.held_up
            and key != self.keys[-1]
            and self.given_up.get(entry, "9") > key
            and not (outcome == "ambiguous" and self._first_look(key, entry))
        ]

    def _first_look(self, key: str, entry: Entry) -> bool:
        """Whether the close is the first that saw this send fail, or wait."""
        earlier = [before for before in self.keys if before < key and (before, entry[0]) in self.read]
        return not earlier or (earlier[-1], entry) not in self.failing or (earlier[-1], entry) in self.put_back


@pytest.fixture(scope="module")
def evenings(played: Played) -> Evenings:
    with superuser(played.campaign) as campaign, played.server.connect("truth") as truth:
        return Evenings.of(campaign, truth)


def test_no_remote_failure_is_left_lying(evenings: Evenings) -> None:
    assert evenings.left_lying() == []
    assert len(evenings.keys) - len(evenings.held_up) > 10, "the breaker and full waves excuse a few evenings only"
    key, entry = next(
        (key, entry)
        for (key, entry), outcome in evenings.put_back.items()
        if outcome == "remote_down" and key not in evenings.held_up and key != evenings.keys[-1]
    )
    spoilt = replace(
        evenings, put_back={place: what for place, what in evenings.put_back.items() if place != (key, entry)}
    )
    assert f"{key} {entry}: remote_down" in spoilt.left_lying()


def test_what_failed_by_remote_fault_ends_received(played: Played, evenings: Evenings) -> None:
    """But for what fails for ever, and what failed so lately that its turn is still to come."""
    with played.server.connect("truth") as truth:
        answers = truth.execute(
            "select distinct on (registry_code, entry_id) registry_code, entry_id, answer, put_at,"
            " received_at is not null"
            " from truth.put_back where outcome = any(%s) order by registry_code, entry_id, put_at desc",
            [list(REMOTE)],
        ).fetchall()
    ended: Counter[str] = Counter()
    late = []
    for code, entry, answer, put_at, received in answers:
        if (code, entry) in evenings.poison:
            continue
        ended["accepted" if received else answer] += 1
        if not received and (answer in ("queued", "sent") or answer.startswith("REMOTE_")):
            late.append((put_at, code, entry, answer))
    assert ended["accepted"] > 0.8 * ended.total(), ended
    last = played.calendar.closes()[-2].as_of
    assert [one for one in late if one[0] < last] == [], ended


def test_only_what_fails_for_ever_is_given_up(played: Played, evenings: Evenings) -> None:
    budgets = {name: outcome.attempts for name, outcome in played.plan.outcomes.items()}
    assert set(evenings.given_up) <= evenings.poison
    tried = Counter((entry, outcome) for (_, entry), outcome in evenings.put_back.items() if entry in evenings.poison)
    through = {entry for (entry, outcome), times in tried.items() if times == budgets[outcome]}
    assert through and all(times <= (budgets[outcome] or 0) for (_, outcome), times in tried.items())
    assert set(evenings.given_up) <= through


def test_people_and_units_get_through(played: Played) -> None:
    """Corrected entries that wait for us, and doubles that are none, are received; a mistake is refused again."""
    with superuser(played.campaign) as campaign, played.server.connect("truth") as truth:
        rules = {
            tuple(name): rule
            for *name, rule in campaign.execute(
                "select registry_code, entry_id, requeue_key, rule from transfers.decision where state = 'requeued'"
            )
        }
        fates = {
            (code, entry, fate)
            for code, entry, fate in truth.execute("select * from truth.fate where fate != 'poison'")
        }
        came: dict[str, Counter[str]] = {"corrected": Counter(), "not a duplicate": Counter(), "redrive": Counter()}
        wrong = []
        for code, entry, key, answer in truth.execute(
            "select registry_code, entry_id, requeue_key, answer from truth.put_back order by put_at"
        ):
            rule = rules[code, entry, key]
            if rule in came:
                came[rule][answer] += 1
            if rule == "not a duplicate" and (answer == "accepted") != ((code, entry, "single") in fates):
                wrong.append((code, entry, answer))
    assert came["corrected"]["accepted"] > 0, came
    assert came["not a duplicate"]["accepted"] > 0 and came["not a duplicate"]["DUP_PERSON"] > 0, came
    assert came["redrive"].total() > 0, came
    assert [one for one in wrong if one[2] not in ("queued", "sent") and not one[2].startswith("REMOTE_")] == []
