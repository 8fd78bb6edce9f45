"""Checking every source before the campaign: contract, grants, clock, size, encoding, re-queueing, counted baseline.

Nothing is read but counts and the catalogue, and nothing is changed: re-queueing is tried with no entries at all.
"""

from include.campaign.preflight.judge import Check, Verdict
from include.campaign.preflight.look import PreflightContext, Target, preflight_ledger, preflight_registries
from include.campaign.preflight.report import PreflightReport, report

__all__ = [
    "Check",
    "PreflightContext",
    "PreflightReport",
    "Target",
    "Verdict",
    "preflight_ledger",
    "preflight_registries",
    "report",
]
