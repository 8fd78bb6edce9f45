"""Starts one Airflow component in place of a dead one: ends what that one left, then becomes it.

A scheduler that is killed outright leaves its idle workers behind (about 150 MB each), since they hold both
ends of the pipe they wait on. `python -m include.local.launch FILE COMMAND...`: FILE keeps the component's
process group.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import psutil


def end_group(group: int, session: int) -> list[int]:
    """Kill the members of a process group of this session, and their children whatever their group.

    Returns:
        The pids that were killed.
    """
    doomed: dict[int, psutil.Process] = {}
    for process in psutil.process_iter():
        try:
            if os.getpgid(process.pid) == group and os.getsid(process.pid) == session:
                doomed[process.pid] = process
                doomed.update((child.pid, child) for child in process.children(recursive=True))
        except (psutil.Error, ProcessLookupError, PermissionError):
            continue
    for process in doomed.values():
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(list(doomed.values()), timeout=5)
    return sorted(doomed)


def main() -> None:
    """End the earlier group, note the present one, become the command."""
    note, command = Path(sys.argv[1]), sys.argv[2:]
    try:
        earlier = int(note.read_text())
    except (FileNotFoundError, ValueError):
        earlier = 0
    if earlier and earlier != os.getpgrp():
        ended = end_group(earlier, os.getsid(0))
        if ended:
            print(f"ended {len(ended)} processes of the earlier {note.stem}: {ended}", flush=True)
    note.write_text(str(os.getpgrp()))
    os.execv(command[0], command)  # noqa: S606 (no shell: the supervisor's own configuration)


if __name__ == "__main__":
    main()
