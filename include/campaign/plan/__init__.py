"""The plan that the province edits: units, registries, quotas and baselines, people, rules; read and checked here.

`load_plan(folder)` gives a `Plan` or raises `PlanError` with every fault as file, line and reason.
`python -m include.campaign.plan [FOLDER]` checks a folder; `python -m include.campaign.plan.split` computes quotas.
"""

from include.campaign.plan.findings import Finding, PlanError
from include.campaign.plan.load import load_plan, load_rules
from include.campaign.plan.models import (
    Baseline,
    Commitment,
    Contact,
    Counts,
    ErrorCode,
    Force,
    Milestone,
    Outcome,
    Partner,
    Predecessor,
    Quota,
    Register,
    Registry,
    Shard,
    Split,
    Unit,
)
from include.campaign.plan.plan import Plan
from include.campaign.plan.rules import Rules

__all__ = [
    "Baseline",
    "Commitment",
    "Contact",
    "Counts",
    "ErrorCode",
    "Finding",
    "Force",
    "Milestone",
    "Outcome",
    "Partner",
    "Plan",
    "PlanError",
    "Predecessor",
    "Quota",
    "Register",
    "Registry",
    "Rules",
    "Shard",
    "Split",
    "Unit",
    "load_plan",
    "load_rules",
]
