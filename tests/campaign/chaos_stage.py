"""Two registries full of failures, a ledger, and a campaign database on a server of its own that can be killed."""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing.process import BaseProcess
from pathlib import Path

from include.campaign.days import Calendar
from include.campaign.endpoint import Endpoint
from include.campaign.plan import Plan
from include.campaign.reconcile import open_close
from include.campaign.transfers import RequeueResult
from include.campaign.warehouse import engine
from include.campaign.warehouse.migrate import migrate
from include.local.ports import pick
from include.local.postgres import Server, os_user, prepare, wait_until_ready
from tests import killable
from tests.campaign.requeue_once import Run, read, run
from tests.campaign.scene import HOME, OTHER
from tests.sources import superuser

DAY = "2025-03-05"
BEFORE, EVENING = (datetime.fromisoformat(f"2025-03-05T{hour}:00+07:00") for hour in ("12:00", "18:00"))
REGISTRIES = (HOME, OTHER)
DOWN, LOST, IN_LEDGER, DOUBLES, TO_CORRECT = range(1, 41), range(41, 51), range(51, 61), range(61, 67), range(67, 71)
ACCEPTED = range(71, 171)
"""Entry ids: failed and due; timed out, with no receipt; timed out and received; refused as duplicates; to be corrected
by people; received lately, so that there is room for a wave.
"""
DUE = {(code, entry) for code in REGISTRIES for part in (DOWN, LOST) for entry in part}
CHUNK = 7

_TRANSFERS = """
insert into sohoa.transfer (entry_id, state, attempts, queued_at, sent_at, answered_at, error_code, ministry_ref)
select n, %s, 1, '2025-03-03 08:00+07', '2025-03-03 09:00+07', '2025-03-03 09:01+07', %s, %s || n
from generate_series(%s::int, %s) n
"""
_RECEIPTS = """
insert into ledger.receipt
select %(first)s + n, coalesce(%(ref)s || n, 'M' || %(first)s + n), %(unit)s, 'KS', 2004, '01', n::text, n,
    '2025-03-05 10:00+07'
from generate_series(%(from)s::int, %(to)s) n
"""


class CampaignServer:
    """A PostgreSQL server for campaign databases, as in production, that can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        port = pick(["campaign"], {})["campaign"]
        settings = {"shared_buffers": "96MB", "max_connections": "60", "fsync": "off"}
        self.server = Server("campaign", 18, folder / "campaign", port, "campaign-password", settings)
        prepare(self.server)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(self.server.command, user=os_user(), cwd="/", stderr=subprocess.DEVNULL)
        wait_until_ready(self.server)

    def stop(self, how: signal.Signals) -> None:
        """SIGINT: ends what runs; SIGQUIT: dies on the spot and recovers from its log."""
        assert self._process is not None
        self._process.send_signal(how)
        self._process.wait(30)

    def database(self, name: str) -> Endpoint:
        return Endpoint("127.0.0.1", self.server.port, name, "postgres", self.server.password)


@contextmanager
def campaign_server() -> Iterator[CampaignServer]:
    """One server, with a migrated template to copy databases from."""
    folder = Path(tempfile.mkdtemp(prefix="campaign-chaos-"))
    folder.chmod(0o755)
    server = CampaignServer(folder)
    server.start()
    try:
        with server.server.connect() as conn:
            conn.execute("create database template_campaign")
        migrate(server.database("template_campaign").sqlalchemy_url)
        yield server
    finally:
        server.stop(signal.SIGINT)
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Stage:
    """The databases of one story, and the workers that run on them."""

    server: CampaignServer
    campaign: Endpoint
    registries: dict[str, Endpoint]
    ledger: Endpoint
    plan: Plan
    workers: list[BaseProcess] = field(default_factory=list)

    def fill(self) -> None:
        """Make the failures, read them once at noon, and open the day."""
        for number, (code, endpoint) in enumerate(self.registries.items()):
            with superuser(endpoint) as conn:
                conn.execute(
                    "insert into sohoa.book values (1, 'KS', 2004, 2004, '01', %s, 50, 170, 2,"
                    " '2025-03-01 08:00+07', '2025-03-02 08:00+07', '2025-03-02 08:00+07', null)",
                    [code],
                )
                conn.execute(
                    "insert into sohoa.entry (entry_id, book_id, entry_no, entered_at, changed_at)"
                    " select n, 1, n, '2025-03-02 09:00+07', '2025-03-02 09:00+07' from generate_series(1, 170) n"
                )
                for state, error, part in (
                    ("failed", "REMOTE_UNAVAILABLE", DOWN),
                    ("failed", "REMOTE_TIMEOUT", LOST),
                    ("failed", "REMOTE_TIMEOUT", IN_LEDGER),
                    ("rejected", "DUP_RECORD", DOUBLES),
                    ("rejected", "BAD_DATE", TO_CORRECT),
                    ("accepted", None, ACCEPTED),
                ):
                    ref = f"REF-{code}-" if state == "accepted" else None
                    conn.execute(_TRANSFERS, [state, error, ref, part[0], part[-1]])
            with superuser(self.ledger) as conn:
                for ref, part in ((None, IN_LEDGER), (f"REF-{code}-", ACCEPTED)):
                    asked = {"first": number * 1000, "ref": ref, "unit": code, "from": part[0], "to": part[-1]}
                    conn.execute(_RECEIPTS, asked)
        calendar = Calendar(self.plan.rules)
        with engine(self.campaign).begin() as conn:
            open_close(conn, self.plan, calendar, calendar.close(DAY), "run", EVENING)
        read(self.given(BEFORE, "noon"))

    def given(self, as_of: datetime, attempt: str, chunk: int = CHUNK) -> Run:
        """A run of the evening, whatever its instant."""
        return Run(
            self.campaign,
            self.registries,
            self.ledger,
            DAY,
            as_of,
            attempt,
            chunk,
        )

    def run(self, as_of: datetime, attempt: str) -> RequeueResult:
        """A run in this process, in peace."""
        engine(self.campaign).dispose()
        return run(self.given(as_of, attempt), self.plan)

    def start(self, as_of: datetime = EVENING, attempt: str = "first", chunk: int = CHUNK) -> BaseProcess:
        """A run in a process of its own."""
        worker = killable.start(run, self.given(as_of, attempt, chunk), self.plan)
        self.workers.append(worker)
        return worker

    @contextmanager
    def held_up(self, entry_id: int, *codes: str) -> Iterator[None]:
        """Whoever puts this entry back in these registries waits until we are done."""
        held = [superuser(self.registries[code]) for code in codes]
        try:
            for conn in held:
                conn.execute("begin")
                conn.execute("select from sohoa.transfer where entry_id = %s for update", [entry_id])
            yield
        finally:
            for conn in held:
                conn.close()

    def wait_until_held_up(self, *codes: str) -> None:
        """Until a call of `requeue` waits in each of the registries."""
        wait_for(lambda: all(self.calls(code, waiting=True) for code in codes))

    def wait_until_quiet(self) -> None:
        """Until no call of `requeue` goes on in any registry: one whose caller is dead still ends."""
        wait_for(lambda: not any(self.calls(code) for code in REGISTRIES))

    def cut_lines(self, *codes: str) -> None:
        """End every call of `requeue` in the registries, as when a line breaks: what it did is undone."""
        for code in codes:
            with superuser(self.registries[code]) as conn:
                for pid in self.calls(code):
                    conn.execute("select pg_terminate_backend(%s)", [pid])

    def calls(self, code: str, *, waiting: bool = False) -> list[int]:
        """Backends of the calls of `requeue` that go on in a registry, or of those that wait for a lock."""
        query = "select pid, wait_event_type from pg_stat_activity where datname = %s and application_name = %s"
        with superuser(self.registries[code]) as conn:
            found = conn.execute(query, [self.registries[code].database, "campaign_requeue"]).fetchall()
        return [pid for pid, waits_for in found if not waiting or waits_for == "Lock"]

    def end_campaign_backends(self) -> None:
        """End every connection to the campaign database."""
        with self.server.server.connect() as conn:
            conn.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [self.campaign.database]
            )

    def campaign_rows(self, query: str) -> list[tuple]:
        with self.server.server.connect(self.campaign.database) as conn:
            return conn.execute(query.encode()).fetchall()

    def decided(self) -> int:
        """How many decisions to put something back there are."""
        [(count,)] = self.campaign_rows("select count(*) from transfers.decision where action = 'put_back'")
        return int(count)

    def log(self) -> list[tuple[str, int, str]]:
        """Every put-back that a registry ever did: the judge of it all."""
        found = []
        for code, endpoint in self.registries.items():
            with superuser(endpoint) as conn:
                rows = conn.execute("select entry_id, key from sohoa.requeue_log order by 1, 2").fetchall()
            found += [(code, entry, key) for entry, key in rows]
        return found


@dataclass(frozen=True)
class Verdict:
    """What the registries' logs say: due and never put back, put back again, put back and not due, wrongly recorded."""

    put_back: int
    lost: int
    double: int
    not_due: int
    misrecorded: int

    @classmethod
    def of(cls, stage: Stage) -> Verdict:
        log = stage.log()
        entries = {(code, entry) for code, entry, _ in log}
        recorded = set(
            stage.campaign_rows(
                "select registry_code, entry_id, requeue_key from transfers.decision where state = 'requeued'"
            )
        )
        return cls(len(log), len(DUE - entries), len(log) - len(entries), len(entries - DUE), len(recorded ^ set(log)))


RIGHT = Verdict(len(DUE), lost=0, double=0, not_due=0, misrecorded=0)


def wait_for(condition: Callable[[], object], seconds: float = 40) -> None:
    """Until it holds; fails when it does not in time."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it never came that far"
        time.sleep(0.02)
