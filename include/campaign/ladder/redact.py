"""Taking out of a reported text what points at a person: long numbers, addresses of mail, names.

What officials write about equipment and organisation stays readable. Where it is not certain that words are a name,
they go: a street's name that is lost does less harm than a person's that is kept.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 300
"""Characters kept of a text."""

_UPPER = "A-ZÀ-ÖØ-ÝĂĐĨŨƠƯẠ-Ỹ"
_LOWER = "a-zà-öø-ýăđĩũơưạ-ỹ"
_WORD = rf"[{_UPPER}](?:[{_UPPER}{_LOWER}])*"
_NAME = rf"{_WORD}(?:\s+{_WORD}){{0,4}}"

_SURNAMES = (
    "Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý|Đào|Đoàn|Đinh|Trịnh|Mai|Lâm|Tạ|Trương|Cao|"
    "Hà|Thái|Châu|Tô|Văn|Phùng|Quách|La|Lương|Tống|Triệu|Kiều|Chu|Nghiêm|Vương|Lưu|Từ|Đàm|Thạch|Kim|Hứa|Ông"
)

_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*")
_NUMBER = re.compile(r"\+?\d(?:[ .\-]?\d){5,}")
_YEARS = re.compile(r"(?:19|20)\d\d[ .\-](?:19|20)\d\d")
_PERSON = re.compile(rf"\b(?P<title>(?i:ông|bà|anh|chị|cô|chú|bác|thầy|đồng\s+chí|đ/c))\s+(?P<name>{_NAME})")
_FULL_NAME = re.compile(rf"\b(?:{_SURNAMES}|(?:{_SURNAMES.upper()}))(?:\s+{_WORD}){{1,4}}")


def redact(text: str) -> str:
    """The text without persons: `[số]`, `[thư]` and `[tên]` stand for what was taken out.

    Numbers of six digits and more go, separators between the digits or not; so do mail addresses, capitalised words
    after a title, and a known surname with the capitalised words behind it.
    """
    plain = " ".join(unicodedata.normalize("NFC", text).split())
    plain = _MAIL.sub("[thư]", plain)
    plain = _NUMBER.sub(lambda found: found[0] if _YEARS.fullmatch(found[0]) else "[số]", plain)
    plain = _PERSON.sub(lambda found: f"{found['title']} [tên]", plain)
    plain = _FULL_NAME.sub("[tên]", plain)
    return plain if len(plain) <= LONGEST else plain[: LONGEST - 1].rstrip() + "…"
