"""Processes for a test to kill: forked from one that has loaded what they run, which spares each the loading."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from typing import Any

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.campaign.requeue_once", "tests.campaign.mail.drain_once"])


def start(work: Callable[..., object], *arguments: Any) -> BaseProcess:
    """A process of its own that does the work, with nothing of ours open in it."""
    process = _FORKS.Process(target=work, args=arguments, daemon=True)
    process.start()
    return process


def ended(process: BaseProcess, seconds: float) -> int:
    """Its exit code; 0: it went well. Fails when it has not ended in time."""
    process.join(seconds)
    assert process.exitcode is not None, f"it has not ended within {seconds} s"
    return process.exitcode


def kill(process: BaseProcess) -> None:
    """SIGKILL, if it runs still."""
    process.kill()
    ended(process, 10)
