"""The folder of all state of one stack: `.local/` of the project, or what `CAMPAIGN_HOME` names."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
"""The project: what stands on the path of every process of the stack."""

MARK = ".campaign-home"
"""An empty file in every home: what has none was not made by us and is left alone."""

SOCKET_PATH_LIMIT = 100
"""A unix socket's path may have 107 bytes on Linux, 103 on macOS."""


class StackError(Exception):
    """What stops a command, told in words that say what to do."""


class Home:
    """Paths, secrets and facts of one stack.

    Several stacks run side by side, each in a home of its own. Only the owner reads files with secrets.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.logs = self.path / "logs"
        self.airflow = self.path / "airflow"
        self.maildir = self.path / "mail"
        self.certificates = self.path / "certificates"
        self.rehearsal = self.path / "rehearsal"
        self.plan = self.path / "plan"
        self.run = self.path / "run"
        self.connections = self.path / "connections.json"
        self.supervisor_config = self.path / "supervisord.conf"

    @classmethod
    def chosen(cls) -> Home:
        """The home that `CAMPAIGN_HOME` names, else `.local` in the project."""
        named = os.environ.get("CAMPAIGN_HOME")
        return cls(Path(named).expanduser() if named else ROOT / ".local")

    @property
    def ours(self) -> bool:
        """Whether this folder was made by a stack, and so may be filled and cleaned by one."""
        return (self.path / MARK).exists()

    def make(self) -> None:
        """Make the folders that are missing.

        Raises:
            StackError: the home holds something else already.
        """
        if not self.ours and self.path.exists() and any(self.path.iterdir()):
            raise StackError(f"{self.path} holds something else. CAMPAIGN_HOME is to name an empty or a new folder.")
        for folder in (self.path, self.logs, self.airflow, self.run):
            folder.mkdir(parents=True, exist_ok=True)
        (self.path / MARK).touch()
        # Searchable by others: a PostgreSQL that root starts runs as another user.
        self.path.chmod(0o711)
        self.run.chmod(0o711)
        self.airflow.chmod(0o700)
        self.logs.chmod(0o700)

    @property
    def socket(self) -> Path:
        """Where the supervisor listens: in the home, or in the temporary folder when its path is too long."""
        inside = self.run / "supervisor.sock"
        if len(os.fsencode(inside)) <= SOCKET_PATH_LIMIT:
            return inside
        digest = hashlib.sha256(os.fsencode(self.path)).hexdigest()[:12]
        folder = Path(tempfile.gettempdir()) / f"campaign-{os.getuid()}-{digest}"
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.stat().st_uid != os.getuid():
            raise StackError(f"{folder} belongs to someone else; set CAMPAIGN_HOME to a shorter path.")
        return folder / "supervisor.sock"

    def secret(self, name: str, *, length: int = 24) -> str:
        """A generated secret, made at its first use and kept: `length` random bytes, URL-safe."""
        path = self.path / "secrets.json"
        known: dict[str, str] = read_json(path)
        if name not in known:
            known[name] = secrets.token_urlsafe(length)
            write_private(path, json.dumps(known, indent=1))
        return known[name]

    @property
    def facts(self) -> dict[str, Any]:
        """What this home was made for: kind (demo, up), plan, seed, scale, and how far its making came."""
        return read_json(self.path / "facts.json")

    def note(self, **facts: Any) -> None:
        """Add to the facts of this home."""
        known = {**self.facts, **facts}
        write_private(self.path / "facts.json", json.dumps(known, indent=1, ensure_ascii=False))

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other drivers out of this home while one works in it; the kernel lets go when the driver dies.

        Raises:
            StackError: another driver holds it.
        """
        self.make()
        path = self.run / "driver.lock"
        with path.open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                lock.seek(0)
                holder = lock.read().strip() or "unknown"
                raise StackError(
                    f"A stack is already at work in {self.path} (process {holder}). End it with Ctrl-C "
                    "there, or choose another folder: CAMPAIGN_HOME=<folder> make ..."
                ) from None
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            yield


def read_json(path: Path) -> dict[str, Any]:
    """The object in a file of ours; empty when there is none yet."""
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return found


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner reads, whole or not at all."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    fresh.replace(path)
