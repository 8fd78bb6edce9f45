"""The script for bare machines, with commands that only say that they were called."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run(folder: Path, failing: str) -> tuple[int, list[str]]:
    """Run it with a `make` and an `apt-get` of our own; returns its exit code and what was called."""
    called = folder / "called"
    called.touch()
    for name in ("make", "apt-get", "chromium", "sudo"):
        body = 'exec "$@"' if name == "sudo" else f'[ "{name} $*" != "{failing}" ]'
        (folder / name).write_text(f'#!/bin/sh\necho "{name} $*" >> {called}\n{body}\n')
        (folder / name).chmod(0o755)
    environment = {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}
    ended = subprocess.run([ROOT / ".ci" / "run"], env=environment, capture_output=True, cwd=folder)
    return ended.returncode, [line for line in called.read_text().splitlines() if line.startswith("make")]


@pytest.mark.parametrize(("failing", "code"), [("nothing", 0), ("make test", 1), ("make lint", 1)])
def test_tests_and_linters_are_both_run_and_either_fails_it(tmp_path: Path, failing: str, code: int) -> None:
    assert run(tmp_path, failing) == (code, ["make test", "make lint"])


def test_tests_of_a_file_run_in_one_process(request: pytest.FixtureRequest) -> None:
    """Otherwise each process would start the stacks and play the campaigns that the tests of a file share."""
    if not hasattr(request.config, "workerinput"):
        pytest.skip("the tests run in one process anyway")
    assert request.node.nodeid.endswith("@tests/deploy/test_ci.py")
