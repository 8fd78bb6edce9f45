"""All papers of a day in a folder: complete, listed, and nothing in the campaign database is changed by it."""

from __future__ import annotations

from pathlib import Path

import pytest

from include.campaign.editions import folder
from include.campaign.editions.folder import write_folder
from include.campaign.editions.rendering import Made, make_one
from include.campaign.report import Letter, write_letters
from tests.campaign.papers.edition_scene import DESK, EditionScene

DAY = "2025-03-05"


def written(editions: EditionScene, out: Path) -> list[folder.Filed]:
    plan, calendar = editions.frozen.plan, editions.frozen.calendar
    return write_folder(editions.conn, plan, calendar, calendar.close(DAY), out)


def test_every_reader_s_paper_lies_there_with_its_files(editions: EditionScene, tmp_path: Path) -> None:
    close = editions.close(DAY)
    filed = written(editions, tmp_path)
    letters = write_letters(editions.conn, editions.frozen.plan, editions.frozen.calendar, close)
    assert [one.address for one in filed] == [letter.address for letter in letters]
    index = (tmp_path / "index.html").read_text(encoding="utf-8")
    for one in filed:
        assert one.address in index and one.folder in index
        for name in one.files:
            assert (tmp_path / one.folder / name).stat().st_size > 0
    desk = tmp_path / filed[0].folder
    assert {path.suffix for path in desk.iterdir()} >= {".html", ".txt", ".png", ".xlsx", ".docx", ".pdf"}
    page = (desk / "mail.html").read_text(encoding="utf-8")
    assert "cid:" not in page
    for picture in desk.glob("*.png"):
        assert picture.name in page
    assert editions.rows("select 1 from mail.message") == []


def test_of_a_held_day_the_page_and_the_report_that_waits(editions: EditionScene, tmp_path: Path) -> None:
    editions.close(DAY, held=True)
    to_desk = [one.folder for one in written(editions, tmp_path) if one.address == DESK]
    assert [name.partition("-")[2] for name in to_desk] == ["held-sotuphap", "province-sotuphap"]


def test_what_the_outbox_has_beside_is_written_as_it_was_posted(editions: EditionScene, tmp_path: Path) -> None:
    editions.close("2025-03-04")
    editions.publish("2025-03-04")
    editions.run("update closing.progress set entered = 1000 where registry_code = '09101'")
    editions.close(DAY)
    editions.publish(DAY)
    filed = written(editions, tmp_path)
    [one] = [one for one in filed if one.address == DESK and "correction" in one.folder]
    assert one.subject.startswith("ĐÍNH CHÍNH")


def test_what_cannot_be_made_is_named_and_the_others_are_written(
    editions: EditionScene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fragile(letter: Letter) -> Made:
        return make_one(letter) if letter.address != DESK else Made(letter, None, "hỏng")

    editions.close(DAY)
    monkeypatch.setattr(folder, "make_one", fragile)
    filed = written(editions, tmp_path)
    assert [(one.address, one.why) for one in filed if not one.files] == [(DESK, "hỏng")]
    assert "Không lập được:</b> hỏng" in (tmp_path / "index.html").read_text(encoding="utf-8")
