"""The simulated outside world: registries, the Ministry's ledger and what goes wrong between them.

Nothing in include/campaign imports it.
"""

from include.rehearsal.address import ServerAddress
from include.rehearsal.store import WorldError
from include.rehearsal.world import World

__all__ = ["ServerAddress", "World", "WorldError"]
