"""The daily mail of a registry's head: what it says on which day, in how few words, and never what is not known."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from sqlalchemy import text

from include.campaign.days import Close
from include.campaign.plan import Commitment, Plan
from include.campaign.render import Paper, render
from include.campaign.render.templates import environment, terms
from include.campaign.render.words import Words
from include.campaign.report import CommuneReport, Letter, write_letters
from include.campaign.report.course import Course, course
from include.campaign.report.pace import Finish
from tests.campaign.conftest import FrozenTables
from tests.campaign.papers.conftest import FullDays
from tests.campaign.papers.every_paper import DAYS
from tests.campaign.papers.full_day import PLIGHTS
from tests.campaign.papers.reading import seen, words

pytestmark = pytest.mark.usefixtures("pages_alone")

MOST_WORDS = 150
LOCAL = timezone(timedelta(hours=7))
WARD, VACANT = "ubnd.phuong1.songmo@thidiem.example", "ubnd.nuixa@thidiem.example"


def letters(frozen: FrozenTables, close: Close, plan: Plan | None = None) -> dict[str, Letter]:
    return {one.address: one for one in write_letters(frozen.conn, plan or frozen.plan, frozen.calendar, close)}


def block_of(letter: Letter) -> CommuneReport:
    return next(block for block in letter.blocks if isinstance(block, CommuneReport))


def of_plight(full_days: FullDays, plan: Plan, key: str, plight: str) -> Letter:
    """The letter of the first commune in a plight."""
    codes = [one.code for place, one in enumerate(plan.registries) if PLIGHTS[place % len(PLIGHTS)] == plight]
    found = {
        letter.blocks[0].registry.code: letter
        for letter in full_days(key)
        if isinstance(letter.blocks[0], CommuneReport) and len(letter.blocks) == 1
    }
    return next(found[code] for code in codes if code in found)


def both(paper: Paper) -> tuple[str, str]:
    """The page's words and the text's, alike spaced."""
    return seen(paper.html), " ".join(paper.plain.split())


class TestWhoHasOne:
    """Every registry's head, or who stands in."""

    def test_every_registry_is_told_once(self, full_days: FullDays, province_plan: Plan) -> None:
        told = [
            block.registry.code
            for letter in full_days("2025-03-09")
            for block in letter.blocks
            if isinstance(block, CommuneReport)
        ]
        assert sorted(told) == sorted(registry.code for registry in province_plan.registries)

    def test_a_vacant_post_falls_to_the_district(self, frozen: FrozenTables, golden_day: Close) -> None:
        blocks = [one for one in letters(frozen, golden_day)[VACANT].blocks if isinstance(one, CommuneReport)]
        assert [(one.registry.code, one.vacant) for one in blocks] == [("093", False), ("09303", True)]
        page = seen(render(letters(frozen, golden_day)[VACANT]).html)
        assert "Đơn vị đang khuyết người đứng đầu; kính chuyển để chỉ đạo." in page

    def test_a_held_day_tells_no_head(self, frozen: FrozenTables, golden_day: Close) -> None:
        frozen.conn.execute(text("update closing.close set state = 'held' where close_key = '2025-03-05'"))
        kinds = {block.kind for letter in letters(frozen, golden_day).values() for block in letter.blocks}
        assert "held" in kinds
        assert not kinds & {"commune", "district"}

    def test_what_the_ladder_froze_goes_to_whom_it_named(self, frozen: FrozenTables, golden_day: Close) -> None:
        moved = text(
            "update ladder.step set told_address = 'cu@thidiem.example', told_unit = '092'"
            " where registry_code = '09203'"
        )
        frozen.conn.execute(moved)
        block = block_of(letters(frozen, golden_day)["cu@thidiem.example"])
        assert (block.registry.code, block.vacant) == ("09203", True)


@pytest.mark.parametrize("key", DAYS)
def test_few_words_stand_before_the_table(full_days: FullDays, key: str) -> None:
    counts = {}
    for letter in full_days(key):
        if isinstance(letter.blocks[0], CommuneReport):
            counts[letter.office] = words(seen(render(letter).html, until_table=True))
    assert len(counts) > 100
    assert {office: count for office, count in counts.items() if count > MOST_WORDS} == {}


def test_whatever_is_not_their_fault_fits_too(full_days: FullDays) -> None:
    flagged = [
        letter
        for letter in full_days("2025-03-09")
        if isinstance(letter.blocks[0], CommuneReport) and letter.blocks[0].escalation and letter.blocks[0].excuses
    ]
    assert {excuse.kind for letter in flagged for excuse in block_of(letter).excuses} >= {"difficulty", "force"}
    for letter in flagged:
        block = block_of(letter)
        for first in block.excuses:
            turned = replace(letter, blocks=(replace(block, excuses=(first,)),))
            assert words(seen(render(turned).html, until_table=True)) <= MOST_WORDS, (letter.office, first)


@pytest.mark.parametrize("key", DAYS)
def test_page_and_text_say_the_same(full_days: FullDays, key: str) -> None:
    for letter in full_days(key):
        if isinstance(letter.blocks[0], CommuneReport):
            page, plain = both(render(letter))
            assert set(re.findall(r"\d+(?:[.,]\d+)*", page)) == set(re.findall(r"\d+(?:[.,]\d+)*", plain))


class TestWhatItSays:
    """In each plight, on the day of the hand-made close."""

    def said(self, full_days: FullDays, plan: Plan, plight: str, key: str = "2025-03-09") -> tuple[str, str]:
        return both(render(of_plight(full_days, plan, key, plight)))

    def test_on_track(self, full_days: FullDays, province_plan: Plan) -> None:
        for said in self.said(full_days, province_plan, "on track"):
            assert re.search(
                r"Với tốc độ này nhập xong ngày 13/03, kịp hạn 15/03; cần [\d.]+/ngày, đang làm [\d.]+\.", said
            )
            assert "Cảnh báo" not in said and "Ngày mai nhập ít nhất" in said

    def test_late(self, full_days: FullDays, province_plan: Plan) -> None:
        for said in self.said(full_days, province_plan, "late"):
            assert "nhập xong ngày 19/03, muộn 4 ngày; cần" in said
            assert re.search(r"Cảnh báo: chậm 3,9 ngày ở khâu nhập\. Lần chốt tới còn cảnh báo: báo UBND ", said)

    def test_escalated(self, full_days: FullDays, province_plan: Plan) -> None:
        paper = render(of_plight(full_days, province_plan, "2025-03-09", "escalated"))
        assert paper.subject.startswith("Chậm tiến độ số hóa hộ tịch ngày 09/03/2025: ")
        for said in both(paper):
            assert re.search(r"lần 3, từ 07/03: chậm 3,9 ngày ở khâu nhập", said)
            assert "Tối nay cũng báo UBND " in said
            assert "Lần chốt tới còn cảnh báo: chuyển Sở Tư pháp." in said
            assert re.search(r"Đã nhắc: Ủy ban nhân dân [^;]* \(07/03/2025\)\.", said)
            assert "Khó nhập xong đúng hạn: khả năng kịp hết ngày 15/03/2025: dưới 1 %" in said

    def test_held(self, full_days: FullDays, province_plan: Plan) -> None:
        for said in self.said(full_days, province_plan, "held"):
            assert "Đơn vị đã nhận trách nhiệm: tạm chưa báo lên trên." in said
            assert "Lần chốt tới" not in said

    def test_unread(self, full_days: FullDays, province_plan: Plan) -> None:
        for said in self.said(full_days, province_plan, "unread"):
            assert "không kết nối được từ 09/03/2025. Số gần nhất (18:00 ngày 08/03/2025): đã nhập " in said
            assert "ới tốc độ này" not in said
            assert re.search("hưa có số liệu|HƯA CÓ SỐ LIỆU", said)
            assert "hông đọc được số liệu do mất kết nối" in said

    def test_finished(self, full_days: FullDays, province_plan: Plan) -> None:
        for said in self.said(full_days, province_plan, "finished"):
            assert "Đã nhập xong và Bộ Tư pháp đã tiếp nhận xong." in said

    def test_idle(self, full_days: FullDays, province_plan: Plan) -> None:
        for said in self.said(full_days, province_plan, "idle"):
            assert re.search(r"Cần [\d.]+/ngày để nhập xong ngày 15/03; mấy ngày nay hầu như không nhập thêm\.", said)

    def test_unknown(self, full_days: FullDays, province_plan: Plan) -> None:
        for said in self.said(full_days, province_plan, "unknown"):
            assert "Chưa đủ số liệu để tính tốc độ." in said

    def test_before_the_day_of_judging_nobody_is_warned(self, full_days: FullDays, province_plan: Plan) -> None:
        for plight in PLIGHTS:
            for said in self.said(full_days, province_plan, plight, "2025-03-02"):
                assert "Cảnh báo" not in said

    def test_the_last_day_of_entering_is_today(self, full_days: FullDays, province_plan: Plan) -> None:
        for said in self.said(full_days, province_plan, "on track", "2025-03-15"):
            assert "trước 24:00 hôm nay" in said and "Ngày mai" not in said

    def test_once_entering_is_over_what_is_left_is_asked_for(self, full_days: FullDays, province_plan: Plan) -> None:
        for said in self.said(full_days, province_plan, "late", "2025-03-17"):
            assert re.search(r"Đã quá hạn 15/03, còn [\d.]+ trường hợp\. Với tốc độ này nhập xong ngày 27/03", said)
            assert "Nhập nốt" in said and "cần" not in said.partition("Việc cần làm")[0].partition("Cảnh báo")[0]

    @pytest.mark.parametrize("key", ["2025-03-20-final", "2025-03-22"])
    def test_after_the_end_nobody_is_hurried(self, full_days: FullDays, province_plan: Plan, key: str) -> None:
        for plight in PLIGHTS:
            for said in self.said(full_days, province_plan, plight, key):
                assert not re.search("ới tốc độ này|ngày mai|hạn nhập |lần chốt tới|trước 24:00 hôm nay", said, re.I)

    def test_without_a_quota_there_is_no_percent_and_no_pace(self, frozen: FrozenTables, golden_day: Close) -> None:
        block = next(one for one in letters(frozen, golden_day)[VACANT].blocks if isinstance(one, CommuneReport))
        assert (block.registry.code, block.target, block.course) == ("093", None, None)
        page = seen(render(letters(frozen, golden_day)[VACANT]).html)
        own = page[page.index("Sổ do cấp huyện đăng ký, huyện Núi Xa") : page.index("Xã Khe Xa, huyện Núi Xa")]
        assert "Đơn vị không giao chỉ tiêu. Đã nhập 3, hôm nay 0; Bộ Tư pháp đã tiếp nhận 1." in own
        assert "%" not in own and "tốc độ" not in own

    def test_a_commitment_stands_before_the_quota(self, frozen: FrozenTables, golden_day: Close) -> None:
        promise = Commitment(unit_code="09101", signed_on=date(2025, 2, 26), promised_date=date(2025, 3, 12),
                             promised_cases=800)  # fmt: skip
        block = block_of(letters(frozen, golden_day, replace(frozen.plan, commitments=(promise,)))[WARD])
        assert block.target is not None
        assert (block.target.cases, block.target.by, block.target.promised) == (800, date(2025, 3, 12), True)
        later = promise.model_copy(update={"signed_on": date(2025, 3, 6)})
        block = block_of(letters(frozen, golden_day, replace(frozen.plan, commitments=(later,)))[WARD])
        assert block.target is not None and (block.target.cases, block.target.promised) == (846, False)


class TestCopies:
    """An officer's list, the head in copy."""

    @pytest.fixture
    def listed(self, frozen: FrozenTables, golden_day: Close) -> Close:
        for code in ("09101", "09103"):
            frozen.insert("worklist.item", registry_code=code, entry_id=1, register="KS", opened_year=2004,
                          book_no="01", entry_no="1", error_code="BAD_DATE", sends=1, since=golden_day.as_of,
                          version=1, from_key=golden_day.key)  # fmt: skip
            frozen.insert("closing.worklist_count", close_key=golden_day.key, registry_code=code, entries=1, new=1,
                          done=0, error_code="BAD_DATE", oldest_since=golden_day.as_of)  # fmt: skip
        return golden_day

    def test_the_head_has_it_in_copy(self, frozen: FrozenTables, listed: Close) -> None:
        letter = letters(frozen, listed)["hotich.phuong1.songmo@thidiem.example"]
        assert letter.copies == render(letter).copies == (WARD,)
        assert block_of(letters(frozen, listed)[WARD]).officer_told
        assert "(công chức hộ tịch có danh sách)" in render(letters(frozen, listed)[WARD]).plain

    def test_a_vacant_head_has_no_copy(self, frozen: FrozenTables, listed: Close) -> None:
        assert letters(frozen, listed)["hotich.benmo.songmo@thidiem.example"].copies == ()

    def test_who_is_both_has_one_letter(self, frozen: FrozenTables, listed: Close) -> None:
        contacts = tuple(
            one.model_copy(update={"email": WARD.upper()}) if one.email.startswith("hotich.phuong1.songmo") else one
            for one in frozen.plan.contacts
        )
        letter = letters(frozen, listed, replace(frozen.plan, contacts=contacts))[WARD]
        assert ([block.kind for block in letter.blocks], letter.copies) == (["commune", "worklist"], ())

    def test_nobody_has_a_copy_of_what_is_not_theirs(self, frozen: FrozenTables, listed: Close) -> None:
        """The officer is the district's head, too: the ward's head must not read the district's letter."""
        contacts = tuple(
            one.model_copy(update={"email": "ubnd.songmo@thidiem.example"})
            if one.email.startswith("hotich.phuong1.songmo")
            else one
            for one in frozen.plan.contacts
        )
        letter = letters(frozen, listed, replace(frozen.plan, contacts=contacts))["ubnd.songmo@thidiem.example"]
        assert letter.copies == ()


HOSTILE = [
    "<b>Lúa</b>",
    '"><script>alert(1)</script>',
    "</title><script>x</script>",
    "{{ head }}",
    "a\nb\r\nBcc: c@d.e",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_a_name_holds_is_text(frozen: FrozenTables, golden_day: Close, name: str) -> None:
    frozen.conn.execute(text("update plan.unit set name = :n, full_name = :n where code = '09203'"), {"n": name})
    frozen.conn.execute(text("update ladder.step set told_office = :n"), {"n": name})
    frozen.insert("ladder.difficulty", registry_code="09203", kind=name, owner="line", said=name,
                  opened_on=golden_day.day, opened_key=golden_day.key, last_told_on=golden_day.day, confirmed=True,
                  due_day=golden_day.day)  # fmt: skip
    found = letters(frozen, golden_day)
    paper = render(found["ubnd.luavang.donglua@thidiem.example"])
    shown = " ".join(name.split())
    root = lxml.html.fromstring(paper.html)
    assert root.find(".//script") is None
    assert len(root.xpath("//title")) == 1
    assert not [bold for bold in root.iter("b") if bold.text == "Lúa"]
    assert "\n" not in paper.subject and "\r" not in paper.subject
    page = seen(paper.html)
    assert f"Kính gửi: {shown}" in page
    assert page.count(shown) >= 2, "the office and the difficulty"
    assert shown in " ".join(paper.plain.split())
    for letter in found.values():
        assert lxml.html.fromstring(render(letter).html).find(".//script") is None


# The sentence on the pace.

finishes = st.builds(
    Finish,
    finished=st.booleans(),
    remaining=st.integers(0, 100_000),
    likely=st.none() | st.dates(date(2025, 3, 1), date(2025, 6, 1)),
    late=st.none(),
    chance=st.none(),
    naive=st.none(),
    needed_per_day=st.none() | st.integers(1, 100_000),
    pace_per_day=st.none() | st.integers(0, 100_000),
    days_used=st.integers(0, 20),
    shrunk=st.booleans(),
)
instants = st.integers(0, 31 * 24 * 60).map(
    lambda minutes: datetime(2025, 3, 1, tzinfo=LOCAL) + timedelta(minutes=minutes)
)
by = st.none() | st.dates(date(2025, 3, 5), date(2025, 3, 31))
MILESTONES = (date(2025, 3, 15), date(2025, 3, 20))


SENTENCES = Words(environment("vi"), "head_words.html.j2", {"terms": terms("vi")})


def sentence(found: Course) -> str:
    return Markup(SENTENCES.say("course", found)).striptags()


@given(finishes, finishes, instants, by)
def test_a_course_is_never_nonsense(entry: Finish, transfer: Finish, as_of: datetime, entry_by: date | None) -> None:
    found = course(entry, transfer, MILESTONES, as_of, entry_by)
    assert found is not None
    said = sentence(found)
    assert not re.search(r"(?<![\d.])0/ngày|None|nan|inf|  |\.\.|; ;|,\.", said), said
    assert said.endswith(".") and said[0].isupper()
    if found.pace_per_day in (None, 0):
        assert "Với tốc độ này" not in said, "a speed that there is not leads nowhere"
    if found.overdue or not found.remaining:
        assert "cần" not in said.casefold()


@given(finishes, finishes, instants, by)
def test_no_day_of_a_course_is_past(entry: Finish, transfer: Finish, as_of: datetime, entry_by: date | None) -> None:
    found = course(entry, transfer, MILESTONES, as_of, entry_by)
    assert found is not None
    if found.ends is not None:
        assert found.ends >= as_of.date()
        assert found.pace_per_day
        assert f"ngày {found.ends:%d/%m}" in sentence(found)


@given(finishes, instants, st.dates(date(2025, 3, 1), date(2025, 6, 1)), st.integers(1, 500))
def test_late_and_in_time_are_told_apart(entry: Finish, as_of: datetime, likely: date, pace: int) -> None:
    moving = replace(entry, finished=False, likely=likely, pace_per_day=pace)
    found = course(moving, None, MILESTONES, as_of)
    assert found is not None and found.ends is not None
    said = sentence(found)
    assert ("quá hạn" in said) == (as_of.date() > MILESTONES[0])
    assert ("kịp hạn" in said) == (found.ends <= MILESTONES[0])
    assert ("muộn" in said) == (found.ends > MILESTONES[0] >= as_of.date())


def test_without_a_forecast_there_is_no_course() -> None:
    now = datetime(2025, 3, 5, 18, tzinfo=LOCAL)
    assert course(None, None, MILESTONES, now) is None
