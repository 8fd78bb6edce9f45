"""The rehearsal after the final close: the province goes on, one asked-for day at a time."""

from __future__ import annotations

from include.campaign.days import Calendar, Close
from include.local.home import Home, StackError
from include.rehearsal.address import ServerAddress
from include.rehearsal.store import WorldError
from include.rehearsal.world import World


def move_into_tail(home: Home, server: ServerAddress, calendar: Calendar, close: Close) -> None:
    """Move the rehearsal's province to a close of the tail; where it is past it already, it stays.

    Args:
        home: of the rehearsal's stack.
        server: where the province's registries are.
        calendar: the campaign's closes.
        close: a close of the tail.

    Raises:
        StackError: the campaign itself is not played to its end yet, or the province is being moved by someone else.
    """
    try:
        world = World.open(home.rehearsal, server)
        if world.instant < calendar.closes()[-1].as_of:
            where = f"the rehearsal stands at {world.instant:%Y-%m-%d %H:%M}"
            raise StackError(f"{where}: play the campaign to its end first (make demo)")
        if world.instant < close.as_of:
            world.move_to(close.as_of)
    except WorldError as problem:
        raise StackError(str(problem)) from None
    home.note(instant=world.instant.isoformat())
