"""Letters of a hand-made frozen day: exact figures, who gets what, and what is said of what is not known."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from include.campaign.days import Close
from include.campaign.plan import Plan, load_plan
from include.campaign.report import (
    CommuneReport,
    DistrictReport,
    HeldNotice,
    Letter,
    ProvinceReport,
    Total,
    write_letters,
)
from include.campaign.report.models import FailureLine, LastKnown
from include.campaign.report.operations import OperationsBlock
from include.campaign.report.sums import band
from tests.campaign.conftest import FrozenTables

pytestmark = pytest.mark.usefixtures("pages_alone")

DESK = "sotuphap@thidiem.example"


def letters_of(frozen: FrozenTables, close: Close) -> dict[str, Letter]:
    written = write_letters(frozen.conn, frozen.plan, frozen.calendar, close)
    by_address = {letter.address: letter for letter in written}
    assert len(by_address) == len(written), "an address has two letters"
    return by_address


def province(frozen: FrozenTables, close: Close) -> ProvinceReport:
    (block,) = letters_of(frozen, close)[DESK].blocks
    assert isinstance(block, ProvinceReport)
    return block


def district(frozen: FrozenTables, close: Close, address: str) -> DistrictReport:
    block = letters_of(frozen, close)[address].blocks[0]
    assert isinstance(block, DistrictReport)
    return block


def test_the_province_adds_up(frozen: FrozenTables, golden_day: Close) -> None:
    report = province(frozen, golden_day)
    assert report.province.quota == 3000
    assert report.province.entered == Total(1264, 11, 12)
    assert report.province.received == Total(1065, 12, 12)
    assert report.province.entered_in_day == Total(81, 11, 12)
    assert report.province.received_in_day == Total(70, 12, 12)
    assert report.province.behind == 3
    for figure in ("entered", "received", "entered_in_day", "received_in_day"):
        of_areas = sum(getattr(area, figure).value for area in report.areas)
        assert of_areas == getattr(report.province, figure).value


def test_areas_count_everything_registered_in_them_and_the_best_stands_first(
    frozen: FrozenTables, golden_day: Close
) -> None:
    areas = province(frozen, golden_day).areas
    assert [(area.code, area.quota, area.entered.value, area.received.value) for area in areas] == [
        ("091", 1692, 1076, 894),
        ("092", 923, 160, 155),
        ("093", 385, 28, 16),
    ]
    assert areas[1].entered == Total(160, 3, 4)


def test_bands_hold_registries_with_a_quota_and_figures(frozen: FrozenTables, golden_day: Close) -> None:
    report = province(frozen, golden_day)
    assert [(band.name, band.by_entered, band.by_received) for band in report.bands] == [
        ("full", 1, 1),
        ("under_100", 0, 0),
        ("under_50", 4, 4),
        ("under_10", 2, 2),
        ("not_started", 1, 2),
    ]
    assert report.without_figures == 1


def test_laggards_stand_by_what_they_are_short_of(frozen: FrozenTables, golden_day: Close) -> None:
    laggards = province(frozen, golden_day).laggards
    assert (laggards.verdict, laggards.judged, laggards.newly) == ("stepped", 8, 2)
    told = [(one.code, one.lag.short, one.lag.needed_per_day, one.lag.pace_per_day) for one in laggards.registries]
    assert told == [("09301", 68, 21, None), ("09203", 58, 20, 1), ("09303", 10, 8, 6)]


def test_an_unread_registry_has_its_last_known_figures_apart(frozen: FrozenTables, golden_day: Close) -> None:
    (unread,) = province(frozen, golden_day).unread
    assert (unread.code, unread.outcome, unread.entered) == ("09202", "unreachable", None)
    assert unread.unread_since == date(2025, 3, 5)
    assert unread.last_known == LastKnown(frozen.calendar.close("2025-03-04").as_of, 48, 40)
    assert (unread.received, unread.received_from_last_mirror) == (55, True)


def test_unread_for_days_is_dated_from_the_first_missed_close(frozen: FrozenTables) -> None:
    frozen.registry(frozen.close("2025-03-02"), "09202", (30, 20))
    for day in ("2025-03-03", "2025-03-04", "2025-03-05"):
        close = frozen.close(day)
        frozen.registry(close, "09202", (None, 20), (None, 0), outcome="hung", last_known="2025-03-02")
        frozen.registry(close, "09203", (None, None), (None, None), outcome="refused")
    known, never = province(frozen, close).unread
    assert known.unread_since == date(2025, 3, 3)
    assert known.last_known is not None
    assert known.last_known.as_of == frozen.calendar.close("2025-03-02").as_of
    assert (never.unread_since, never.last_known) == (date(2025, 3, 3), None)


def test_failures_tell_the_units_own_from_phase_1_and_from_the_receivers(
    frozen: FrozenTables, golden_day: Close
) -> None:
    found = province(frozen, golden_day).failures
    assert found.ours == (
        FailureLine("rejected", "BAD_DATE", "ngày tháng không hợp lệ", 6, 0),
        FailureLine("rejected", "NEW_CODE_9", None, 3, 0),
        FailureLine("rejected", "DUP_RECORD", "trùng hồ sơ đã tiếp nhận", 0, 2100),
    )
    assert found.receivers == (FailureLine("failed", "REMOTE_TIMEOUT", "hệ thống tiếp nhận không trả lời kịp", 4, 0),)
    assert (found.queued, found.awaiting, found.open_defects) == (
        Total(1030, 11, 12),
        Total(20, 11, 12),
        Total(3, 11, 12),
    )
    assert found.late_from is None


def test_requeues_by_what_became_of_them(frozen: FrozenTables, golden_day: Close) -> None:
    requeues = province(frozen, golden_day).requeues
    assert (requeues.requeued, requeues.not_requeued, requeues.not_permitted, requeues.pending) == (2, 2, 0, 0)
    assert requeues.decided == 4
    elsewhere = district(frozen, golden_day, "ubnd.donglua@thidiem.example").requeues
    assert elsewhere.decided == 0


def test_state_figures_of_a_late_reading_say_when(frozen: FrozenTables) -> None:
    close = frozen.close("2025-03-05")
    frozen.registry(close, "09101", (1, 1), state_read_at=close.as_of + timedelta(minutes=29))
    frozen.registry(close, "09102", (1, 1), state_read_at=close.as_of + timedelta(hours=15))
    found = province(frozen, close).failures
    assert found.late_from is not None
    assert (found.late_from.isoformat(), found.late_until and found.late_until.isoformat()) == (
        "2025-03-05T18:29:00+07:00",
        "2025-03-06T09:00:00+07:00",
    )


def test_read_until_the_hour_of_closing_is_on_time(frozen: FrozenTables) -> None:
    close = frozen.close("2025-03-05")
    frozen.registry(close, "09101", (1, 1), state_read_at=close.as_of + timedelta(minutes=30))
    assert province(frozen, close).failures.late_from is None


def test_each_district_head_has_the_own_registries(frozen: FrozenTables, golden_day: Close) -> None:
    report = district(frozen, golden_day, "ubnd.donglua@thidiem.example")
    assert report.area.received == Total(155, 4, 4)
    # What cannot be read stands first, then who has least; the district's own books have no quota and stand last.
    assert [registry.code for registry in report.registries] == ["09202", "09203", "09201", "092"]


def test_escalations_go_to_the_flagged_units_office(frozen: FrozenTables, golden_day: Close) -> None:
    letters = letters_of(frozen, golden_day)
    (block,) = letters["ubnd.luavang.donglua@thidiem.example"].blocks
    assert isinstance(block, CommuneReport)
    assert (block.registry.code, block.vacant) == ("09203", False)
    warned = block.escalation
    assert warned is not None and warned.lag is not None
    assert warned.lag.short == 58
    assert warned.roadmap_until == datetime(2025, 3, 16, tzinfo=frozen.plan.rules.campaign.timezone)


def test_an_address_of_two_roles_has_one_letter(frozen: FrozenTables, golden_day: Close) -> None:
    """Khe Xa's posts are vacant: its mail goes to the district head, into the district's letter."""
    letters = letters_of(frozen, golden_day)
    assert len(letters) == 13, "the Department's, three districts', eight communes' and the data team's"
    report, own, block = letters["ubnd.nuixa@thidiem.example"].blocks
    assert isinstance(report, DistrictReport)
    assert isinstance(own, CommuneReport) and isinstance(block, CommuneReport)
    assert (own.registry.code, own.vacant) == ("093", False)
    assert (block.registry.code, block.vacant) == ("09303", True)


def test_addresses_that_differ_in_case_only_are_one(frozen: FrozenTables, golden_day: Close) -> None:
    frozen.conn.execute(text("update ladder.step set told_address = upper(told_address)"))
    letters = letters_of(frozen, golden_day)
    assert len(letters) == 13
    assert len(letters["ubnd.nuixa@thidiem.example"].blocks) == 3


def test_the_head_says_against_what_and_how_much(frozen: FrozenTables, golden_day: Close) -> None:
    head = letters_of(frozen, golden_day)[DESK].head
    assert (head.read, head.expected, head.not_configured, head.ledger_read) == (11, 12, 0, True)
    assert head.baseline_title == frozen.plan.baselines["plan37"].title
    assert (head.day_number, head.days, head.run_id) == (5, 20, "2025-03-05-1")
    assert head.as_of.isoformat() == "2025-03-05T18:00:00+07:00"


def test_no_ledger_no_received_anywhere(frozen: FrozenTables) -> None:
    close = frozen.close("2025-03-05", ledger_reading_id=None)
    frozen.registry(close, "09101", (400, None), (40, None))
    frozen.registry(close, "09102", (10, None), (1, None))
    report = province(frozen, close)
    assert report.province.received == Total(None, 0, 2)
    assert report.province.entered == Total(410, 2, 2)
    assert [band.by_received for band in report.bands] == [None] * 5


def test_nobody_is_called_late_before_the_plans_day(frozen: FrozenTables) -> None:
    close = frozen.close("2025-03-02")
    frozen.registry(close, "09203", (0, 0))
    frozen.flag(close, "09203", quota=215, done=0, due=20, needed_per_day=15)
    frozen.insert("ladder.evening", close_key=close.key, judged=1, flagged=1, newly=1, verdict="too early")
    report = province(frozen, close)
    assert (report.laggards.verdict, report.laggards.registries) == ("too early", ())
    assert report.province.behind == 0


def test_registries_without_a_connection_are_told_apart(frozen: FrozenTables) -> None:
    close = frozen.close("2025-03-05")
    frozen.registry(close, "09101", (1, 1))
    frozen.registry(close, "09102", (None, None), (None, None), outcome="not_configured")
    letter = letters_of(frozen, close)[DESK]
    (block,) = letter.blocks
    assert isinstance(block, ProvinceReport)
    assert (block.unread, block.not_configured) == ((), ("Phường 2, thành phố Sông Mơ",))
    assert (letter.head.read, letter.head.expected, letter.head.not_configured) == (1, 2, 1)


def test_a_held_day_is_a_page_to_the_department_and_one_to_the_data_team(
    frozen: FrozenTables, golden_day: Close
) -> None:
    frozen.conn.execute(
        text("update closing.close set state = 'held', held_why = 'lệch 3' where close_key = '2025-03-05'")
    )
    letter, team = write_letters(frozen.conn, frozen.plan, frozen.calendar, golden_day)
    assert (letter.address, letter.blocks) == (DESK, (HeldNotice("lệch 3"),))
    assert [(block.kind, block.held_why) for block in team.blocks if isinstance(block, OperationsBlock)] == [
        ("operations", "lệch 3")
    ]


def test_a_baseline_that_does_not_foot_is_shown_as_such(frozen: FrozenTables) -> None:
    close = frozen.close("2025-03-05", baseline="stp-2025-03-01")
    frozen.registry(close, "09101", (1, 1))
    report = province(frozen, close)
    assert (report.areas_quota, report.printed_total) == (1950, 1960)


def test_a_close_that_was_never_opened(frozen: FrozenTables) -> None:
    with pytest.raises(LookupError, match="2025-03-07"):
        write_letters(frozen.conn, frozen.plan, frozen.calendar, frozen.calendar.close("2025-03-07"))


class TestRestatements:
    """What changed in earlier closes since the last report, and in that report only."""

    def restate(self, frozen: FrozenTables, day: str, at: datetime, old: int | None, new: int, why: str) -> None:
        frozen.insert(
            "closing.restatement",
            close_key=day,
            registry_code="09101",
            register="KS",
            phase=2,
            figure="entered",
            old=old,
            new=new,
            why=why,
            restated_at=at,
            run_id="x",
        )

    def mailed(self, frozen: FrozenTables, close: Close) -> None:
        frozen.insert(
            "mail.message",
            message_key=close.key,
            close_key=close.key,
            kind="daily",
            address="a@b.example",
            office="",
            message_id="",
            subject="",
            html="",
            plain="",
            queued_at=close.as_of,
        )

    @pytest.fixture
    def days(self, frozen: FrozenTables) -> list[Close]:
        closes = [frozen.close(f"2025-03-0{day}") for day in (3, 4, 5)]
        for close in closes:
            frozen.registry(close, "09101", (1, 1))
        return closes

    def test_told_once_in_the_next_report(self, frozen: FrozenTables, days: list[Close]) -> None:
        first, second, third = days
        self.mailed(frozen, first)
        self.restate(frozen, "2025-03-03", first.as_of + timedelta(hours=3), 500, 488, "source changed")
        (told,) = province(frozen, second).restatements
        assert (told.day, told.registry) == (date(2025, 3, 3), "Phường 1, thành phố Sông Mơ")
        assert [(change.figure, change.new - change.old) for change in told.changes] == [("entered", -12)]
        self.mailed(frozen, second)
        assert province(frozen, third).restatements == ()

    def test_a_day_without_a_report_hands_them_on(self, frozen: FrozenTables, days: list[Close]) -> None:
        """After an outage only the newest day is mailed: it tells what the days between had to tell."""
        first, _, third = days
        self.mailed(frozen, first)
        self.restate(frozen, "2025-03-03", first.as_of + timedelta(hours=3), 500, 488, "source changed")
        assert len(province(frozen, third).restatements) == 1

    def test_several_changes_of_one_figure_are_one(self, frozen: FrozenTables, days: list[Close]) -> None:
        first, second, _ = days
        self.restate(frozen, "2025-03-03", first.as_of + timedelta(hours=1), 500, 488, "source changed")
        self.restate(frozen, "2025-03-03", first.as_of + timedelta(hours=2), 488, 495, "source changed")
        (told,) = province(frozen, second).restatements
        assert told.changes[0].new - told.changes[0].old == -5

    def test_a_change_that_was_taken_back_is_none(self, frozen: FrozenTables, days: list[Close]) -> None:
        first, second, _ = days
        self.restate(frozen, "2025-03-03", first.as_of + timedelta(hours=1), 500, 488, "source changed")
        self.restate(frozen, "2025-03-03", first.as_of + timedelta(hours=2), 488, 500, "source changed")
        assert province(frozen, second).restatements == ()

    def test_old_and_new_are_the_registrys_sums(self, frozen: FrozenTables, days: list[Close]) -> None:
        """Other registers are in both sums, books of the earlier phase are not; what changes later is not known yet."""
        first, second, _ = days
        for register, phase, entered in (("KT", 2, 40), ("KS", 1, 7000)):
            frozen.insert(
                "closing.figure",
                close_key="2025-03-03",
                registry_code="09101",
                register=register,
                phase=phase,
                entered=entered,
            )
        self.restate(frozen, "2025-03-03", first.as_of + timedelta(hours=3), 500, 488, "source changed")
        self.restate(frozen, "2025-03-03", second.as_of + timedelta(hours=3), 488, 480, "source changed")
        (told,) = province(frozen, second).restatements
        assert [(change.old, change.new, change.counted) for change in told.changes] == [(540, 528, True)]
        assert told.found_at == first.as_of + timedelta(hours=3)

    def test_late_data_name_the_registries(self, frozen: FrozenTables, days: list[Close]) -> None:
        first, second, _ = days
        self.restate(frozen, "2025-03-03", first.as_of + timedelta(hours=3), None, 300, "late data")
        report = province(frozen, second)
        assert report.restatements == ()
        assert [late.registries for late in report.late_data] == [("Phường 1, thành phố Sông Mơ",)]


class TestTwoLevels:
    """Communes directly under the province: no district in between, and nobody to write to there."""

    @pytest.fixture
    def small_plan(self) -> Plan:
        return load_plan(Path(__file__).parents[1] / "plans" / "two_levels")

    def test_each_head_has_its_own_registrys_mail(self, frozen: FrozenTables, campaign_conn: Connection) -> None:
        close = frozen.close("2025-07-05")
        for registry in frozen.plan.registries:
            frozen.registry(close, registry.code, (5, 3))
        letter, *others, team = write_letters(campaign_conn, frozen.plan, frozen.calendar, close)
        assert [block.kind for block in team.blocks] == ["operations"]
        assert {block.kind for other in others for block in other.blocks} == {"commune"}
        assert sum(len(other.blocks) for other in others) == len(frozen.plan.registries)
        (block,) = letter.blocks
        assert isinstance(block, ProvinceReport)
        assert {area.code for area in block.areas} == {registry.code for registry in frozen.plan.registries}
        assert block.province.entered.value == 5 * len(frozen.plan.registries)


@given(st.lists(st.one_of(st.none(), st.integers(0, 10**6))))
def test_a_sum_counts_what_it_covers(figures: list[int | None]) -> None:
    total = Total.of(figures)
    known = [figure for figure in figures if figure is not None]
    assert total.covered + figures.count(None) == total.expected == len(figures)
    assert total.value == (sum(known) if known else None)
    assert total.partial == (0 < len(known) < len(figures))


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_every_share_is_in_the_band_it_says(done: int, quota: int) -> None:
    percent = 100 * done / quota
    match band(done, quota):
        case "full":
            assert done >= quota
        case "under_100":
            assert 50 <= percent < 100
        case "under_50":
            assert 10 <= percent < 50
        case "under_10":
            assert 0 < percent < 10
        case other:
            assert (other, done) == ("not_started", 0)
