"""The same once more for one reader, because a person says so: a message of its own, told apart from the first.

It goes to whoever holds the post by now: an address that was refused is mended in the plan, then the letter is sent
once more. Where it is uncertain whether a letter arrived, this is the only way that it is sent again.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from html import escape
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping

from include.campaign.mail.holding import Refusal, unknown
from include.campaign.mail.outbox import Message, enqueue
from include.campaign.plan import Plan
from include.campaign.plan.models import Contact, Partner
from include.campaign.warehouse import fetch_one, run

_PREFIX = {"vi": "Gửi lại", "en": "Sent again"}
_NOTICE = {
    "vi": "Thư này được gửi lại, nội dung giữ nguyên như thư lập lúc {at:%H:%M} ngày {at:%d/%m/%Y}. "
    "Nếu đã nhận được thư đó, đề nghị bỏ qua thư này.",
    "en": "This letter is sent again, unchanged from the one written at {at:%H:%M} on {at:%d/%m/%Y}. "
    "If you have received that one, please ignore this.",
}
_LANGUAGE = re.compile(r'<html\b[^>]*\blang="(\w+)"')
_BODY = re.compile(r"<body\b[^>]*>")
_INSTEAD = {
    "accepted": "it was accepted: ask again with --again if it is to go once more",
    "dropped": "it was dropped and never goes",
    "held": "it is held: release or drop it",
    "rendered": "it was not let go yet",
}


def resend(
    conn: Connection, plan: Plan, key: str, why: str, now: datetime, day: date, by: str, again: bool = False
) -> str:
    """Queue a message once more for its one reader; whoever else had it in copy has it not again.

    Args:
        conn: campaign database, in a transaction of the caller.
        plan: says who holds the reader's post.
        key: of the message, or of one that is the same once more.
        why: the reason, for the ledger.
        now: the campaign's present instant.
        day: on which the post is held.
        by: the person who wants it.
        again: even one that was accepted.

    Returns:
        the new message's key, `<key>/resend-<n>`.

    Raises:
        Refusal: no such message, it is on its way or was never let go, was accepted (without `again`), or the plan
            does not say who its reader is by now.
    """
    row = fetch_one(conn, "mail/select_resent", message_key=key)
    if row is None:
        raise unknown(key)
    if row["state"] not in ("refused", "uncertain") and not (again and row["state"] == "accepted"):
        raise Refusal(f"{row['message_key']}: {_INSTEAD.get(row['state'], 'it is on its way')}")
    message = _once_more(row, _present_address(plan, row, day), plan.rules.campaign.timezone)
    if not enqueue(conn, [message], now, f"resent: {why}", by=by):
        raise Refusal(f"{message.key} was asked for at the same moment by somebody else")
    run(conn, "mail/copy_attachments", from_key=row["message_key"], message_key=message.key)
    return message.key


def _once_more(row: RowMapping, address: str, zone: ZoneInfo) -> Message:
    found = _LANGUAGE.search(row["html"])
    language = found.group(1) if found and found.group(1) in _NOTICE else "vi"
    notice = _NOTICE[language].format(at=row["queued_at"].astimezone(zone))
    body = _BODY.search(row["html"])
    place = body.end() if body else 0
    shown = f'<p style="margin:0;padding:8px 12px;font-weight:bold">{escape(notice)}</p>'
    return Message(
        key=f"{row['message_key']}/resend-{row['resends'] + 1}",
        close_key=row["close_key"],
        kind=row["kind"],
        address=address,
        office=row["office"],
        reply_to=row["reply_to"],
        subject=f"{_PREFIX[language]}: {row['subject']}",
        html=row["html"][:place] + shown + row["html"][place:],
        plain=f"{notice}\n\n{row['plain']}",
        resend_of=row["message_key"],
    )


def _present_address(plan: Plan, row: RowMapping, day: date) -> str:
    """Where the reader is reached on a day: the holder of the post that had the address, else of the office's post.

    Raises:
        Refusal: the plan knows neither the address nor the office.
    """
    address = row["address"].casefold()
    for contact in plan.contacts:
        if contact.email.casefold() == address:
            return plan.contact(contact.unit_code, contact.post, day).email
    known: list[Contact | Partner] = [*plan.contacts, *plan.partners]
    # A deputy's office is the head's; a copy bears the office of the letter that it is a copy of.
    of_office = {
        one.email
        for one in known
        if (one.email.casefold() == address or (one.office == row["office"] and not row["is_copy"]))
        and (one.from_date or day) <= day <= (one.to_date or day)
        and not (isinstance(one, Contact) and one.post == "deputy")
    }
    if len(of_office) != 1:
        raise Refusal(
            f"the plan knows {row['address']} no more, and names {len(of_office)} addresses of {row['office']!r} on "
            f"{day}: mend its row in contacts.csv or partners.csv"
        )
    return of_office.pop()
