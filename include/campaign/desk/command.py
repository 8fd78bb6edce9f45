"""What a subcommand of the desk is given, and how it says that it cannot do what was asked."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO, TypeAlias

from sqlalchemy import Engine

from include.campaign.plan import Plan

Subcommands: TypeAlias = Callable[["argparse._SubParsersAction[argparse.ArgumentParser]"], None]
"""Adds a subcommand; its parser sets `run`, called with the desk and the parsed arguments."""


@dataclass(frozen=True)
class Desk:
    """The campaign database, the plan, and where answers are written."""

    engine: Engine
    plan: Plan
    out: TextIO


class DeskError(Exception):
    """What was asked cannot be done; the text says why and what to give instead."""
