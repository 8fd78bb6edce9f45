"""Failed transfers: which go back in the queue, decided before it is done, done at most once, and read back."""

from include.campaign.transfers.breaker import Breaker
from include.campaign.transfers.counts import TransferCounts, WaveCounts, counts
from include.campaign.transfers.decide import decide
from include.campaign.transfers.requeue import RequeueResult, requeue

__all__ = ["Breaker", "RequeueResult", "TransferCounts", "WaveCounts", "counts", "decide", "requeue"]
