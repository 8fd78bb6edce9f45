"""Which cases of duplicates a listing or a table is about."""

from __future__ import annotations

import argparse
from typing import Any

from include.campaign.desk.command import Desk, DeskError
from include.campaign.duplicates.acts import OUTCOMES

STATES = ("open", "proposed", "confirmed", "withdrawn", "gone", "all")


def add_filters(parser: argparse.ArgumentParser) -> None:
    """Add the options that choose cases."""
    parser.add_argument("--district", metavar="CODE", help="of a district with all its registries")
    parser.add_argument("--registry", metavar="CODE", help="of one registry")
    parser.add_argument("--kind", choices=("technical", "person"), help="same book and number; a person is suspected")
    parser.add_argument("--state", choices=STATES, help="else those still to be decided")
    parser.add_argument("--outcome", choices=OUTCOMES, help="proposed or confirmed as this")
    parser.add_argument("--suggested", choices=OUTCOMES, help="what the system suggests")
    parser.add_argument("--twins", action="store_true", help="only possible twins")


def filters_of(desk: Desk, given: argparse.Namespace) -> dict[str, Any]:
    """Parameters of `duplicates/select_cases`, but for `at_most`.

    Raises:
        DeskError: the plan has no such registry or district.
    """
    for code in (given.registry, given.district):
        if code and code not in desk.plan.registry_codes and code not in desk.plan.units:
            raise DeskError(f"{code} is no unit of the plan")
    return {
        "unit_code": given.district,
        "registry_code": given.registry,
        "entry_id": None,
        "kind": given.kind,
        "state": given.state,
        "outcome": given.outcome,
        "suggested": given.suggested,
        "twins": given.twins,
        "batch_id": None,
    }
