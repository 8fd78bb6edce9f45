"""Reconciling: quota, registry, outbox and ledger held against each other, and the day closed on what they say."""

from include.campaign.reconcile.closing import close_day, open_close
from include.campaign.reconcile.matching import match_receipts, pair_receipts
from include.campaign.reconcile.settling import settle_gaps

__all__ = ["close_day", "match_receipts", "open_close", "pair_receipts", "settle_gaps"]
