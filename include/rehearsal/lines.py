"""The lines to registries that have line weather: a fixed port of ours for each, and the mode in which it is played."""

from __future__ import annotations

import random
import socket
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from include.rehearsal.store import LINES_FILE, MODES_FILE, read_json, write_json

PORTS = range(15000, 18000)
"""Below what systems hand out for outgoing connections, so that a fixed one stays free; aside from the stack's own."""
LOOK_EVERY_SECONDS = 0.1
"""How often the proxy reads the modes again."""


@dataclass(frozen=True)
class Line:
    """A registry is reached at `port` on loopback, its server answers at `host`:`server_port`."""

    registry_code: str
    port: int
    host: str
    server_port: int


def free_ports(number: int) -> list[int]:
    """So many TCP ports of loopback that nobody listens on now."""
    found: list[int] = []
    for port in random.sample(PORTS, len(PORTS)):
        if len(found) == number:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                found.append(port)
    return found


def write_lines(folder: Path, ports: dict[str, int], host: str, server_port: int) -> None:
    """Tell the proxy which lines there are."""
    lines = [Line(code, port, host, server_port) for code, port in ports.items()]
    write_json(folder / LINES_FILE, [asdict(line) for line in lines])


def read_lines(folder: Path) -> list[Line]:
    """The lines of a world's folder.

    Raises:
        FileNotFoundError: the folder holds no world.
    """
    return [Line(**line) for line in read_json(folder / LINES_FILE)]


def set_modes(folder: Path, modes: dict[str, str]) -> None:
    """Say which registries' lines are not in order: code → "closed" or "hang"; the others pass everything.

    Gives the proxy the time to notice, so that who reads next meets the new weather.
    """
    path = folder / MODES_FILE
    if not path.exists():
        write_json(path, modes)
    elif read_modes(folder) != modes:
        write_json(path, modes)
        time.sleep(3 * LOOK_EVERY_SECONDS)


def read_modes(folder: Path) -> dict[str, str]:
    """Code → mode of the lines that are not in order."""
    modes: dict[str, str] = read_json(folder / MODES_FILE)
    return modes
