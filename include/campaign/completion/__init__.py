"""The completion record: which books of a unit balance, since when, and which fell out of balance again."""

from include.campaign.completion.freezing import freeze_completion

__all__ = ["freeze_completion"]
