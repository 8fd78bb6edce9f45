"""What the colours of a day mean: green = closed, gaps within tolerance, every mail accepted, no task failed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

CARRIED_THROUGH = ("closed", "gaps", "held")


def reasons_for_red(summary: Mapping[str, Any], failed_tasks: Iterable[str]) -> list[str]:
    """Why the day is red, our own faults first; empty is green.

    Args:
        summary: of the close (`include.campaign.summary`): its `problems` say what is outside the plan's tolerance.
        failed_tasks: ids of the run's failed tasks: our fault, whatever the figures say.
    """
    reasons = [f"{task_id} failed" for task_id in failed_tasks]
    if summary["state"] not in CARRIED_THROUGH:
        reasons.append(f"the day is {summary['state']}")
    return [*reasons, *summary["problems"]]
