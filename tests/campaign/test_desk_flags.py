"""What the data team is told of flags: why they stand, and that they can be found again."""

from __future__ import annotations

import argparse
import io

import pytest
from sqlalchemy import text

from include.campaign.desk import flags as flags_command
from include.campaign.desk.command import Desk, DeskError
from include.campaign.warehouse import engine
from tests.campaign.played import Played


def ask(played: Played, *arguments: str) -> str:
    """What the desk answers."""
    parser = argparse.ArgumentParser()
    flags_command.add(parser.add_subparsers())
    given = parser.parse_args(["flags", *arguments])
    out = io.StringIO()
    given.run(Desk(engine(played.campaign), played.plan, out), given)
    return out.getvalue()


@pytest.mark.parametrize("key", ["2025-03-04", "2025-03-08", "2025-03-12", "2025-03-17", "final"])
def test_a_past_day_judged_again_gives_the_same_flags(played: Played, key: str) -> None:
    """After all that was settled, restated and deleted since."""
    said = ask(played, key)
    assert "judged again now, they are the same" in said, said
    assert ": 0 flags" not in said


def test_a_flag_that_does_not_follow_from_closed_days_is_told(played: Played) -> None:
    with engine(played.campaign).connect() as conn:
        close = played.calendar.close("2025-03-08")
        conn.execute(text("update ladder.flag set streak = streak + 1 where close_key = :k and kind = 'behind'"),
                     {"k": close.key})  # fmt: skip
        rows = flags_command.fetch(conn, "pace/select_report_flags", close_key=close.key)
        behind = sum(row["kind"] == "behind" for row in rows)
        differing = flags_command.differing_flags(conn, played.plan, played.calendar, close, rows)
        conn.rollback()
    assert behind and len(differing) == 2 * behind


def test_asking_changes_nothing_and_says_what_the_rule_looked_at(played: Played) -> None:
    with engine(played.campaign).connect() as conn:
        row = conn.execute(
            text(
                "select close_key, registry_code, figures ->> 'due' from ladder.flag where kind = 'behind'"
                " order by 1 desc, 2 limit 1"
            )
        ).one()
    said = ask(played, row[0], "--registry", row[1], "--kind", "behind")
    assert said.count(" in a row, owner ") == 1
    assert f"due {row[2]}" in said


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (("2025-03-25",), "was not judged"),
        (("2025-05-01",), "no close of this campaign"),
        (("2025-03-08", "--registry", "1"), "no registry of the plan"),
    ],
)
def test_what_cannot_be_answered_says_why(played: Played, asked: tuple[str, ...], why: str) -> None:
    with pytest.raises(DeskError, match=why):
        ask(played, *asked)
