"""Where Airflow looks connections up when they stand in a file: Airflow's own backend, asked for one connection.

Airflow's reads the whole file twice for each look-up and makes a connection of every line of it, each of which compiles
anew the pattern of all passwords that logs must hide: with 130 connections a third of a second of CPU in each task.
"""

from __future__ import annotations

from copy import deepcopy
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.sdk.exceptions import AirflowException
from airflow.secrets.local_filesystem import LocalFilesystemBackend, _create_connection, _parse_secret_file

if TYPE_CHECKING:
    from airflow.models.connection import Connection


class ConnectionsFile(LocalFilesystemBackend):
    """`LocalFilesystemBackend` that reads its file again only when it has changed, and makes what is asked for."""

    def get_connection(self, conn_id: str, team_name: str | None = None) -> Connection | None:
        """The connection of a name, or None where the file has none.

        Raises:
            AirflowException: the file cannot be parsed, or says something of this connection that it cannot say.
        """
        written = self._lines.get(conn_id)
        if isinstance(written, list):  # a file of kind .env, .yaml with a list
            if len(written) != 1:
                raise AirflowException(f"{self.connections_file}: {conn_id} stands there {len(written)} times")
            [written] = written
        # A copy: making a connection writes into what it is made of.
        return None if written is None else _create_connection(conn_id, deepcopy(written))

    @property
    def _lines(self) -> dict[str, Any]:
        """What the file says of each connection, by name."""
        if not self.connections_file:
            return {}
        found = Path(self.connections_file).stat()
        version = (found.st_mtime_ns, found.st_size)
        if version not in self._parsed:
            self._parsed.clear()
            self._parsed[version] = _parse_secret_file(self.connections_file)
        return self._parsed[version]

    @cached_property
    def _parsed(self) -> dict[tuple[int, int], dict[str, Any]]:
        return {}
