"""Asks a health page, for docker-compose.yaml: `python -m deploy.health URL [COMPONENT]`; exit code 0 is healthy.

Airflow's own `airflow jobs check` takes six seconds of a core to start; asked twice a minute for two processes, that
would be a fifth of a small machine.
"""

from __future__ import annotations

import json
import sys
from urllib.error import URLError
from urllib.request import urlopen


def ask(url: str, component: str | None = None) -> str | None:
    """What is wrong, or None.

    Args:
        url: a page that answers 200 when all is well.
        component: a part of Airflow in the JSON of `/api/v2/monitor/health`, where it has no page of its own.
    """
    try:
        with urlopen(url, timeout=5) as answer:  # noqa: S310 (an address of docker-compose.yaml)
            state = json.load(answer)[component]["status"] if component else "healthy"
    except (URLError, OSError, ValueError, KeyError) as problem:
        return f"{url}: {problem}"
    return None if state == "healthy" else f"{component} is {state}"


if __name__ == "__main__":
    sys.exit(ask(*sys.argv[1:]))
