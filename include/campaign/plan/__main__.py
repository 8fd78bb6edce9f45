"""`python -m include.campaign.plan [FOLDER]`: check a plan, print its faults or what it holds."""

import argparse
import sys
from pathlib import Path

from include.campaign.plan import Plan, PlanError, load_plan


def summary(plan: Plan) -> str:
    """What the plan holds, as lines of text."""
    campaign = plan.rules.campaign
    levels = ", ".join(
        f"{len(plan.units_at(level))} {level}" for level in ("province", "district", "commune") if plan.units_at(level)
    )
    lines = [
        f"{campaign.name} ({campaign.plan_number})",
        f"days        {campaign.first_day} to {campaign.last_day}, read at {campaign.cut_off:%H:%M}",
        f"units       {len(plan.units)}: {levels}",
        f"registries  {len(plan.registries)} in {len(plan.shards())} shards",
        f"contacts    {len(plan.contacts)}, commitments {len(plan.commitments)}, forces {len(plan.forces)}",
        f"digest      {plan.digest[:16]}",
        "",
        f"{'baseline':<20} {'in force':<9} {'province':>10} {'printed':>10} {'with a target':>14} {'without':>8}",
    ]
    in_force = plan.baseline_in_force(campaign.first_day).id
    for baseline in plan.baselines.values():
        province = plan.quota(baseline.id, plan.province.code, "area")
        cases = _cell(province.cases if province else None)
        own = sum(plan.quota(baseline.id, row.code, "registry") is not None for row in plan.registries)
        lines.append(
            f"{baseline.id:<20} {'yes' if baseline.id == in_force else '':<9} {cases:>10} "
            f"{_cell(baseline.printed_total):>10} {own:>14} {len(plan.registries) - own:>8}"
        )
    return "\n".join(lines)


def _cell(count: int | None) -> str:
    return "-" if count is None else f"{count:,}"


def main(arguments: list[str] | None = None) -> int:
    """The command; 0 if the plan can be used, 1 with every fault on standard error if not."""
    parser = argparse.ArgumentParser(prog="python -m include.campaign.plan", description="Check a plan.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path("include/plan"), help="the plan's folder")
    folder = parser.parse_args(arguments).folder
    try:
        plan = load_plan(folder)
    except PlanError as error:
        print(error, file=sys.stderr)
        count = len(error.findings)
        print(f"{folder}: {count} fault{'' if count == 1 else 's'}, the plan cannot be used", file=sys.stderr)
        return 1
    print(summary(plan))
    if plan.findings:
        print(f"\nDoes not foot, or is worth a look ({len(plan.findings)}):")
        for finding in plan.findings:
            print(f"  {finding}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
