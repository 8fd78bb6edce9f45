"""The home: who may read it, who may work in it, where its socket is."""

import stat
from pathlib import Path

import pytest

from include.local.home import SOCKET_PATH_LIMIT, Home, StackError


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    made.make()
    return made


def test_the_environment_names_the_home(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("CAMPAIGN_HOME", str(tmp_path / "other"))
    assert Home.chosen().path == tmp_path / "other"
    monkeypatch.delenv("CAMPAIGN_HOME")
    assert Home.chosen().path.name == ".local"


def test_a_secret_is_made_once_and_is_its_owners_only(home: Home) -> None:
    secret = home.secret("metadata_superuser")
    assert len(secret) >= 32
    assert Home(home.path).secret("metadata_superuser") == secret
    assert home.secret("campaign_owner") != secret
    assert stat.S_IMODE((home.path / "secrets.json").stat().st_mode) == 0o600


def test_facts_add_up(home: Home) -> None:
    home.note(kind="demo", seed=1)
    home.note(world_made=True)
    assert home.facts == {"kind": "demo", "seed": 1, "world_made": True}


def test_a_second_driver_is_kept_out_until_the_first_has_gone(home: Home) -> None:
    with home.held(), pytest.raises(StackError, match="already at work"), Home(home.path).held():
        pass
    with Home(home.path).held():
        pass


def test_a_deep_home_has_its_socket_elsewhere(tmp_path) -> None:
    deep = Home(tmp_path / ("d" * 60) / ("e" * 60))
    deep.make()
    assert len(str(deep.socket)) <= SOCKET_PATH_LIMIT
    assert stat.S_IMODE(deep.socket.parent.stat().st_mode) == 0o700
    assert Home(deep.path).socket == deep.socket
    shallow = Home(Path("/tmp/h"))
    assert shallow.socket.is_relative_to(shallow.path)
