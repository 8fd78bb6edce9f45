"""The public bulletin: sums only, drafted at each close, out only after a named person of the Department releases it.

`draft` keeps its bytes; `release` and `withdraw` keep who decided; `fill` writes what was released into a folder that
a web server hands out.
"""

from include.campaign.bulletin.editions import Refused, draft, editions, files_of, release, withdraw
from include.campaign.bulletin.shelf import fill

__all__ = ["Refused", "draft", "editions", "files_of", "fill", "release", "withdraw"]
