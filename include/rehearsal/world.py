"""The outside world as one object: made once, moved from instant to instant, opened again after a kill."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from include.campaign.plan import Plan
from include.rehearsal.address import ServerAddress
from include.rehearsal.ailments import Ailment, ail, befall
from include.rehearsal.build import build_history, first_receipts
from include.rehearsal.changes import insert_books, move_registry
from include.rehearsal.databases import LEDGER, LEDGER_LOGIN, TRUTH, create_databases, registry_name, set_login
from include.rehearsal.history import History, Numbers
from include.rehearsal.instants import DAY, moment, seconds
from include.rehearsal.ledger import move_ledger
from include.rehearsal.lines import free_ports, set_modes, write_lines
from include.rehearsal.matching import Matcher
from include.rehearsal.ministry import Ministry
from include.rehearsal.misses import outcomes_of, record_outcomes
from include.rehearsal.province import province_of
from include.rehearsal.put_backs import record_fates, record_put_backs
from include.rehearsal.reading import Reading
from include.rehearsal.receipts import Receipts, receipts_of
from include.rehearsal.recording import Surroundings, record_close
from include.rehearsal.schema import hidden_at
from include.rehearsal.self_reports import Expectation
from include.rehearsal.sending import put_back
from include.rehearsal.store import (
    FORMAT,
    WORLD_FILE,
    WorldError,
    load_history,
    only_mover,
    read_json,
    save_history,
    write_json,
)
from include.rehearsal.weather import NO_LOGIN, WRONG_PASSWORD, Weather, behind_lines, forecast, in_the_way

AT_ONCE = 4
"""Registries that are written at the same time."""

Progress = Callable[[str, int, int], None]
"""Told of what is being done, how many of it are done, and out of how many."""


class World:
    """Registries, ledger and truth on one server, and the folder that says where they stand.

    Make one with `World.create`, come back to it with `World.open`. The same plan, seed and scale make the same
    world, in however many steps it is moved; only what the system puts back in the queues changes its course.
    """

    def __init__(self, folder: Path, facts: dict[str, Any], histories: list[History]) -> None:
        """Not for callers: use `create` or `open`."""
        self.folder = folder
        self._facts = facts
        self._histories = histories
        self._server = ServerAddress(**facts["server"])
        self._weather = tuple(Weather(**one) for one in facts["weather"])
        self._ailments = tuple(Ailment(**one) for one in facts["ailments"])
        self._ministry = Ministry(facts["seed"], facts["start"], facts["horizon"])

    @classmethod
    def create(
        cls,
        plan: Plan,
        server: ServerAddress,
        folder: Path,
        seed: int,
        scale: float,
        progress: Progress | None = None,
    ) -> World:
        """Make a world that stands at the campaign's first midnight; databases of these names are replaced.

        Args:
            plan: whose registries, quotas, forces and days are played.
            server: a PostgreSQL server that belongs to the world alone.
            folder: where the world keeps its state; made if missing.
            seed: any whole number from 0.
            scale: 1 is the full province.
            progress: told of each registry that is done.

        Raises:
            WorldError: the folder holds a world already.
            ValueError: the scale is not above 0.
        """
        folder.mkdir(parents=True, exist_ok=True)
        if (folder / WORLD_FILE).exists():
            raise WorldError(f"{folder} holds a world already: open it, or remove the folder to make another.")
        told = progress or _silence
        province = province_of(plan, seed, scale)
        ministry = Ministry(seed, province.start, province.horizon)
        histories = []
        for done, leaf in enumerate(province.leaves, start=1):
            histories.append(build_history(leaf, province, ministry, seed, scale))
            told("histories", done, len(province.leaves))
        first_receipts(histories)
        codes = [leaf.code for leaf in province.leaves]
        apart = [leaf.code for leaf in province.leaves if not leaf.entangled]
        days = (province.end - province.start) // DAY
        weather = forecast(apart if len(apart) >= 3 else codes, seed, province.start, days)
        ailments = ail(codes, seed, province.start, days)
        befall(histories, ailments)
        lines = behind_lines(weather)
        facts: dict[str, Any] = {
            "format": FORMAT,
            "seed": seed,
            "scale": scale,
            "instant": province.start,
            "moving_to": None,
            "start": province.start,
            "horizon": province.horizon,
            "timezone": province.timezone,
            "closes": province.closes,
            "meant_by": province.meant_by,
            "expected": asdict(Expectation.of(plan)),
            "server": asdict(server),
            "passwords": {code: secrets.token_urlsafe(18) for code in codes},
            "ledger_password": secrets.token_urlsafe(18),
            "weather": [asdict(one) for one in weather],
            "ailments": [asdict(one) for one in ailments],
            "ports": dict(zip(lines, free_ports(len(lines)), strict=True)),
        }
        world = cls(folder, facts, histories)
        told("databases", 0, len(codes))
        create_databases(server, facts["passwords"], facts["ledger_password"])
        told("databases", len(codes), len(codes))
        world._fill(told)
        with server.connect(TRUTH) as conn:
            record_outcomes(conn, outcomes_of(plan, province, ministry, seed, scale))
        set_modes(folder, {})
        write_lines(folder, facts["ports"], server.host, server.port)
        write_json(folder / WORLD_FILE, facts)
        return world

    @classmethod
    def open(cls, folder: Path, server: ServerAddress | None = None) -> World:
        """Come back to a world; a move that was cut off is finished first.

        Args:
            folder: the world's.
            server: where its server answers now, if that has changed since.

        Raises:
            WorldError: there is no world, or one of another format.
        """
        try:
            facts = read_json(folder / WORLD_FILE)
        except FileNotFoundError:
            raise WorldError(f"{folder} holds no world: create one.") from None
        if facts["format"] != FORMAT:
            raise WorldError(f"The world in {folder} was of another version: remove the folder and create it anew.")
        world = cls(folder, facts, [load_history(folder, code) for code in facts["passwords"]])
        if server is not None and asdict(server) != facts["server"]:
            facts["server"] = asdict(server)
            world._server = server
            write_json(folder / WORLD_FILE, facts)
            write_lines(folder, facts["ports"], server.host, server.port)
        if facts["moving_to"] is not None:
            with only_mover(folder):
                world._finish()
        return world

    @property
    def instant(self) -> datetime:
        """Where the world stands, in the campaign's local time."""
        return moment(self._facts["instant"]).astimezone(ZoneInfo(self._facts["timezone"]))

    @property
    def weather(self) -> tuple[Weather, ...]:
        """All weather of the campaign, past and to come."""
        return self._weather

    @property
    def ailments(self) -> tuple[Ailment, ...]:
        """All ailments of registries' databases, past and to come."""
        return self._ailments

    @property
    def registry_codes(self) -> tuple[str, ...]:
        """GSO codes of the registries, in the plan's order."""
        return tuple(self._facts["passwords"])

    def connections(self, *, direct: bool = False) -> dict[str, dict[str, Any]]:
        """Airflow connection fields by connection id: `registry_<code>` for each registry, and `ministry_ledger`.

        Registries that have line weather are addressed through the proxy, which must run (`python -m
        include.rehearsal.proxy`); with `direct` all are addressed at the server itself.
        """
        ports = {} if direct else self._facts["ports"]
        found = {}
        for code, password in self._facts["passwords"].items():
            host = "127.0.0.1" if code in ports else self._server.host
            port = ports.get(code, self._server.port)
            name = registry_name(code)
            found[name] = _connection(host, port, name, name, password)
        found[LEDGER_LOGIN] = _connection(
            self._server.host, self._server.port, LEDGER, LEDGER_LOGIN, self._facts["ledger_password"]
        )
        return found

    def move_to(self, instant: datetime, progress: Progress | None = None) -> None:
        """Play the world up to an instant: databases, weather, and the truth of every close on the way.

        What the system has put back in the queues since the last move is noticed first, as of the instant at which
        the world stood. Moving to where it stands does nothing. If we are killed on the way, `open` finishes the
        move.

        Raises:
            WorldError: the instant lies in the world's past, or another process is moving it.
            ValueError: the instant carries no offset.
        """
        to = seconds(instant)
        with only_mover(self.folder):
            there = read_json(self.folder / WORLD_FILE)
            if any(there[fact] != self._facts[fact] for fact in ("instant", "moving_to")):
                raise WorldError(f"Another process has moved the world in {self.folder}: open it again.")
            self._finish()
            if to < self._facts["instant"]:
                raise WorldError(
                    f"The world stands at {self.instant.isoformat()} and cannot move back to {instant.isoformat()}."
                )
            if to > self._facts["instant"]:
                self._facts["moving_to"] = to
                write_json(self.folder / WORLD_FILE, self._facts)
                self._move(to, progress or _silence)

    def _finish(self) -> None:
        """Finish a move that was cut off: until then registries stand at different instants."""
        if self._facts["moving_to"] is not None:
            self._move(self._facts["moving_to"], _silence)

    def _move(self, to: int, told: Progress) -> None:
        at = self._facts["instant"]
        self._everywhere(self._move_one, to, told)
        with self._server.connect(LEDGER) as conn:
            receipts = self._receipts()
            move_ledger(conn, self._histories, receipts, to)
        self._record(at, to, receipts)
        self._set_weather(at, to)
        self._facts |= {"instant": to, "moving_to": None}
        write_json(self.folder / WORLD_FILE, self._facts)

    def _fill(self, told: Progress) -> None:
        """Write everything that lies before the start into new databases."""
        start = self._facts["start"]
        self._everywhere(self._fill_one, start, told)
        with self._server.connect(LEDGER) as conn:
            move_ledger(conn, self._histories, self._receipts(), start, new=True)
            conn.execute("analyze ledger.receipt")
        with self._server.connect(TRUTH) as conn:
            record_fates(conn, self._histories, self._ministry)

    def _fill_one(self, history: History, start: int) -> None:
        with self._server.connect(registry_name(history.code)) as conn:
            insert_books(conn, history)
            move_registry(conn, history, start, self._absorb, new=True)
            conn.execute("analyze sohoa.book, sohoa.entry, sohoa.transfer")
        save_history(self.folder, history)

    def _move_one(self, history: History, to: int) -> None:
        with self._server.connect(registry_name(history.code)) as conn:
            if move_registry(conn, history, to, self._absorb):
                save_history(self.folder, history)  # before the commit: what is played must be known when we come back

    def _absorb(self, history: History, entries: Numbers, keys: list[str], at: int) -> None:
        put_back(history, entries, keys, at, self._ministry, self._facts["seed"])

    def _everywhere(self, task: Callable[[History, int], None], instant: int, told: Progress) -> None:
        """Do a task for every registry, a few at a time; the first failure ends it."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            waiting = [pool.submit(task, history, instant) for history in self._histories]
            try:
                for done, one in enumerate(waiting, start=1):
                    one.result()
                    told("registries", done, len(waiting))
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise

    def _receipts(self) -> list[Receipts]:
        return [receipts_of(history, self._facts["seed"]) for history in self._histories]

    def _record(self, at: int, to: int, receipts: list[Receipts]) -> None:
        """Write the truth of what was put back, and of every close on the way."""
        passed = [(key, as_of) for key, as_of in self._facts["closes"] if at < as_of <= to]
        matcher = Matcher(self._histories, self._facts["meant_by"])
        with self._server.connect(TRUTH) as conn:
            record_put_backs(conn, matcher, receipts, at, to)
            conn.commit()
            for key, as_of in passed:
                record_close(conn, key, Reading.of(matcher, receipts, as_of), self._surroundings(as_of))

    def _surroundings(self, as_of: int) -> Surroundings:
        closes = [(known, instant) for known, instant in self._facts["closes"] if instant < as_of]
        return Surroundings(
            in_the_way(self._weather, as_of),
            {history.code: hidden_at(history, as_of) for history in self._histories},
            Expectation(**self._facts["expected"]),
            closes[-1] if closes else None,
        )

    def _set_weather(self, before: int, at: int) -> None:
        """Bring lines and log-ins from the weather of one instant to that of another."""
        was, now = in_the_way(self._weather, before), in_the_way(self._weather, at)
        for code in sorted(was.keys() | now.keys()):
            kinds = {was.get(code), now.get(code)}
            if len(kinds) == 2 and kinds & {NO_LOGIN, WRONG_PASSWORD}:
                wrong = now.get(code) == WRONG_PASSWORD
                set_login(
                    self._server,
                    registry_name(code),
                    allowed=now.get(code) != NO_LOGIN,
                    password=secrets.token_urlsafe(18) if wrong else self._facts["passwords"][code],
                )
        set_modes(self.folder, {code: now[code] for code in self._facts["ports"] if code in now})


def _connection(host: str, port: int, database: str, login: str, password: str) -> dict[str, Any]:
    return {
        "conn_type": "postgres",
        "host": host,
        "port": port,
        "schema": database,
        "login": login,
        "password": password,
    }


def _silence(what: str, done: int, total: int) -> None:
    """Tell nobody."""
