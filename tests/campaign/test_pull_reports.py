"""Reading registries' daily reports of themselves into the mirror: versions are kept, what is lacking is named."""

from __future__ import annotations

import pytest

from tests.campaign.scene import HOME, OTHER, Scene
from tests.campaign.test_self_reports import entries, found, report, verdicts


@pytest.fixture
def worked(scene: Scene) -> Scene:
    """A registry with one book and 100 entries entered on the morning of the 5th."""
    scene.book(HOME, 1)
    scene.book(OTHER, 1)
    entries(scene, 1, 100, "05 09:00")
    return scene


def mirrored(scene: Scene) -> list[tuple]:
    return scene.rows(
        "select to_char(report_date, 'DD'), entries_entered, difficulties from mirror.daily_report"
        f" where registry_code = '{HOME}' order by 1"
    )


def test_reports_are_mirrored_with_what_they_replaced(worked: Scene) -> None:
    report(worked, "04", "04 16:00", 0, 90)
    report(worked, "05", "05 16:00", 0, 100)
    worked.close()
    assert mirrored(worked) == [("04", 90, "Máy quét hỏng"), ("05", 100, "Máy quét hỏng")]
    worked.registry(HOME, "update sohoa.daily_report set entries_entered = 95 where report_date = '2025-03-05'")
    worked.registry(HOME, "delete from sohoa.daily_report where report_date = '2025-03-04'")
    worked.close("2025-03-06")
    assert mirrored(worked) == [("05", 95, "Máy quét hỏng")]
    past = worked.rows("select to_char(report_date, 'DD'), entries_entered from mirror.daily_report_past order by 1")
    assert past == [("04", 90), ("05", 100)]


def test_an_unchanged_report_keeps_its_version(worked: Scene) -> None:
    report(worked, "05", "05 16:00", 0, 100)
    worked.close()
    before = worked.rows("select * from mirror.daily_report")
    worked.close("2025-03-06")
    assert worked.rows("select * from mirror.daily_report") == before
    assert worked.rows("select * from mirror.daily_report_past") == []


def test_who_handed_it_in_is_never_asked(worked: Scene) -> None:
    report(worked, "05", "05 16:00", 0, 100)
    worked.close()
    columns = {
        name
        for (name,) in worked.rows(
            "select column_name from information_schema.columns where table_name like 'daily_report%'"
        )
    }
    assert "submitted_by" not in columns
    assert "difficulties" in columns


def test_a_registry_without_the_table_is_read_for_the_rest(worked: Scene) -> None:
    report(worked, "04", "04 16:00", 0, 0)
    worked.close("2025-03-04")
    worked.registry(HOME, "drop table sohoa.daily_report")
    worked.close()
    assert worked.figure("entered") == (100,)
    assert verdicts(worked) == {}, "nobody without a table is called missing"
    assert len(mirrored(worked)) == 1, "what is not there now is not therefore gone"
    of_close = f"close_key = '2025-03-05' and registry_code = '{HOME}'"
    read = worked.rows(f"select outcome, lacking from closing.registry_close where {of_close}")
    assert read == [("partial", ["daily_report"])]
    assert verdicts(worked, code=OTHER) == {"04": "missing", "05": "missing"}


def test_a_figure_whose_column_is_missing_is_not_compared(worked: Scene) -> None:
    report(worked, "05", "05 16:00", 0, 100, 7)
    worked.registry(HOME, "alter table sohoa.daily_report drop column entries_reviewed")
    worked.registry(HOME, "alter table sohoa.daily_report drop column difficulties")
    worked.close()
    assert found(worked, "verdict, reported_entered, reported_reviewed") == ("matches", 100, None)


@pytest.mark.parametrize(
    "change",
    [
        "alter table sohoa.daily_report alter column entries_entered type text using 'nhiều'",
        "alter table sohoa.daily_report alter column scanners type bigint using 4000000000",
        "alter table sohoa.daily_report alter column submitted_at type boolean using true",
    ],
)
def test_a_table_that_holds_no_reports_costs_nothing_else(worked: Scene, change: str) -> None:
    report(worked, "05", "05 16:00", 0, 100)
    worked.registry(HOME, change)
    worked.close()
    assert worked.figure("entered") == (100,)
    assert (mirrored(worked), verdicts(worked)) == ([], {})
    read = worked.rows(f"select outcome, lacking from pull.reading where source_code = '{HOME}'")
    assert read == [("partial", ["daily_report"])]
