"""Making duplicates in a scene's registries, and saying something of them at its desk."""

from __future__ import annotations

import argparse
import io
from datetime import UTC, datetime

from include.campaign.desk import duplicates as command
from include.campaign.desk.command import Desk
from include.campaign.duplicates import Act, record_acts
from include.campaign.warehouse import engine
from tests.campaign.scene import HOME, OTHER, Scene

D1, D2, D3, D4 = "2025-03-05", "2025-03-06", "2025-03-07", "2025-03-08"
FIRST, SECOND = "Bàn 1", "Bàn 2"
WHEN = datetime(2025, 3, 6, 3, tzinfo=UTC)
BY_FIRST, BY_SECOND = ("--by", FIRST), ("--by", SECOND)
WHY = ("--why", "Cùng sổ, cùng số")


def entry(
    scene: Scene,
    entry_id: int,
    number: str,
    *,
    state: str = "rejected",
    error: str | None = "DUP_RECORD",
    book: int = 1,
    code: str = HOME,
    ref: str | None = None,
    sends: int = 1,
) -> None:
    """An entry with its transfer, refused as a duplicate unless told otherwise."""
    scene.entry(code, entry_id, book, number, "02 09:00")
    values = ", ".join(f"'{value}'" if value else "null" for value in (state, error, ref))
    scene.registry(
        code,
        "insert into sohoa.transfer (entry_id, attempts, queued_at, sent_at, answered_at, state, error_code,"
        f" ministry_ref) values ({entry_id}, {sends}, now(), now(), now(), {values})",
    )


def received(scene: Scene, entry_id: int, number: str, *, book: int = 1, code: str = HOME) -> None:
    """An entry that the Ministry has, with its receipt (of the same id)."""
    entry(scene, entry_id, number, state="accepted", error=None, book=book, code=code, ref=f"{code}-{entry_id}")
    unit, book_no = scene_key(scene, code, book)
    scene.receipt(int(f"{code[-2:]}{entry_id}"), unit, number, "03 09:00", ref=f"{code}-{entry_id}", book_no=book_no)


def scene_key(scene: Scene, code: str, book: int) -> tuple[str, str]:
    """Opener and number of a book."""
    from tests.sources import superuser  # noqa: PLC0415

    with superuser(scene.registries[code]) as conn:
        [row] = conn.execute("select opened_by, book_no from sohoa.book where book_id = %s", [book]).fetchall()
    return row


def keyed_twice(scene: Scene, pairs: int, *, first: int = 1, book: int = 1, code: str = HOME) -> None:
    """So many papers keyed twice: entries n (received) and n + 100 (refused), numbers n."""
    for number in range(first, first + pairs):
        received(scene, number, str(number), book=book, code=code)
        entry(scene, number + 100, str(number), book=book, code=code)


def twelve_keyed_twice(scene: Scene) -> None:
    """Twelve papers keyed twice in one registry, two in another, and one suspected person; the first day is closed."""
    scene.book(HOME, 1)
    scene.book(OTHER, 1)
    keyed_twice(scene, 12)
    keyed_twice(scene, 2, code=OTHER)
    entry(scene, 50, "50", error="DUP_PERSON")
    scene.close(D1)


def acts(scene: Scene) -> list[tuple]:
    """All that was said, in order."""
    return scene.rows("select act, outcome, by_whom, proposed_by from transfers.duplicate_act order by act_id")


def cases(scene: Scene, columns: str = "state", code: str = HOME) -> dict[int, tuple]:
    """Of one registry, by entry."""
    rows = scene.rows(
        f"select entry_id, {columns} from transfers.duplicate where registry_code = '{code}' order by entry_id"
    )
    return {row[0]: row[1:] if len(row) > 2 else row[1] for row in rows}


def say(scene: Scene, act: str, entry_id: int, outcome: str | None = None, by: str = FIRST, code: str = HOME) -> None:
    with engine(scene.campaign).begin() as conn:
        record_acts(conn, [Act(code, entry_id, act, outcome, "vì thế")], by, WHEN)  # type: ignore[arg-type]


def decide(scene: Scene, entry_id: int, outcome: str = "same_record", code: str = HOME) -> None:
    say(scene, "propose", entry_id, outcome, FIRST, code)
    say(scene, "confirm", entry_id, outcome, SECOND, code)


def desk(scene: Scene, *words: str) -> str:
    """What the desk answers."""
    parser = argparse.ArgumentParser()
    command.add(parser.add_subparsers())
    given = parser.parse_args(["duplicates", *words])
    out = io.StringIO()
    given.run(Desk(engine(scene.campaign), scene.plan, out), given)
    return out.getvalue()


def count(scene: Scene, key: str, columns: str, code: str = HOME, phase: int = 2) -> tuple:
    [row] = scene.rows(
        f"select {columns} from closing.duplicate_count"
        f" where close_key = '{key}' and registry_code = '{code}' and phase = {phase}"
    )
    return row
