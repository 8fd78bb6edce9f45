"""What points at a person goes; what is about equipment and organisation stays."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.campaign.ladder.redact import LONGEST, redact


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Máy quét hỏng, đang chờ sửa", "Máy quét hỏng, đang chờ sửa"),
        ("Ông Nguyễn Văn An nghỉ ốm", "Ông [tên] nghỉ ốm"),
        ("gọi bà Hoa theo số 0912 345 678", "gọi bà [tên] theo số [số]"),
        ("đ/c Lan xin nghỉ, thư lan.tr@xa.example", "đ/c [tên] xin nghỉ, thư [thư]"),
        ("Lê Thị Hoa chưa có máy", "[tên] chưa có máy"),
        ("LÊ THỊ HOA CHƯA", "[tên]"),
        ("số 190.123.456 và +84 912.345.678", "số [số] và [số]"),
        ("sổ 2004-2005, thiếu 3 máy, hẹn 12/03/2025", "sổ 2004-2005, thiếu 3 máy, hẹn 12/03/2025"),
        ("anh em làm ca đêm, bà con chưa nộp hồ sơ", "anh em làm ca đêm, bà con chưa nộp hồ sơ"),
    ],
)
def test_persons_go_and_the_rest_stays(said: str, kept: str) -> None:
    assert redact(said) == kept


def test_a_name_in_decomposed_letters_goes_too() -> None:
    assert redact(unicodedata.normalize("NFD", "ông Trần Đức Bình")) == "ông [tên]"


@given(
    st.text(max_size=60),
    st.from_regex(r"0\d{2}[ .-]?\d{3}[ .-]?\d{3,4}", fullmatch=True),
    st.text(max_size=60).filter(lambda text: not text[:1].isdigit()),
)
def test_no_long_number_stays(before: str, number: str, after: str) -> None:
    kept = redact(f"{before} {number} {after}")
    assert number not in kept
    assert len(kept) <= LONGEST
