"""The supervisor of the stack: what it runs, how it is started, asked and ended.

supervisord runs in a session of its own, so Ctrl-C in a terminal reaches the driver only, and so every
process of the stack is known by its session, whatever it calls itself. It is asked through XML-RPC on a unix
socket.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
import xmlrpc.client
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from supervisor.xmlrpc import SupervisorTransport

from include.local.home import ROOT, Home, StackError, read_json, write_private

PR_SET_PDEATHSIG = 1
STOPPED = ("STOPPED", "EXITED", "FATAL")


@dataclass(frozen=True)
class Program:
    """One supervised process. Programs of a `group` stop together, groups one after another (`ORDER`)."""

    name: str
    group: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    user: str | None = None
    stop_signal: str = "TERM"
    stop_seconds: int = 15

    @property
    def full_name(self) -> str:
        """The name that the supervisor knows."""
        return f"{self.group}:{self.name}"


ORDER = {"servers": 100, "outside": 200, "airflow": 300}
"""Groups stop from the highest number down: Airflow before the databases that it writes to."""


def configuration(home: Home, programs: Iterable[Program]) -> str:
    """The text of supervisord.conf. Programs start when the driver says so."""
    programs = list(programs)
    socket = os.path.relpath(home.socket, home.run) if home.socket.is_relative_to(home.run) else str(home.socket)
    # Paths are relative to where supervisord starts, `run/`: it expands a percent sign in them more than once.
    lines = [
        "[unix_http_server]",
        f"file = {socket}",
        "chmod = 0700",
        "[supervisord]",
        "logfile = ../logs/supervisord.log",
        "logfile_maxbytes = 5MB",
        "logfile_backups = 1",
        "pidfile = supervisord.pid",
        "childlogdir = ../logs",
        "nodaemon = true",
        "silent = true",
        "umask = 077",
        "[rpcinterface:supervisor]",
        "supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface",
    ]
    for program in programs:
        lines += _section(program)
    for group in sorted({program.group for program in programs}):
        members = ",".join(program.name for program in programs if program.group == group)
        lines += [f"[group:{group}]", f"programs = {members}", f"priority = {ORDER[group]}"]
    return "\n".join(lines) + "\n"


def _section(program: Program) -> list[str]:
    pairs = sorted(program.environment.items())
    environment = ",".join(f'{name}="{_escape(value)}"' for name, value in pairs)
    lines = [
        f"[program:{program.name}]",
        f"command = {_escape(' '.join(_quote(word) for word in program.command))}",
        f"stdout_logfile = ../logs/{program.name}.log",
        "stdout_logfile_maxbytes = 10MB",
        "stdout_logfile_backups = 1",
        "redirect_stderr = true",
        "autostart = false",
        "autorestart = true",
        "startsecs = 1",
        # A killed PostgreSQL finds its shared memory in use until its last backend has gone: more tries than
        # 3.
        "startretries = 10",
        f"stopsignal = {program.stop_signal}",
        f"stopwaitsecs = {program.stop_seconds}",
        "stopasgroup = true",
        "killasgroup = true",
    ]
    if environment:
        lines.append(f"environment = {environment}")
    if program.user:
        lines.append(f"user = {program.user}")
    return lines


def _escape(text: str) -> str:
    return text.replace("%", "%%")


def _quote(word: str) -> str:
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


def clean_environment() -> dict[str, str]:
    """Our environment without what changes programs behind our back: settings of Airflow, libpq and Python.

    Proxies stay (a province may need one), but never for this machine.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AIRFLOW", "PG", "PYTHON", "SUPERVISOR", "VIRTUAL_ENV", "CAMPAIGN_"))
    }
    for name in ("NO_PROXY", "no_proxy"):
        kept[name] = ",".join(filter(None, [kept.get(name, ""), "127.0.0.1", "localhost"]))
    kept["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', os.defpath)}"
    kept["PYTHONPATH"] = str(ROOT)
    kept["PYTHONUNBUFFERED"] = "1"
    return kept


class Supervisor:
    """A handle on the supervisord of one home; any process may hold one."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self._note = home.run / "session.json"

    # -- life and death

    def start(self, programs: Iterable[Program], *, outlives_us: bool = False) -> None:
        """Start supervisord with these programs, none of them running yet. Call it from the main thread.

        Args:
            programs: All that it is to know.
            outlives_us: Whether it stays when this process ends without ending it; else, on Linux, it then ends all.

        Raises:
            StackError: it ended at once or does not answer; its own words are in the message.
        """
        write_private(self.home.supervisor_config, configuration(self.home, programs))
        self.home.socket.unlink(missing_ok=True)
        log = self.home.logs / "supervisord.out"
        with log.open("wb") as output:
            process = subprocess.Popen(  # noqa: S603 (our own Python)
                [sys.executable, "-m", "supervisor.supervisord", "-c", str(self.home.supervisor_config)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env=clean_environment(),
                cwd=self.home.run,
                preexec_fn=None if outlives_us else _end_with_parent(),  # noqa: PLW1509 (one call into the kernel)
            )
        started = psutil.Process(process.pid).create_time()
        write_private(self._note, f'{{"pid": {process.pid}, "started": {started!r}}}')
        until = time.monotonic() + 20
        while time.monotonic() < until:
            if process.poll() is not None:
                break
            if self.answers():
                return
            time.sleep(0.1)
        raise StackError(f"The supervisor did not start:\n{log.read_text(errors='replace').strip()}")

    def answers(self) -> bool:
        """Whether a supervisord listens on this home's socket."""
        try:
            self._call("getState")
        except (OSError, xmlrpc.client.Error, StackError):
            return False
        return True

    def processes(self) -> list[psutil.Process]:
        """Every living process of this home's supervisor, itself included, whoever its parent is by now.

        A session's number is not given again while one of its members lives, so members of the noted session
        are ours, unless a younger process leads a session of that number.
        """
        note = read_json(self._note)
        if not note:
            return []
        pid = int(note["pid"])
        try:
            leader = psutil.Process(pid)
            if abs(leader.create_time() - float(note["started"])) > 1:
                return []
        except psutil.NoSuchProcess:
            pass
        found = []
        for process in psutil.process_iter():
            try:
                if os.getsid(process.pid) == pid and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
            except (psutil.Error, ProcessLookupError, PermissionError):
                continue
        return found

    def end(self, *, seconds: float = 60) -> int:
        """End everything, in order; what does not end in that time is killed.

        Returns:
            How many processes had to be ended without the supervisor's help.
        """
        if self.answers():
            self._call("shutdown")
            note = read_json(self._note)
            self._wait_for_leader(int(note["pid"]) if note else 0, seconds)
        rest = self.processes()
        for process in rest:
            # PostgreSQL's quick and orderly end is SIGINT; SIGTERM would make it wait for its clients.
            _signal(process, signal.SIGINT if process.name() == "postgres" else signal.SIGTERM)
        # Idle workers of a dead scheduler heed nothing; a database is given time to write.
        _, alive = psutil.wait_procs(rest, timeout=3)
        for process in alive:
            if process.name() != "postgres":
                _signal(process, signal.SIGKILL)
        _, alive = psutil.wait_procs(alive, timeout=15)
        for process in alive:
            _signal(process, signal.SIGKILL)
        psutil.wait_procs(alive, timeout=5)
        self._note.unlink(missing_ok=True)
        self.home.socket.unlink(missing_ok=True)
        return len(rest)

    def _wait_for_leader(self, pid: int, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                # Our own child stays a zombie until it is waited for.
                if os.waitpid(pid, os.WNOHANG)[0] == pid:
                    return
            except ChildProcessError:
                if not psutil.pid_exists(pid):
                    return
            time.sleep(0.1)

    # -- programs

    def start_programs(self, programs: Iterable[Program]) -> None:
        """Start these, without waiting until they are ready for work."""
        for program in programs:
            if self.state(program) not in ("RUNNING", "STARTING", "BACKOFF"):
                self._call("startProcess", program.full_name, False)

    def stop_program(self, program: Program) -> None:
        """Stop this one and wait until it has ended; it stays down until it is started again."""
        if self.state(program) not in STOPPED:
            self._call("stopProcess", program.full_name, True)

    def kill(self, program: Program) -> int:
        """SIGKILL this one, as a crash would, and see it die; the supervisor starts it again. Returns its pid."""
        process = psutil.Process(int(self._call("getProcessInfo", program.full_name)["pid"]))
        self._call("signalProcess", program.full_name, "KILL")
        psutil.wait_procs([process], timeout=10)
        return int(process.pid)

    def state(self, program: Program) -> str:
        """Its state in the supervisor's words: RUNNING, STARTING, BACKOFF, FATAL, STOPPED ..."""
        return str(self._call("getProcessInfo", program.full_name)["statename"])

    def table(self) -> list[dict[str, Any]]:
        """All programs: name, statename, pid, start (a timestamp), description."""
        found: list[dict[str, Any]] = self._call("getAllProcessInfo")
        return found

    def _call(self, method: str, *arguments: object) -> Any:
        # One connection for each call: the server may have been restarted.
        transport = SupervisorTransport(None, None, f"unix://{self.home.socket}")
        proxy = xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport)
        try:
            return getattr(proxy.supervisor, method)(*arguments)
        except xmlrpc.client.Fault as fault:
            raise StackError(f"The supervisor says to {method}{arguments}: {fault.faultString}") from None
        finally:
            transport.close()


def _signal(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return


def _end_with_parent() -> Callable[[], None] | None:
    """Asks Linux to send SIGTERM when our parent's thread has died, however it did; None where that cannot be asked."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl  # found before the fork, after which little is safe
    return lambda: prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM))
