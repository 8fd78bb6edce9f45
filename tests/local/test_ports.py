"""Ports: kept while free, replaced when taken, never given twice."""

import socket

import pytest

from include.local.home import StackError
from include.local.ports import LOOPBACK, POOL, is_free, pick, pick_and_keep


def test_new_ports_differ_and_lie_below_those_of_outgoing_connections() -> None:
    ports = pick([f"p{n}" for n in range(20)], {}, free=lambda port: True)
    assert len(set(ports.values())) == 20
    assert all(port in POOL for port in ports.values())
    assert max(POOL) < 32768


def test_a_known_port_is_kept_while_it_is_free() -> None:
    assert pick(["ui"], {"ui": 18123}, free=lambda port: True) == {"ui": 18123}


def test_a_known_port_that_is_taken_is_replaced() -> None:
    ports = pick(["ui"], {"ui": 18123}, free=lambda port: port != 18123)
    assert ports["ui"] != 18123


def test_two_names_with_one_known_port_get_two() -> None:
    ports = pick(["ui", "smtp"], {"ui": 18123, "smtp": 18123}, free=lambda port: True)
    assert ports["ui"] == 18123 != ports["smtp"]


def test_a_fixed_port_wins_over_the_known_one() -> None:
    assert pick(["ui", "smtp"], {"ui": 18123}, {"ui": 8080}, free=lambda port: True)["ui"] == 8080


def test_a_fixed_port_that_is_taken_is_told() -> None:
    with pytest.raises(StackError, match=r"Port 8080 \(ui\) is taken"):
        pick(["ui"], {}, {"ui": 8080}, free=lambda port: False)


def test_no_free_port_is_told() -> None:
    with pytest.raises(StackError, match="No free port"):
        pick(["ui"], {}, free=lambda port: False)


def test_a_port_that_is_listened_on_is_not_free() -> None:
    with socket.socket() as listening:
        listening.bind((LOOPBACK, 0))
        listening.listen()
        port = listening.getsockname()[1]
        assert not is_free(port)
    assert is_free(port)


def test_ports_are_the_same_at_the_next_start(tmp_path) -> None:
    first = pick_and_keep(tmp_path / "ports.json", ["a", "b"])
    assert pick_and_keep(tmp_path / "ports.json", ["a", "b"]) == first
