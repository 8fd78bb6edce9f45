"""Servers, made-up registries and the table of ratios that the benches share.

Every bench measures this system and something else on the same data in the same run, and compares: seconds differ from
machine to machine, ratios less so. A missed aim is printed, not asserted: a busy machine would make it a lottery.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from include.campaign.endpoint import Endpoint
from include.campaign.warehouse import engine
from include.campaign.warehouse.migrate import migrate
from include.local.ports import pick
from include.local.postgres import Server, os_user, prepare, wait_until_ready
from tests.sources import CONTRACT

SCALE = float(os.environ.get("BENCH_SCALE", "0.1"))
"""1 is the whole province: 851,831 cases in 129 registries."""

CASES = 851_831
REGISTRIES = 129

ROOT = Path(__file__).resolve().parents[2]
_RIVALS = Path(__file__).parent / "rivals"
_RIVALS_PYTHON = ROOT / ".venv-bench" / "bin" / "python"
_SETTINGS = {
    "shared_buffers": "1536MB",  # the largest size fits, as the province fits into the stack's 384 MB
    "max_connections": "120",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_wal_size": "4GB",
    "autovacuum_naptime": "10min",
}


@dataclass
class Ratios:
    """What was measured in this run; printed when it is over."""

    rows: list[tuple[str, str, str, str]] = field(default_factory=list)

    def at_most(self, what: str, ours: float, other: float, aim: float) -> None:
        """Ours costs at most `aim` times the other."""
        self._add(what, ours / other, f"<= {aim:g}", ours / other <= aim)

    def faster(self, what: str, ours: float, other: float, aim: float) -> None:
        """Ours is at least `aim` times faster than the other."""
        self._add(what, other / ours, f">= {aim:g}", other / ours >= aim)

    def told(self, what: str, value: str) -> None:
        """A number without an aim."""
        self.rows.append((what, value, "", ""))

    def _add(self, what: str, ratio: float, aim: str, held: bool) -> None:
        self.rows.append((what, f"{ratio:.2f}", aim, "held" if held else "MISSED"))


_ratios = Ratios()


@pytest.fixture(scope="session")
def ratios() -> Ratios:
    return _ratios


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not _ratios.rows:
        return
    terminalreporter.section(f"ratios at scale {SCALE:g}")
    for what, ratio, aim, held in _ratios.rows:
        terminalreporter.write_line(f"{what:86} {ratio:>22} {aim:>8} {held}")


@contextmanager
def timed(seconds: dict[str, float], step: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    seconds[step] = time.perf_counter() - began


@contextmanager
def _running(name: str, version: int) -> Iterator[Server]:
    # As root the server runs as another user, who must be able to get into the folder.
    folder = Path(tempfile.mkdtemp(prefix=f"campaign-bench-{name}-"))
    folder.chmod(0o755)
    port = pick([name], {})[name]
    server = Server(name, version, folder / "data", port, "bench-password", _SETTINGS)
    prepare(server)
    process = subprocess.Popen(server.command, user=os_user(), cwd="/", stderr=subprocess.DEVNULL)
    try:
        wait_until_ready(server)
        yield server
    finally:
        process.terminate()
        process.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def warehouse_server() -> Iterator[Server]:
    """PostgreSQL 18 for what is written: the campaign's database and the rivals' own."""
    with _running("bench-warehouse", 18) as server:
        yield server


@pytest.fixture(scope="session")
def registry_server() -> Iterator[Server]:
    """PostgreSQL 16 for what is read."""
    with _running("bench-registries", 16) as server:
        with server.connect() as conn:
            for role in ("campaign_reader", "campaign_requeuer"):
                conn.execute(f"create role {role} nologin")
        yield server


def endpoint(server: Server, database: str) -> Endpoint:
    return Endpoint("127.0.0.1", server.port, database, "postgres", server.password)


def url(server: Server, database: str) -> str:
    """For the rivals, which take a plain URL."""
    return f"postgresql://postgres:{server.password}@127.0.0.1:{server.port}/{database}"


@contextmanager
def campaign_database(server: Server, name: str) -> Iterator[Endpoint]:
    """A migrated, empty campaign database, dropped afterwards."""
    with server.connect() as conn:
        conn.execute(f"create database {name}")
    campaign = endpoint(server, name)
    migrate(campaign.sqlalchemy_url)
    try:
        yield campaign
    finally:
        engine(campaign).dispose()
        with server.connect() as conn:
            conn.execute(f"drop database {name} with (force)")


@contextmanager
def made_registries(server: Server, count: int, books: int, entries_in_book: int) -> Iterator[list[str]]:
    """Databases to the contract, all alike: every other entry is sent and accepted. Dropped afterwards."""
    names = [f"registry_{number:04d}" for number in range(1, count + 1)]
    with server.connect() as conn:
        conn.execute(f"create database {names[0]}")
    with server.connect(names[0]) as conn:
        conn.execute((CONTRACT / "registry.sql").read_text(encoding="utf-8"))
        conn.execute(
            "insert into sohoa.book select n, 'KS', 1950 + n %% 56, null, lpad((n / 56)::text, 2, '0'), '45000', 100,"
            " null, 2, '2025-03-01 08:00+07', null, null, null from generate_series(1, %s) n",
            [books],
        )
        conn.execute(
            "insert into sohoa.entry"
            " (entry_id, book_id, entry_no, full_name, entered_at, reviewed_at, page_file, changed_at)"
            " select b * 10000 + n, b, n::text, 'A', timestamptz '2025-03-02 09:00+07' + n * interval '1 min',"
            " '2025-03-02 10:00+07', 'KS.2004.01.' || n || '.pdf', '2025-03-02 09:00+07'"
            " from generate_series(1, %s) b, generate_series(1, %s) n",
            [books, entries_in_book],
        )
        conn.execute(
            "insert into sohoa.transfer (entry_id, state, attempts, queued_at, sent_at, answered_at, ministry_ref)"
            " select entry_id, 'accepted', 1, entered_at, entered_at, entered_at, 'R' || entry_id"
            " from sohoa.entry where entry_id % 2 = 0"
        )
        # The rivals know no joins and no arrays: they get what they can read.
        conn.execute(
            "create view public.entry_with_transfer as select e.entry_id, e.book_id, e.entry_no, e.entered_at,"
            " e.scan_attached_at, e.reviewed_at, e.corrected_at, e.page_file, e.defects::text as defects, e.changed_at,"
            " t.state as t_state, t.attempts as t_attempts, t.queued_at as t_queued_at, t.sent_at as t_sent_at,"
            " t.answered_at as t_answered_at, t.error_code as t_error_code, t.ministry_ref as t_ministry_ref,"
            " t.requeue_key as t_requeue_key from sohoa.entry e left join sohoa.transfer t using (entry_id)"
        )
        conn.execute("vacuum analyze")
    with server.connect() as conn:
        for name in names[1:]:
            conn.execute(f"create database {name} template {names[0]}")
    try:
        yield names
    finally:
        with server.connect() as conn:
            for name in names:
                conn.execute(f"drop database {name} with (force)")


def rival(script: str, task: dict[str, Any], timeout: float = 900) -> dict[str, Any]:
    """Run a script of rivals/ in its own environment; it reads its task as JSON and prints its seconds as JSON.

    The seconds leave out its start and imports.
    """
    if not _RIVALS_PYTHON.exists():
        pytest.skip("the rivals' environment is missing: start with `make bench`")
    done = subprocess.run(
        [_RIVALS_PYTHON, _RIVALS / f"{script}.py"],
        input=json.dumps(task),
        capture_output=True,
        text=True,
        timeout=timeout,
        env=os.environ | {"DLT_TELEMETRY": "0", "RUNTIME__DLTHUB_TELEMETRY": "false", "RUNTIME__LOG_LEVEL": "ERROR"},
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])
