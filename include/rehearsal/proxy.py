"""A small TCP proxy before the registries that have line weather: `python -m include.rehearsal.proxy FOLDER`.

Modes come from a file in the world's folder, read again several times a second: a line passes everything, is closed
(the connection is refused, standing ones are cut), or hangs (the connection is taken and never answered). It ends on
SIGTERM or SIGINT.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from include.rehearsal.lines import LOOK_EVERY_SECONDS, Line, read_lines, read_modes
from include.rehearsal.weather import CLOSED, HANG

LOOPBACK = "127.0.0.1"
_CHUNK = 65536
_FATAL = (OSError, ValueError)


class Gate:
    """The listening end of one line."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.mode: str | None = None
        self._server: asyncio.Server | None = None
        self._talks: set[asyncio.StreamWriter] = set()

    async def set_mode(self, mode: str | None) -> None:
        """Play a mode from now on; None passes everything.

        Raises:
            OSError: the line's port is taken.
        """
        if mode != self.mode:
            # What was agreed on in the old weather does not live on in the new one.
            for writer in list(self._talks):
                writer.transport.abort()
        self.mode = mode
        if mode == CLOSED:
            await self.close()
        elif self._server is None:
            self._server = await asyncio.start_server(self._talk, LOOPBACK, self.line.port)

    async def close(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._talks.add(writer)
        try:
            if self.mode == HANG:
                while await reader.read(_CHUNK):
                    pass
                return
            await self._relay(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass  # either end went away: so does the other
        finally:
            self._talks.discard(writer)
            writer.close()

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection(self.line.host, self.line.server_port)
        try:
            both = [
                asyncio.create_task(_pour(reader, there_writer)),
                asyncio.create_task(_pour(there_reader, writer)),
            ]
            _, left = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            for task in left:
                task.cancel()
        finally:
            there_writer.close()


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(_CHUNK):
            writer.write(data)
            await writer.drain()


async def serve(folder: Path, ended: asyncio.Event, ready: Callable[[], None] = lambda: None) -> None:
    """Play the lines of a world's folder until `ended` is set; `ready` is called when all ports are as they should be.

    Raises:
        FileNotFoundError: the folder holds no world.
        OSError: a port is taken.
    """
    gates = [Gate(line) for line in read_lines(folder)]
    told = False
    try:
        while not ended.is_set():
            modes = read_modes(folder)
            for gate in gates:
                await gate.set_mode(modes.get(gate.line.registry_code))
            if not told:
                ready()
                told = True
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(ended.wait(), LOOK_EVERY_SECONDS)
    finally:
        for gate in gates:
            await gate.close()


async def _until_signal(folder: Path) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    await serve(folder, ended, lambda: print(f"Lines of {folder} are open.", flush=True))


def main() -> int:
    """Run until a signal; 1 with a message where the folder or a port does not serve."""
    parser = argparse.ArgumentParser(prog="python -m include.rehearsal.proxy", description=__doc__)
    parser.add_argument("folder", type=Path, help="the world's folder")
    folder = parser.parse_args().folder
    try:
        asyncio.run(_until_signal(folder))
    except _FATAL as problem:
        print(f"The lines of {folder} cannot be played: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
