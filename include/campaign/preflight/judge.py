"""What was found at a source, judged. Pure: facts in, checks out; nothing here talks to a database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from include.campaign.plan.rules import Preflight as PreflightRules
from include.campaign.preflight.contract import Column, type_fault

Role = Literal["reader", "requeuer"]


class Verdict(StrEnum):
    """What a check came to."""

    OK = "ok"
    WARN = "warn"  # the campaign can begin with it, and somebody should know
    FAIL = "fail"  # to be mended before the first day
    SKIPPED = "skipped"  # could not be looked at


OLDEST_VERSION = 13
"""PostgreSQL that a source runs at least: what our statements there use (docs/contract.md)."""

_NAMED_AT_MOST = 8


@dataclass(frozen=True)
class Check:
    """One thing looked at.

    Attributes:
        name: what was looked at.
        verdict: what it came to.
        found: names and numbers, never a row of the source nor an error's text.
        measured: the number itself, where there is one: seconds, bytes, cases.
    """

    name: str
    verdict: Verdict
    found: str = ""
    measured: int | None = None


@dataclass(frozen=True)
class Server:
    """What a server says of itself; the clocks are both at one moment."""

    version: int
    encoding: str
    their_clock: datetime
    our_clock: datetime
    bytes: int | None


@dataclass(frozen=True)
class Found:
    """A column of the source's schema, as its catalogue and our log-in's grants show it."""

    table: str
    name: str
    type: str
    readable: bool

    @property
    def path(self) -> str:
        """As "table.column"."""
        return f"{self.table}.{self.name}"


@dataclass(frozen=True)
class Grants:
    """What our log-in may do beyond reading single columns.

    Attributes:
        superuser: it is above all grants.
        writable: tables of the schema that it can write.
        personal_read: personal columns that a select really gave it, as "table.column".
        elsewhere: tables outside the contract's schema that it can read, as "schema.table".
    """

    superuser: bool = False
    writable: tuple[str, ...] = ()
    personal_read: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()


@dataclass(frozen=True)
class Counted:
    """Books that the baseline in force counts, those with a total on their closing page, their sum; all entries."""

    books: int
    closed: int
    cases: int
    entries: int


def server_checks(server: Server, rules: PreflightRules) -> Iterator[Check]:
    """Version, encoding, clock and size."""
    old = server.version // 10_000 < OLDEST_VERSION
    yield Check("version", Verdict.FAIL if old else Verdict.OK, f"PostgreSQL {server.version // 10_000}")
    # SQL_ASCII means that the server does not know what its bytes are, so nobody can convert them.
    encodings = {"UTF8": Verdict.OK, "SQL_ASCII": Verdict.FAIL}
    yield Check("encoding", encodings.get(server.encoding, Verdict.WARN), server.encoding)
    ahead = (server.their_clock - server.our_clock).total_seconds()
    off = abs(ahead) > rules.clock_seconds
    yield Check("clock", Verdict.FAIL if off else Verdict.OK, f"{ahead:+.0f} s", round(ahead))
    if server.bytes is None:
        yield Check("size", Verdict.SKIPPED)
    else:
        large = server.bytes > rules.large_megabytes * 1_000_000
        yield Check("size", Verdict.WARN if large else Verdict.OK, f"{server.bytes / 1_000_000:,.0f} MB", server.bytes)


def contract_checks(
    contract: Mapping[str, Mapping[str, Column]], needed: frozenset[str], found: Iterable[Found]
) -> Iterator[Check]:
    """Tables and columns that are missing, of another type, or not granted to the reader."""
    there = {column.path: column for column in found}
    missing, types, refused = [], [], []
    worst_type = Verdict.OK
    for path, column in _paths(contract):
        if column.grant != "granted":
            continue
        got = there.get(path)
        if got is None:
            missing.append(path)
            continue
        fault = type_fault(column.type, got.type)
        if fault:
            types.append(f"{path} {got.type}")
            worst_type = Verdict.FAIL if fault == "fail" else max(worst_type, Verdict.WARN, key=_worse)
        if not got.readable:
            refused.append(path)
    yield Check("columns", _worst_of(missing, needed), named(missing))
    yield Check("types", worst_type, named(types))
    yield Check("granted", _worst_of(refused, needed), named(refused))


def privacy_checks(
    contract: Mapping[str, Mapping[str, Column]], found: Iterable[Found], grants: Grants
) -> Iterator[Check]:
    """Personal columns must be refused, by the catalogue and in fact; what the contract does not know, too."""
    known = dict(_paths(contract))
    personal = {path for path, column in known.items() if column.grant == "personal"}
    readable = {column.path for column in found if column.readable}
    open_ = sorted((readable & personal) | set(grants.personal_read))
    yield Check("personal", Verdict.FAIL if open_ else Verdict.OK, named(open_))
    extra = sorted(path for path in readable if path not in known or known[path].grant == "withheld")
    extra += sorted(grants.elsewhere)
    yield Check("extra", Verdict.WARN if extra else Verdict.OK, named(extra))
    can_write = ["superuser"] if grants.superuser else list(grants.writable)
    yield Check("writes", Verdict.FAIL if can_write else Verdict.OK, named(can_write))


def baseline_check(counted: Counted, quota: int | None, rules: PreflightRules) -> Iterator[Check]:
    """Whether there is anything to read, and the closing totals against the quota."""
    there = bool(counted.books or counted.entries)
    said = f"{counted.books} books, {counted.entries} entries"
    yield Check("rows", Verdict.OK if there else Verdict.WARN, said, counted.entries)
    said = f"{counted.cases} in {counted.closed} of {counted.books} books, quota {'none' if quota is None else quota}"
    if quota is None or not counted.closed:
        yield Check("baseline", Verdict.SKIPPED, said)
        return
    off = abs(counted.cases - quota) > rules.baseline_tolerance_share * quota or counted.closed < counted.books
    yield Check("baseline", Verdict.WARN if off else Verdict.OK, said, counted.cases)


def named(things: list[str]) -> str:
    """Some by name, the others by number."""
    more = len(things) - _NAMED_AT_MOST
    return ", ".join(things[:_NAMED_AT_MOST]) + (f" (+{more})" if more > 0 else "")


def _worst_of(paths: list[str], needed: frozenset[str]) -> Verdict:
    if not paths:
        return Verdict.OK
    return Verdict.FAIL if needed.intersection(paths) else Verdict.WARN


def _worse(verdict: Verdict) -> int:
    return [Verdict.SKIPPED, Verdict.OK, Verdict.WARN, Verdict.FAIL].index(verdict)


def _paths(contract: Mapping[str, Mapping[str, Column]]) -> Iterator[tuple[str, Column]]:
    for table, columns in contract.items():
        for name, column in columns.items():
            yield f"{table}.{name}", column
