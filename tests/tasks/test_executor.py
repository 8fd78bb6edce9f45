"""What the executor's workers hold in memory before their tasks begin."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from include.tasks.executor import PRELOADED, load, own_modules
from tests.conftest import SMALL_PLAN

_LOAD = """
import sys, threading
from importlib import import_module
for name in sys.argv[1:]:
    import_module(name)
assert threading.active_count() == 1, threading.enumerate()
import psutil
assert psutil.Process().net_connections() == []
"""


def test_what_tasks_run_is_among_the_modules_and_no_command_or_migration() -> None:
    names = own_modules()
    assert {"include.campaign.pull.registries", "include.campaign.reconcile.closing", "include.tasks.papers"} < {*names}
    assert [name for name in names if "__main__" in name or "migrations" in name] == []


def test_workers_can_be_forked_after_loading_everything(tmp_path: Path) -> None:
    """A thread or a connection that a module opened would be broken in every task."""
    names = [*PRELOADED, *own_modules()]
    done = subprocess.run(
        [sys.executable, "-c", _LOAD, *names],
        env={"PATH": "/usr/bin", "CAMPAIGN_PLAN": str(SMALL_PLAN), "AIRFLOW_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_a_module_that_cannot_be_loaded_stops_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name, code in (("broken_room", "1 / 0"), ("sound_room", "")):
        (tmp_path / f"{name}.py").write_text(code, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    load(["broken_room", "sound_room"])
    assert "sound_room" in sys.modules
    assert "broken_room cannot be loaded" in caplog.text
