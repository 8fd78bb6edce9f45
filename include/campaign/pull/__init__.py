"""Reading the sources: registries by digest into a versioned mirror, and the Ministry's ledger the same way.

Knows sources and what can go wrong with them; does not know quotas or what a figure means.
"""

from include.campaign.pull.ledger import pull_ledger
from include.campaign.pull.outcome import READ, RETRYABLE, Outcome
from include.campaign.pull.reading import ReadingContext
from include.campaign.pull.registries import ShardReading, pull_registries
from include.campaign.pull.silence import is_silent_already

__all__ = [
    "READ",
    "RETRYABLE",
    "Outcome",
    "ReadingContext",
    "ShardReading",
    "is_silent_already",
    "pull_ledger",
    "pull_registries",
]
