"""A registry's worklist as a file that its officer opens in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from include.campaign.render.attachment import Attachment
from include.campaign.report.worklists import WorklistBlock

MEDIA_TYPE = "text/csv"
MARK = "\ufeff"
"""Without it Excel takes UTF-8 for the machine's old code page, and Vietnamese for rubbish."""


def worklist_file(block: WorklistBlock, words: Mapping[str, str]) -> Attachment:
    """CSV in UTF-8 with a mark, a row per entry in the order of the books.

    Numbers of books and entries stand behind a word: a spreadsheet turns "12/2004" into a date and "01" into 1, and
    takes what begins with "=" for a formula.

    Args:
        block: the list.
        words: heads of the columns and the words before numbers, by key (terms.yaml, worklist).
    """
    out = io.StringIO(MARK, newline="")
    out.seek(0, io.SEEK_END)
    writer = csv.writer(out, delimiter=block.separator, lineterminator="\r\n")
    columns = ("registry", "entry_id", "register", "opened_year", "book", "number", "error", "fix", "sends", "since")
    writer.writerow([words[column] for column in columns])
    for item in block.items:
        of = block.codes[item.code]
        writer.writerow(
            [
                block.registry,
                item.entry_id,
                item.register,
                item.opened_year,
                f"{words['book_word']} {item.book_no}",
                f"{words['number_word']} {item.entry_no}",
                f"{of.name} ({of.code})",
                of.fix or "",
                item.sends,
                item.since.date().isoformat(),
            ]
        )
    return Attachment(
        name=f"can-sua-{block.registry_code}-{block.close_key}.csv",
        media_type=MEDIA_TYPE,
        content=out.getvalue().encode(),
        about=f"worklist/{block.registry_code}",
    )
