"""A message's headers, as whoever receives it reads them."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.policy import default
from email.utils import parseaddr
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from include.campaign.mail.envelope import ON_THE_LINE, compose

WORDS = ["Cảnh", "báo:", "khóa", "sổ", "chốt", "cuối,", "tiến", "độ", "xã", "Đakrông", "(huyện", "Hóa)", "20/03/2025"]


def sent(subject: str, sender_name: str = "Sở Tư pháp tỉnh Thí Điểm") -> bytes:
    row: Any = {
        "address": "ubnd@thidiem.example",
        "copies": (),
        "message_id": "<1@thidiem.example>",
        "reply_to": None,
        "subject": subject,
        "html": "<p>x</p>",
        "plain": "x",
    }
    message = compose(row, sender_name, "stp@thidiem.example", datetime(2025, 3, 5, tzinfo=UTC))
    return message.as_bytes(policy=ON_THE_LINE)


@given(words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=25))
def test_a_subject_of_any_length_arrives_word_by_word(words: list[str]) -> None:
    subject = " ".join(words)
    content = sent(subject)
    assert message_from_bytes(content, policy=default)["Subject"] == subject
    head = content.split(b"\r\n\r\n", 1)[0]
    assert all(len(line) <= 78 for line in head.split(b"\r\n"))


@given(words=st.lists(st.sampled_from([*WORDS, 'Đề án "06"', "A & B"]), min_size=1, max_size=25))
def test_a_senders_name_of_any_length_arrives_word_by_word(words: list[str]) -> None:
    name = " ".join(words)
    content = sent("Báo cáo", name)
    # Python 3.11's newer parser misreads some correct names; the older one is right.
    encoded, address = parseaddr(message_from_bytes(content)["From"])
    assert (str(make_header(decode_header(encoded))), address) == (name, "stp@thidiem.example")
    assert all(len(line) <= 78 for line in content.split(b"\r\n\r\n", 1)[0].split(b"\r\n"))


def test_the_senders_name_and_the_address_arrive() -> None:
    message = message_from_bytes(sent("Báo cáo"), policy=default)
    assert message["From"] == "Sở Tư pháp tỉnh Thí Điểm <stp@thidiem.example>"
    assert message["To"] == "ubnd@thidiem.example"
