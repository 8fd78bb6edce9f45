"""The public bulletin: what it tells and leaves out, how it is let go, and that it does not change afterwards."""

from __future__ import annotations

import argparse
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from include.campaign.bulletin import Refused, draft, editions, files_of, fill, release, withdraw
from include.campaign.bulletin.content import bulletin_of
from include.campaign.bulletin.suppress import Mark
from include.campaign.days import Calendar, Close
from include.campaign.desk import bulletin as command
from include.campaign.desk.command import Desk, DeskError
from include.campaign.endpoint import Endpoint
from include.campaign.plan import Plan
from include.campaign.report.frozen import read_day
from include.campaign.warehouse import engine
from tests.campaign.conftest import FrozenTables
from tests.campaign.played import Played

NOW = datetime(2025, 3, 5, 12, tzinfo=UTC)


def drafted(frozen: FrozenTables, close: Close, plan: Plan | None = None) -> int | None:
    return draft(frozen.conn, plan or frozen.plan, frozen.calendar, close, NOW, "run")


def newest(frozen: FrozenTables, close: Close) -> dict[str, bytes]:
    return files_of(frozen.conn, editions(frozen.conn, close)[-1]["edition_id"])


def cells(files: dict[str, bytes]) -> dict[tuple[str, str], tuple[str, str]]:
    """Value and note of the CSV by code and figure."""
    (content,) = (content for name, content in files.items() if name.endswith(".csv"))
    assert content.startswith("\ufeff".encode())
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    return {(row["Mã"], row["Chỉ tiêu nào"]): (row["Giá trị"], row["Ghi chú"]) for row in rows}


def words(page: bytes) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.decode()).split())


def test_sums_of_the_day_are_those_of_the_papers(frozen: FrozenTables, golden_day: Close) -> None:
    assert drafted(frozen, golden_day) == 1
    files = newest(frozen, golden_day)
    assert sorted(files) == ["2025-03-05.csv", "2025-03-05.en.html", "2025-03-05.html"]
    told = cells(files)
    assert told["09", "Đã nhập"] == ("1264", "11/12 đơn vị có số liệu")
    assert told["09", "Bộ đã tiếp nhận"][0] == "1065"
    page = words(files["2025-03-05.html"])
    assert "Đã nhập 1.264 42,1 % chỉ tiêu 11/12 đơn vị có số liệu" in page
    english = words(files["2025-03-05.en.html"])
    assert "Entered 1,264 42.1% of the target" in english


def test_no_commune_is_named_unless_the_plan_says_so(frozen: FrozenTables, golden_day: Close) -> None:
    communes = [frozen.plan.short_name(unit.code) for unit in frozen.plan.units_at("commune")]
    drafted(frozen, golden_day)
    everything = b" ".join(newest(frozen, golden_day).values()).decode()
    assert not [name for name in communes if name in everything]
    rules = frozen.plan.rules
    naming = replace(
        frozen.plan,
        rules=rules.model_copy(update={"bulletin": rules.bulletin.model_copy(update={"name_communes": True})}),
    )
    assert drafted(frozen, golden_day, naming) == 2
    page = newest(frozen, golden_day)["2025-03-05-2.html"].decode()
    assert [name for name in communes if name in page] == communes


def test_a_small_band_is_left_out_with_what_would_give_it_away(frozen: FrozenTables, golden_day: Close) -> None:
    day = read_day(frozen.conn, frozen.plan, frozen.calendar, golden_day)
    bulletin = bulletin_of(frozen.conn, frozen.plan, golden_day, day)
    told = {band.name: band.by_entered for band in bulletin.bands}
    assert bulletin.units == 9
    assert Mark.SMALL in told.values()
    missing = told.pop("no_data")
    assert missing == sum(registry.quota is not None and registry.entered is None for registry in day.registries)
    assert all(value in (0, Mark.SMALL, Mark.WITHHELD) or value >= 5 for value in told.values())
    drafted(frozen, golden_day)
    page = words(newest(frozen, golden_day)["2025-03-05.html"])
    assert "dưới 5" in page and "Số từ 1 đến 4 ghi “dưới 5”" in page


def test_what_is_not_known_is_no_zero(frozen: FrozenTables) -> None:
    close = frozen.close("2025-03-05", ledger_reading_id=None, state="gaps")
    for registry in frozen.plan.registries:
        frozen.registry(close, registry.code, (None, None), (None, None), outcome="unreachable")
    drafted(frozen, close)
    told = cells(newest(frozen, close))
    assert told["09", "Đã nhập"] == ("", "chưa có số liệu")
    page = words(newest(frozen, close)["2025-03-05.html"])
    assert "Đã nhập chưa có số liệu" in page
    assert "Chưa có số liệu 9 9" in page


def test_a_day_that_is_held_has_no_bulletin(frozen: FrozenTables) -> None:
    assert drafted(frozen, frozen.close("2025-03-05", state="held", held_why="sums")) is None
    assert editions(frozen.conn) == []


def test_the_same_figures_are_drafted_once_and_equal_bytes_come_of_them(
    frozen: FrozenTables, golden_day: Close
) -> None:
    drafted(frozen, golden_day)
    assert drafted(frozen, golden_day) is None
    before = newest(frozen, golden_day)
    frozen.conn.execute(text("delete from bulletin.file"))
    frozen.conn.execute(text("delete from bulletin.edition"))
    drafted(frozen, golden_day)
    assert newest(frozen, golden_day) == before


def change(frozen: FrozenTables) -> None:
    frozen.conn.execute(
        text("update closing.progress set entered = entered + 30 where registry_code = '09101' and baseline = 'plan37'")
    )


def test_nothing_goes_out_before_it_is_released(frozen: FrozenTables, golden_day: Close, tmp_path: Path) -> None:
    drafted(frozen, golden_day)
    shelve(frozen, tmp_path)
    assert not [path.name for path in tmp_path.iterdir() if path.name.startswith("2025")]
    release(frozen.conn, golden_day, "Trần Thị Mơ", NOW)
    shelve(frozen, tmp_path)
    files = newest(frozen, golden_day)
    assert {name: (tmp_path / name).read_bytes() for name in files} == files
    assert (tmp_path / "index.html").read_bytes() == files["2025-03-05.html"]
    assert (tmp_path / "index.en.html").read_bytes() == files["2025-03-05.en.html"]
    assert (tmp_path / "index.html").stat().st_mode & 0o777 == 0o644
    assert [(row["released_by"], row["released_at"]) for row in editions(frozen.conn)] == [("Trần Thị Mơ", NOW)]


def shelve(frozen: FrozenTables, folder: Path) -> list[str]:
    rules = frozen.plan.rules
    return fill(frozen.conn, folder, rules.mail.sender_name, rules.campaign.timezone)


def test_a_released_bulletin_stays_and_a_correction_says_so(
    frozen: FrozenTables, golden_day: Close, tmp_path: Path
) -> None:
    drafted(frozen, golden_day)
    release(frozen.conn, golden_day, "A", NOW)
    shelve(frozen, tmp_path)
    first = (tmp_path / "2025-03-05.html").read_bytes()
    change(frozen)
    assert drafted(frozen, golden_day) == 2
    assert "thay bản số 1 của cùng ngày" in words(newest(frozen, golden_day)["2025-03-05-2.html"])
    assert shelve(frozen, tmp_path) == []
    release(frozen.conn, golden_day, "B", NOW)
    shelve(frozen, tmp_path)
    assert (tmp_path / "2025-03-05.html").read_bytes() == first
    assert (tmp_path / "index.html").read_bytes() == newest(frozen, golden_day)["2025-03-05-2.html"]
    feed = list(csv.reader(io.StringIO((tmp_path / "feed.csv").read_text(encoding="utf-8-sig"))))
    assert [(row[3], row[4]) for row in feed[1:]] == [
        ("2025-03-05-2.html", "2025-03-05-2.csv"),
        ("2025-03-05.html", "2025-03-05.csv"),
    ]


def test_a_draft_that_was_never_released_is_no_correction(frozen: FrozenTables, golden_day: Close) -> None:
    drafted(frozen, golden_day)
    change(frozen)
    assert drafted(frozen, golden_day) == 2
    assert "thay bản số" not in words(newest(frozen, golden_day)["2025-03-05-2.html"])


def test_the_newest_day_is_the_index_whatever_is_released_last(
    frozen: FrozenTables, golden_day: Close, tmp_path: Path
) -> None:
    before = frozen.calendar.close("2025-03-04")
    drafted(frozen, golden_day)
    drafted(frozen, before)
    release(frozen.conn, golden_day, "A", NOW)
    release(frozen.conn, before, "A", NOW)
    shelve(frozen, tmp_path)
    assert (tmp_path / "index.html").read_bytes() == (tmp_path / "2025-03-05.html").read_bytes()


def test_what_is_withdrawn_gives_way_to_a_notice(frozen: FrozenTables, golden_day: Close, tmp_path: Path) -> None:
    drafted(frozen, golden_day)
    release(frozen.conn, golden_day, "A", NOW)
    shelve(frozen, tmp_path)
    withdraw(frozen.conn, golden_day, "B", "Số liệu <một> xã chưa được kiểm tra", NOW)
    shelve(frozen, tmp_path)
    page = (tmp_path / "2025-03-05.html").read_text(encoding="utf-8")
    assert "Số liệu &lt;một&gt; xã chưa được kiểm tra" in page and "1.264" not in page
    assert not (tmp_path / "2025-03-05.csv").exists()
    assert (tmp_path / "index.html").read_bytes() == (tmp_path / "luu-tru.html").read_bytes()
    assert drafted(frozen, golden_day) is None
    assert draft(frozen.conn, frozen.plan, frozen.calendar, golden_day, NOW, "desk", anew=True) == 2
    assert "thay bản số 1" in words(newest(frozen, golden_day)["2025-03-05-2.html"])


def test_what_was_decided_is_not_decided_again(frozen: FrozenTables, golden_day: Close) -> None:
    with pytest.raises(Refused, match="is drafted"):
        release(frozen.conn, golden_day, "A", NOW)
    drafted(frozen, golden_day)
    with pytest.raises(Refused, match="named"):
        release(frozen.conn, golden_day, " ", NOW)
    release(frozen.conn, golden_day, "A", NOW)
    with pytest.raises(Refused, match="released by A already"):
        release(frozen.conn, golden_day, "B", NOW)
    with pytest.raises(Refused, match="reason"):
        withdraw(frozen.conn, golden_day, "B", " ", NOW)
    withdraw(frozen.conn, golden_day, "B", "x", NOW)
    with pytest.raises(Refused, match="withdrawn by B already"):
        release(frozen.conn, golden_day, "B", NOW)


def test_names_are_text_whatever_they_hold(frozen: FrozenTables, golden_day: Close) -> None:
    frozen.conn.execute(text("update plan.unit set full_name = '=<b>Sông Mơ</b>' where code = '091'"))
    drafted(frozen, golden_day)
    files = newest(frozen, golden_day)
    assert b"<b>S" not in files["2025-03-05.html"] and "=&lt;b&gt;Sông".encode() in files["2025-03-05.html"]
    assert ",'=<b>Sông Mơ</b>,".encode() in files["2025-03-05.csv"]


def test_a_page_needs_nothing_else(frozen: FrozenTables, golden_day: Close) -> None:
    drafted(frozen, golden_day)
    for name, content in newest(frozen, golden_day).items():
        if name.endswith(".html"):
            assert b"<script" not in content and b"http" not in content and b"src=" not in content
            assert b"<svg" in content and b"aria-label" in content
            assert len(content) < 30_000


@pytest.mark.parametrize("key", ["2025-03-01", "2025-03-10", "2025-03-20-final"])
def test_over_the_campaign_sums_are_the_truth(played: Played, key: str) -> None:
    """Entered and received of phase 2, as the made-up province counts them itself, where all could be read."""
    close = next(one for one in Calendar(played.plan.rules).closes() if one.key == key)
    with engine(played.campaign).connect() as conn:
        day = read_day(conn, played.plan, Calendar(played.plan.rules), close)
        bulletin = bulletin_of(conn, played.plan, close, day)
        conn.rollback()
    with played.server.connect("truth") as truth:
        rows = truth.execute(
            "select registry_code, sum(entered)::int, sum(received)::int from truth.figure"
            " where close_key = %s and phase = 2 group by 1",
            [key],
        ).fetchall()
    known = {registry.code for registry in day.registries if registry.entered is not None}
    sums = [sum(row[place] for row in rows if place == 2 or row[0] in known) for place in (1, 2)]
    for figure, expected in zip((bulletin.total.entered, bulletin.total.received), sums, strict=True):
        assert figure == expected or isinstance(figure, Mark)
    assert bulletin.total.entered_from == len(known)


@pytest.fixture
def desk(
    campaign_db: Endpoint, small_plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Desk, Path]]:
    """A desk whose database holds one closed day with nobody read, and its public folder."""
    with engine(campaign_db).begin() as conn:
        frozen = FrozenTables(conn, small_plan)
        close = frozen.close("2025-03-05")
        for registry in small_plan.registries:
            frozen.registry(close, registry.code, (40, 30))
    monkeypatch.setenv("CAMPAIGN_BULLETIN", str(tmp_path / "public"))
    yield Desk(engine(campaign_db), small_plan, io.StringIO()), tmp_path / "public"


def ask(desk: Desk, *arguments: str) -> str:
    parser = argparse.ArgumentParser()
    command.add(parser.add_subparsers())
    given = parser.parse_args(["bulletin", *arguments])
    out = io.StringIO()
    given.run(replace(desk, out=out), given)
    return out.getvalue()


def test_the_desk_releases_and_withdraws(desk: tuple[Desk, Path], tmp_path: Path) -> None:
    at, public = desk
    with pytest.raises(DeskError, match="no bulletin"):
        ask(at, "release", "2025-03-05", "--by", "A")
    assert "edition 1 of 2025-03-05 is drafted" in ask(at, "draft", "2025-03-05")
    assert "nothing new" in ask(at, "draft", "2025-03-05")
    ask(at, "show", "2025-03-05", "--out", str(tmp_path / "seen"))
    assert (tmp_path / "seen" / "2025-03-05.html").exists() and not public.exists()
    assert "is released by Lê Văn Đồng" in ask(at, "release", "2025-03-05", "--by", "Lê Văn Đồng")
    assert (public / "index.html").read_bytes() == (tmp_path / "seen" / "2025-03-05.html").read_bytes()
    assert "released" in ask(at, "list") and "Lê Văn Đồng" in ask(at, "list")
    ask(at, "withdraw", "2025-03-05", "--by", "A", "--why", "nhầm ngày")
    assert "nhầm ngày" in (public / "2025-03-05.html").read_text(encoding="utf-8")
    with pytest.raises(DeskError, match="no close"):
        ask(at, "release", "2025-06-01", "--by", "A")
