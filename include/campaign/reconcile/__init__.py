"""Reconciling: quota, registry, outbox and ledger held against each other, and the day closed on what they say."""

from include.campaign.reconcile.closing import close_days, open_close
from include.campaign.reconcile.matching import choose_crowd, make_crowds, pair_receipts
from include.campaign.reconcile.settling import gaps_to_settle

__all__ = ["choose_crowd", "close_days", "gaps_to_settle", "make_crowds", "open_close", "pair_receipts"]
