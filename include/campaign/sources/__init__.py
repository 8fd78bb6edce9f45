"""Health of the sources over time: silences that the data team has acknowledged, and what it is told of.

Knows `pull.reading`'s outcomes; reads no source and closes no day.
"""

from include.campaign.sources.acknowledge import Refusal, acknowledge, withdraw
from include.campaign.sources.alerts import tell_news

__all__ = ["Refusal", "acknowledge", "tell_news", "withdraw"]
