"""Registries' daily reports of themselves: how they are read, what they are compared with, and what is said of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.campaign.days import Calendar
from include.campaign.endpoint import Endpoint
from include.campaign.plan import Plan
from include.campaign.plan.rules import SelfReports
from include.campaign.reconcile.self_reports import reports_due
from tests.campaign.scene import HOME, OTHER, Scene
from tests.sources import superuser

FIGURES = ("books_scanned", "entries_entered", "entries_reviewed", "entries_transferred")


def report(scene: Scene, day: str, submitted: str, *figures: int | None, code: str = HOME) -> None:
    """Hand in a report; figures in the order of FIGURES, what is left out is null."""
    told = [*figures, *[None] * (len(FIGURES) - len(figures))]
    values = ", ".join("null" if one is None else str(one) for one in told)
    scene.registry(
        code,
        f"insert into sohoa.daily_report (report_date, submitted_at, submitted_by, {', '.join(FIGURES)}, difficulties)"
        f" values ('2025-03-{day}', '2025-03-{submitted}+07', 'Cán bộ Mẫu', {values}, 'Máy quét hỏng')",
    )


def entries(scene: Scene, first: int, last: int, entered: str, code: str = HOME) -> None:
    """Entries of book 1 with these ids and numbers, entered at a moment of March."""
    scene.registry(
        code,
        "insert into sohoa.entry (entry_id, book_id, entry_no, entered_at)"
        f" select n, 1, n::text, '2025-03-{entered}+07' from generate_series({first}, {last}) as n",
    )


def verdicts(scene: Scene, key: str = "2025-03-05", code: str = HOME) -> dict[str, str | None]:
    """Day of March → verdict at a close."""
    return dict(
        scene.rows(
            "select to_char(report_date, 'DD'), verdict from closing.self_report"
            f" where close_key = '{key}' and registry_code = '{code}'"
        )
    )


def found(scene: Scene, columns: str, day: str = "05", key: str | None = None, code: str = HOME) -> tuple:
    """Columns of what was found of the report of a day of March."""
    (row,) = scene.rows(
        f"select {columns} from closing.self_report where close_key = '{key or f'2025-03-{day}'}'"
        f" and registry_code = '{code}' and report_date = '2025-03-{day}'"
    )
    return row


@pytest.fixture
def worked(scene: Scene) -> Scene:
    """A registry with one book and 100 entries entered on the morning of the 5th."""
    scene.book(HOME, 1)
    scene.book(OTHER, 1)
    entries(scene, 1, 100, "05 09:00")
    return scene


# ------------------------------------------------------------------------------------------------ verdicts


@pytest.mark.parametrize(
    ("submitted", "figures", "verdict"),
    [
        ("05 16:00", (0, 100, 0, 0), "matches"),
        ("05 16:00", (0, 104, 0, 0), "over"),
        ("05 16:00", (0, 96, 0, 0), "under"),
        ("05 16:00", (0, 96, 4, 0), "over"),
        ("05 16:00", (4, 96, 0, 0), "over"),
        ("05 16:00", (0, 100, 0, 4), "over"),
        ("05 08:00", (0, 100, 0, 0), "over"),
        ("05 16:00", (None, 100, None, None), "matches"),
        ("05 16:00", (None, None, None, None), None),
        ("05 17:59", (0, 100, 0, 0), "matches"),
        ("05 18:00", (0, 100, 0, 0), "matches"),
        ("05 18:01", (0, 100, 0, 0), "late"),
        ("05 18:01", (0, 900, 0, 0), "late"),
    ],
)
def test_verdicts(worked: Scene, submitted: str, figures: tuple[int | None, ...], verdict: str | None) -> None:
    report(worked, "05", submitted, *figures)
    worked.close(now="05 18:10")
    assert verdicts(worked) == {"04": "missing", "05": verdict}


@pytest.mark.parametrize(
    ("measured", "said", "verdict"),
    [
        (100, 103, "matches"),
        (100, 104, "over"),
        (100, 97, "matches"),
        (100, 96, "under"),
        (250, 255, "matches"),
        (250, 256, "over"),
        (250, 245, "matches"),
        (250, 244, "under"),
    ],
)
def test_the_tolerance_is_a_share_or_so_many_cases_whichever_is_more(
    worked: Scene, measured: int, said: int, verdict: str
) -> None:
    """Of 100 cases three fit; of 250 five, which are two in a hundred."""
    entries(worked, 101, measured, "05 10:00")
    report(worked, "05", "05 16:00", 0, said)
    worked.close()
    assert found(worked, "verdict, tolerance_share, tolerance_cases") == (verdict, Decimal("0.02"), 3)


def test_the_opening_balance_is_apart(worked: Scene) -> None:
    """What was done before the first midnight is in no report, and in nothing that a report is compared with."""
    entries(worked, 201, 260, "01 00:00:00")  # the last instant of the opening balance
    worked.registry(HOME, "update sohoa.entry set reviewed_at = '2025-02-20 08:00+07' where entry_id = 1")
    worked.registry(HOME, "update sohoa.entry set reviewed_at = '2025-03-05 11:00+07' where entry_id between 2 and 30")
    worked.registry(HOME, "update sohoa.book set scanned_at = '2025-02-20 08:00+07'")
    for number in range(10):
        worked.receipt(number + 1, HOME, str(number + 1), "05 12:00" if number else "01 00:00:00")
    report(worked, "05", "05 16:00", 0, 100, 29, 9)
    worked.close()
    measured = "measured_books_scanned, measured_entered, measured_reviewed, measured_transferred"
    assert found(worked, f"verdict, {measured}") == ("matches", 0, 100, 29, 9)


def test_measured_is_what_there_was_when_the_report_was_handed_in(worked: Scene) -> None:
    entries(worked, 101, 150, "05 16:30")
    worked.registry(HOME, "update sohoa.book set scanned_at = '2025-03-05 16:00+07'")
    report(worked, "05", "05 16:00", 1, 100, 0, 0)
    worked.close()
    assert found(worked, "verdict, measured_entered, measured_books_scanned") == ("matches", 100, 1)
    assert worked.figure("entered") == (150,)


def test_transferred_is_what_the_ledger_had_at_that_moment(worked: Scene) -> None:
    """Withdrawn since, doubled, withdrawn before, come later: each counts as it stood."""
    worked.receipt(1, HOME, "1", "05 10:00", cancelled="05 17:00")  # withdrawn after the report: stands
    worked.receipt(2, HOME, "2", "05 10:00", cancelled="05 12:00")  # withdrawn before it: does not
    worked.receipt(3, HOME, "3", "05 10:00")
    worked.receipt(4, HOME, "3", "05 11:00")  # doubled: counts once
    worked.receipt(5, HOME, "5", "05 17:00")  # came later
    worked.receipt(6, HOME, "6", "01 00:00:00", cancelled="05 09:00")  # of the opening balance, and sent again
    worked.receipt(7, HOME, "6", "05 10:00")
    worked.receipt(8, HOME, "8", "01 00:00:00", cancelled="05 17:00")  # of the opening balance until after the report
    worked.receipt(9, HOME, "8", "05 10:00")
    report(worked, "05", "05 16:00", 0, 100, 0, 3)
    worked.close()
    assert found(worked, "measured_transferred") == (3,)


def test_a_receipt_that_nobody_can_place_speaks_neither_for_nor_against(worked: Scene) -> None:
    """Books of merged communes carry one key: five receipts, and nobody can say of which five entries of ten."""
    for book_id, opener in ((11, "09111"), (12, "09112")):
        worked.book(HOME, book_id, opened_by=opener, book_no="07")
        for number in range(5):
            worked.entry(HOME, 1000 * book_id + number, book_id, str(number), "05 09:00:00")
    for number in range(5):
        worked.receipt(number + 1, HOME, str(number), "05 10:00", book_no="07")
    columns = "comparison, measured_transferred, doubtful_transferred"
    for day, said, verdict in (("05", 8, "matches"), ("06", 9, "over"), ("07", 0, "matches")):
        report(worked, day, f"{day} 16:00", 0, 110, 0, said)
        worked.close(f"2025-03-{day}")
        assert found(worked, columns, day) == (verdict, 0, 5)


def test_a_report_after_the_cut_off_is_measured_at_its_own_hour(worked: Scene) -> None:
    worked.receipt(1, HOME, "1", "05 10:00")
    worked.receipt(2, HOME, "2", "05 19:00")
    worked.receipt(3, HOME, "2", "05 19:30")
    worked.receipt(4, HOME, "4", "05 22:00")
    worked.receipt(5, HOME, "5", "05 18:30", cancelled="05 19:00")
    entries(worked, 101, 120, "05 19:00")
    report(worked, "05", "05 20:00", 0, 120, 0, 2)
    worked.close(now="05 23:00")
    columns = "verdict, comparison, measured_entered, measured_transferred"
    assert found(worked, columns) == ("late", "matches", 120, 2)


def test_without_the_ledger_nobody_says_too_much_was_transferred(worked: Scene) -> None:
    report(worked, "05", "05 16:00", 0, 100, 0, 90)
    worked.close(ledger=False)
    assert found(worked, "verdict, reported_transferred, measured_transferred") == ("matches", 90, None)


def test_missing_today_is_late_tomorrow(worked: Scene) -> None:
    worked.close()
    report(worked, "05", "05 21:00", 0, 100)
    report(worked, "06", "06 16:00", 0, 100)
    worked.close("2025-03-06")
    assert verdicts(worked) == {"04": "missing", "05": "missing"}, "what was found stays"
    assert verdicts(worked, "2025-03-06") == {"05": "late", "06": "matches"}


def test_a_report_corrected_later_is_judged_anew_the_day_after(worked: Scene) -> None:
    report(worked, "05", "05 16:00", 0, 150)
    worked.close()
    worked.registry(HOME, "update sohoa.daily_report set entries_entered = 100, submitted_at = '2025-03-05 17:30+07'")
    worked.close(now="05 19:00")
    assert found(worked, "verdict, reported_entered") == ("over", 150), "closing again changes nothing"
    worked.close("2025-03-06")
    assert found(worked, "verdict, reported_entered", key="2025-03-06") == ("matches", 100)


# ------------------------------------------------------------------------------------------------ named


def test_over_reporting_is_named_from_the_second_day_in_a_row(worked: Scene) -> None:
    for day, said in (("05", 150), ("06", 160), ("07", 100), ("08", 150), ("09", 150), ("10", 150)):
        report(worked, day, f"{day} 16:00", 0, said)
        worked.close(f"2025-03-{day}")
    in_row = [found(worked, "day_in_row", day)[0] for day in ("05", "06", "07", "08", "09", "10")]
    assert in_row == [1, 2, 0, 1, 2, 3]


def test_a_late_report_that_says_too_much_counts_in_the_row(worked: Scene) -> None:
    """Otherwise who boasts had only to be late."""
    report(worked, "05", "05 20:00", 0, 150)
    worked.close("2025-03-05", now="05 18:05")
    report(worked, "06", "06 16:00", 0, 150)
    worked.close("2025-03-06")
    assert found(worked, "verdict, day_in_row", "05", key="2025-03-06") == ("late", 1)
    assert found(worked, "verdict, day_in_row", "06") == ("over", 2)


def test_a_day_without_a_report_breaks_the_row(worked: Scene) -> None:
    report(worked, "05", "05 16:00", 0, 150)
    worked.close("2025-03-05")
    worked.close("2025-03-06")
    report(worked, "07", "07 16:00", 0, 150)
    worked.close("2025-03-07")
    assert found(worked, "day_in_row", "07") == (1,)


# ------------------------------------------------------------------------------------------------ who is judged


def test_an_unread_registry_has_no_verdict_until_it_is_read(worked: Scene) -> None:
    report(worked, "05", "05 16:00", 0, 150)
    worked.close(unread=(HOME,))
    assert verdicts(worked) == {}
    assert verdicts(worked, code=OTHER) == {"04": "missing", "05": "missing"}
    report(worked, "06", "06 16:00", 0, 150)
    worked.close("2025-03-06")
    worked.close("2025-03-05", now="06 20:00", unread=(HOME, OTHER), ledger=False)  # as settling does
    assert verdicts(worked) == {"04": "missing", "05": "over"}
    assert verdicts(worked, code=OTHER) == {"04": "missing", "05": "missing"}


def test_the_first_day_has_no_day_before(worked: Scene) -> None:
    worked.close("2025-03-01")
    assert verdicts(worked, "2025-03-01") == {"01": "missing"}


def test_the_final_close_judges_the_last_two_days(worked: Scene) -> None:
    worked.close("2025-03-20")
    report(worked, "20", "20 21:00", 0, 100)
    worked.close("2025-03-20-final")
    assert verdicts(worked, "2025-03-20") == {"19": "missing", "20": "missing"}
    assert verdicts(worked, "2025-03-20-final") == {"19": "missing", "20": "late"}


@pytest.mark.parametrize(
    ("due", "grace", "day", "judged"),
    [
        ("17:00", 60, "2025-03-05", {"04": "18:00", "05": "18:00"}),
        ("17:00", 61, "2025-03-05", {"04": "18:01"}),
        ("17:00", 61, "final", {"19": "18:01", "20": "18:01"}),
        ("12:30", 0, "2025-03-01", {"01": "12:30"}),
        ("17:00", 60, "2025-03-21", {"20": "18:00"}),
        ("17:00", 60, "2025-03-22", {}),
    ],
)
def test_nobody_is_called_missing_before_the_time_is_up(
    small_plan: Plan, due: str, grace: int, day: str, judged: dict[str, str]
) -> None:
    expected = SelfReports.model_validate({"due": due, "grace_minutes": grace})
    rules = small_plan.rules.model_copy(update={"self_reports": expected})
    instants = reports_due(rules, Calendar(rules).close(day))
    assert {f"{of:%d}": f"{instant:%H:%M}" for of, instant in instants.items()} == judged


def test_a_grace_beyond_midnight(small_plan: Plan) -> None:
    rules = small_plan.rules.model_copy(update={"self_reports": SelfReports(grace_minutes=8 * 60)})
    instants = reports_due(rules, Calendar(rules).close("2025-03-05"))
    assert list(instants) == [date(2025, 3, 4)]
    assert instants[date(2025, 3, 4)].astimezone(rules.campaign.timezone).hour == 1


# ------------------------------------------------------------------------------------------------ the rule itself


@pytest.fixture(scope="module")
def judge(pg_server: Endpoint, campaign_template: str):
    """`closing.compare_figure` of a migrated database."""
    with superuser(pg_server) as conn:
        conn.execute(f"create database self_report_rule template {campaign_template}")
    with superuser(replace(pg_server, database="self_report_rule")) as conn:

        def compare(*values: object) -> str | None:
            row = conn.execute("select closing.compare_figure(%s, %s, %s, %s::numeric, %s)", values).fetchone()
            return row[0] if row else None

        yield compare
    with superuser(pg_server) as conn:
        conn.execute("drop database self_report_rule with (force)")


@given(
    reported=st.integers(0, 2_000_000),
    measured=st.integers(0, 2_000_000),
    doubtful=st.integers(0, 1_000),
    percent=st.integers(0, 100),
    cases=st.integers(0, 50),
)
def test_a_figure_fits_within_the_larger_of_both_tolerances(
    judge, reported: int, measured: int, doubtful: int, percent: int, cases: int
) -> None:
    """And a report may count what is doubtful or leave it out."""
    verdict = judge(reported, measured, doubtful, percent / 100, cases)
    nearest = min(max(reported, measured), measured + doubtful)
    off = reported - nearest
    fits = abs(off) <= cases or 100 * abs(off) <= percent * measured
    assert verdict == ("matches" if fits else "over" if off > 0 else "under")


@given(measured=st.integers(0, 100_000), off=st.integers(0, 5_000))
def test_more_is_never_judged_milder(judge, measured: int, off: int) -> None:
    order = ["under", "matches", "over"]
    ranks = [order.index(judge(max(measured + by, 0), measured, 0, 0.02, 3)) for by in (-off - 1, -off, off, off + 1)]
    assert ranks == sorted(ranks)


def test_what_is_not_known_is_not_compared(judge) -> None:
    assert judge(None, 5, 0, 0.02, 3) is None
    assert judge(5, None, 0, 0.02, 3) is None


def test_due_is_a_day_of_the_campaign(small_plan: Plan) -> None:
    calendar = Calendar(small_plan.rules)
    first = small_plan.rules.campaign.first_day
    for close in calendar.closes():
        days = reports_due(small_plan.rules, close)
        assert all(first <= day <= small_plan.rules.campaign.last_day for day in days)
        assert close.day in days
        assert (close.day - timedelta(days=1) in days) == (close.day > first)
