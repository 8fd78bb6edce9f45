"""All papers of a close as files in a folder, for whoever wants to look: nothing is sent, nothing is changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

from sqlalchemy import Connection, RowMapping

from include.campaign.days import Calendar, Close
from include.campaign.editions.rendering import make_one
from include.campaign.plan import Plan
from include.campaign.render import Attachment, Paper, Picture
from include.campaign.report import Letter, write_letters, write_report
from include.campaign.warehouse import fetch

Told = Callable[[str, int, int], None]
"""Is told whose paper is written, and how many of how many are."""

MAIL_HTML, MAIL_TEXT = "mail.html", "mail.txt"


@dataclass(frozen=True)
class Filed:
    """A paper and where it lies in the folder; without a paper `why` says why there is none."""

    folder: str
    office: str
    address: str
    subject: str
    files: tuple[str, ...]
    why: str = ""


def write_folder(
    conn: Connection, plan: Plan, calendar: Calendar, close: Close, out: Path, told: Told = lambda *_: None
) -> list[Filed]:
    """Write every paper of a close, and a page that lists them.

    Papers made from frozen figures are made anew; whatever else the outbox has of the close (corrections, bulletins,
    letters of other occasions) is written as it was posted.

    Args:
        conn: campaign database; nothing of it is changed.
        plan: contacts, names, rules.
        calendar: the campaign's days.
        close: a close that was closed.
        out: a folder; made where it is missing, and files of the same names are written over.
        told: of the progress.

    Raises:
        LookupError: the close was never opened.
    """
    letters = letters_of(conn, plan, calendar, close)
    others = list(posted_papers(conn, close))
    total = len(letters) + len(others)
    filed = []
    for number, letter in enumerate(letters, 1):
        told(letter.office, number, total)
        made = make_one(letter)
        name = f"{number:03d}-{letter.blocks[0].kind}-{_plain(letter.address.partition('@')[0])}"
        if made.paper is None:
            filed.append(Filed(name, letter.office, letter.address, "", (), made.why))
        else:
            filed.append(write_paper(made.paper, out, name))
    for number, paper in enumerate(others, len(letters) + 1):
        told(paper.office, number, total)
        name = f"{number:03d}-{_plain(paper.kind)}-{_plain(paper.address.partition('@')[0])}"
        filed.append(write_paper(paper, out, name))
    (out / "index.html").write_text(_index(plan, close, filed), encoding="utf-8")
    return filed


def letters_of(conn: Connection, plan: Plan, calendar: Calendar, close: Close) -> list[Letter]:
    """Letters made from what is frozen; of a close that is held the page about it and the report that waits."""
    letters = write_letters(conn, plan, calendar, close)
    if letters[0].head.state == "held":
        letters.append(write_report(conn, plan, calendar, close))
    return letters


def posted_papers(conn: Connection, close: Close) -> Iterator[Paper]:
    """What the outbox has of a close and that is not made from its frozen figures alone, as it was posted."""
    for row in fetch(conn, "editions/select_posted", close_key=close.key):
        yield paper_of(conn, row)


def paper_of(conn: Connection, row: RowMapping) -> Paper:
    """A message of the outbox with its files, as the paper that it was posted as."""
    files = fetch(conn, "mail/select_attachments", message_key=row["message_key"])
    return Paper(
        kind=row["kind"],
        address=row["address"],
        office=row["office"],
        reply_to=row["reply_to"] or "",
        subject=row["subject"],
        html=row["html"],
        plain=row["plain"],
        files=tuple(_attachment(file) for file in files if file["content_id"] is None),
        pictures=tuple(_picture(file) for file in files if file["content_id"] is not None),
    )


def write_paper(paper: Paper, out: Path, name: str) -> Filed:
    """Write a paper into a folder of its own: page, text, pictures, files. Pictures lie beside the page."""
    folder = out / name
    folder.mkdir(parents=True, exist_ok=True)
    html = paper.html
    for picture in paper.pictures:
        html = html.replace(f'"cid:{picture.cid}"', f'"{picture.cid}.png"')
        (folder / f"{picture.cid}.png").write_bytes(picture.content)
    (folder / MAIL_HTML).write_text(html, encoding="utf-8")
    (folder / MAIL_TEXT).write_text(paper.plain, encoding="utf-8")
    names = []
    for file in paper.files:
        names.append(_plain(file.name))
        (folder / names[-1]).write_bytes(file.content)
    return Filed(name, paper.office, paper.address, paper.subject, (MAIL_HTML, MAIL_TEXT, *names))


def _attachment(row: RowMapping) -> Attachment:
    return Attachment(row["name"], row["media_type"], bytes(row["content"]), "")


def _picture(row: RowMapping) -> Picture:
    return Picture(row["content_id"], bytes(row["content"]), "", 0)


def _plain(name: str) -> str:
    """A name that every file system takes, and that leads out of no folder."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip(".-") or "paper"


def _index(plan: Plan, close: Close, filed: list[Filed]) -> str:
    rows = "\n".join(_row(one) for one in filed)
    title = f"{plan.rules.campaign.name}: {close.key}"
    return f"""<!DOCTYPE html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>
body {{ font: 15px/1.4 Arial, sans-serif; margin: 16px; color: #1c2733; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ text-align: left; vertical-align: top; padding: 6px 8px; border-bottom: 1px solid #d9e0e7; }}
</style>
</head>
<body>
<h1>{escape(title)}</h1>
<p>{len(filed)} thư. Không thư nào được gửi từ trang này.</p>
<table>
<tr><th>Người nhận</th><th>Tiêu đề</th><th>Tệp</th></tr>
{rows}
</table>
</body>
</html>
"""


def _row(one: Filed) -> str:
    links = " · ".join(f'<a href="{one.folder}/{escape(name, quote=True)}">{escape(name)}</a>' for name in one.files)
    says = escape(one.subject) if one.files else f"<b>Không lập được:</b> {escape(one.why)}"
    return (
        f"<tr><td>{escape(one.office)}<br><small>{escape(one.address)}</small></td><td>{says}</td><td>{links}</td></tr>"
    )
