"""A component that starts again first ends what the killed one left."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

SLEEP = "import time; time.sleep(60)"
COMPONENT = f"""
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", {SLEEP!r}])
subprocess.Popen([sys.executable, "-c", {SLEEP!r}], process_group=0)
print("started", flush=True)
time.sleep(60)
"""


def launch(note: Path, code: str) -> subprocess.Popen:
    command = [sys.executable, "-m", "include.local.launch", str(note), sys.executable, "-c", code]
    return subprocess.Popen(command, process_group=0, stdout=subprocess.PIPE, text=True)


def test_children_of_a_killed_component_end_and_bystanders_live(tmp_path) -> None:
    bystander = subprocess.Popen([sys.executable, "-c", SLEEP], process_group=0)
    first = launch(tmp_path / "scheduler.group", COMPONENT)
    try:
        assert first.stdout.readline() == "started\n"
        same_group, own_group = sorted(
            psutil.Process(first.pid).children(), key=lambda child: os.getpgid(child.pid) != first.pid
        )
        first.kill()
        first.wait()
        second = launch(tmp_path / "scheduler.group", "print('again')")
        told = second.communicate(timeout=20)[0]
        assert f"ended 1 processes of the earlier scheduler: [{same_group.pid}]" in told
        assert told.endswith("again\n")
        assert not psutil.pid_exists(same_group.pid) or same_group.status() == psutil.STATUS_ZOMBIE
        # In a group of its own and no longer anyone's child: only the supervisor's session still knows it.
        assert own_group.is_running()
        assert bystander.poll() is None
    finally:
        for process in (bystander, own_group):
            process.send_signal(signal.SIGKILL)
        time.sleep(0.1)
        bystander.wait()
