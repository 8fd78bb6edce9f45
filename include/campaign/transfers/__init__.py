"""Failed transfers: which go back in the queue, decided before it is done, done at most once, and read back."""

from include.campaign.transfers.decide import decide
from include.campaign.transfers.requeue import RequeueResult, requeue

__all__ = ["RequeueResult", "decide", "requeue"]
