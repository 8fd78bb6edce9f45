"""The rehearsal's command line, as people use it."""

from __future__ import annotations

from pathlib import Path

import pytest

from include.rehearsal.__main__ import PASSWORD, main
from include.rehearsal.address import ServerAddress
from include.rehearsal.store import only_mover
from include.rehearsal.world import World

SMALL_PLAN = Path(__file__).resolve().parents[1] / "plans" / "small"


def test_create_move_status(
    address: ServerAddress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(tmp_path / "world")
    server = ["--server", f"{address.host}:{address.port}"]
    create = ["create", folder, *server, "--plan", str(SMALL_PLAN), "--scale", "0.1"]
    monkeypatch.delenv(PASSWORD, raising=False)
    assert main(create) == 1
    assert PASSWORD in capsys.readouterr().err
    monkeypatch.setenv(PASSWORD, address.password)
    assert main(["status", folder]) == 1
    assert "holds no world" in capsys.readouterr().err
    assert main(create) == 0
    assert "12 registries" in capsys.readouterr().out
    assert main(["move", folder, "--to", "2025-03-02T18:00"]) == 0
    assert World.open(tmp_path / "world").instant.isoformat() == "2025-03-02T18:00:00+07:00"
    assert main(["status", folder]) == 0
    shown = capsys.readouterr().out
    assert "2025-03-02 18:00" in shown
    assert "closed" in shown
    assert address.password not in shown
    assert main(["move", folder, "--to", "2025-03-01T18:00"]) == 1
    assert "cannot move back" in capsys.readouterr().err
    with only_mover(tmp_path / "world"):
        assert main(["move", folder, "--to", "2025-03-04T18:00"]) == 1
    assert "Another process is moving" in capsys.readouterr().err


def test_stale_world_is_not_moved(address: ServerAddress, small_plan, tmp_path: Path) -> None:
    world = World.create(small_plan, address, tmp_path / "world", 1, 0.1)
    other = World.open(tmp_path / "world")
    world.move_to(world.instant.replace(hour=9))
    with pytest.raises(RuntimeError, match="open it again"):
        other.move_to(world.instant.replace(hour=10))
