"""What a subcommand of the desk is given, and how it says that it cannot do what was asked."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TextIO, TypeAlias

from sqlalchemy import Connection, Engine

from include.campaign.days import Calendar, Close
from include.campaign.plan import Plan

Subcommands: TypeAlias = Callable[["argparse._SubParsersAction[argparse.ArgumentParser]"], None]
"""Adds a subcommand; its parser sets `run`, called with the desk and the parsed arguments."""


@dataclass(frozen=True)
class Desk:
    """The campaign database, the plan, and where answers are written."""

    engine: Engine
    plan: Plan
    out: TextIO

    @contextmanager
    def acting(self, *refusals: type[Exception]) -> Iterator[Connection]:
        """A transaction; what is refused with one of these is told by the desk, and nothing of it is done."""
        try:
            with self.engine.begin() as conn:
                yield conn
        except refusals as refused:
            raise DeskError(str(refused)) from None

    def close_of(self, day: str) -> Close:
        """The close of a day, as it was written on the command line.

        Raises:
            DeskError: the campaign has no such close.
        """
        try:
            return Calendar(self.plan.rules).close(day)
        except ValueError as error:
            raise DeskError(str(error)) from None


class DeskError(Exception):
    """What was asked cannot be done; the text says why and what to give instead."""
