"""Ports for the stack: free, on loopback, kept from one start to the next."""

from __future__ import annotations

import json
import random
import socket
from collections.abc import Callable, Iterable
from pathlib import Path

from include.local.home import StackError, read_json, write_private

LOOPBACK = "127.0.0.1"
POOL = range(18_000, 32_000)
"""Below the range from which Linux gives ports to outgoing connections (32768 and up): a server that is
killed must find its port free when it comes back a second later."""


def is_free(port: int) -> bool:
    """Whether a server can listen on this port of the loopback address now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # What a server does, too: connections of a dead one that linger (TIME_WAIT) are no hindrance.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def pick(
    names: Iterable[str],
    known: dict[str, int],
    fixed: dict[str, int] | None = None,
    free: Callable[[int], bool] = is_free,
) -> dict[str, int]:
    """A port for each name: the one that the user fixed, else the known one while it is free, else a new one.

    Args:
        names: What needs a port.
        known: Ports of the last start.
        fixed: Ports that the user asked for.
        free: Asks whether a port can be listened on.

    Raises:
        StackError: a fixed port is taken, or none is free.
    """
    fixed = fixed or {}
    ports: dict[str, int] = {}
    for name, port in fixed.items():
        if not free(port):
            raise StackError(f"Port {port} ({name}) is taken on {LOOPBACK}; choose another, or leave it to us.")
        ports[name] = port
    for name in names:
        if name in ports:
            continue
        kept = known.get(name)
        if kept is not None and kept not in ports.values() and free(kept):
            ports[name] = kept
            continue
        # Two stacks that start at the same instant should not try the same ports in the same order.
        candidates = random.SystemRandom().sample(POOL, 200)
        found = next((port for port in candidates if port not in ports.values() and free(port)), None)
        if found is None:
            raise StackError(f"No free port between {POOL.start} and {POOL.stop} on {LOOPBACK}.")
        ports[name] = found
    return ports


def pick_and_keep(path: Path, names: Iterable[str], fixed: dict[str, int] | None = None) -> dict[str, int]:
    """`pick`, with the known ports read from and written to a file."""
    ports = pick(names, {name: int(port) for name, port in read_json(path).items()}, fixed)
    write_private(path, json.dumps(ports, indent=1))
    return ports
