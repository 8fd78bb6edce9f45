"""Airflow's LocalExecutor, for a machine on which a worker can be killed (out of memory, or by hand).

The stock one (3.3.2) waits for ever after that: the dead worker's task stays queued, since it cannot be revoked, and a
worker that dies while it waits for work takes the lock of the queue with it, which stops all others. A scheduler that
starts anew sets both right: its supervisor ends what is left, and it starts again the tasks of its dead predecessor.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from importlib import import_module
from pkgutil import walk_packages

from airflow.executors.local_executor import LocalExecutor

import include.campaign
import include.tasks

log = logging.getLogger(__name__)

PRELOADED = (
    "airflow.dag_processing.dagbag",
    "airflow.providers.standard.decorators.python",
    "asyncpg",
    "css_inline",
    "docx",
    "matplotlib.backends.backend_agg",
    "matplotlib.figure",
    "psycopg",
    "sqlalchemy.dialects.postgresql.psycopg",
    "typst",
    "xlsxwriter",
    "yagmail",
)
"""Libraries of every task, loaded once into the workers, whose tasks are their forks: 0.2 s of CPU less for each."""


def own_modules() -> list[str]:
    """The product's modules, likewise loaded once: 0.1 s of CPU less for each task.

    So a task's code is what the stack was started with, as its database is. What the plan says counts at once.
    """
    return [
        module.name
        for package in (include.campaign, include.tasks)
        for module in walk_packages(package.__path__, f"{package.__name__}.", onerror=lambda name: None)
        if not module.name.endswith(".__main__")
    ]


def load(names: Iterable[str]) -> None:
    """Import modules; one that cannot be is left to the tasks that need it, which say so: it must not stop the day."""
    for name in names:
        try:
            import_module(name)
        except Exception:
            log.exception("%s cannot be loaded", name)


class RestartingLocalExecutor(LocalExecutor):
    """Ends the scheduler when one of its workers has died; whoever supervises the scheduler starts it again."""

    def start(self) -> None:
        """Start the workers, with what each of their tasks would load in memory."""
        load([*PRELOADED, *own_modules()])
        super().start()

    def _check_workers(self) -> None:
        dead = {pid: worker.exitcode for pid, worker in self.workers.items() if not worker.is_alive()}
        if dead:
            log.critical("Workers died (pid: exit code): %s. The scheduler ends, to be started anew.", dead)
            # Not sys.exit: an orderly end would wait for the other workers, who may never get their lock.
            os._exit(1)
        super()._check_workers()
