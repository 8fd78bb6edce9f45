"""What is refused before anything is started."""

from pathlib import Path

import pytest

from include.local.home import Home, StackError
from include.local.preflight import GIB, check_disk, check_kind, check_python


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    made.make()
    return made


@pytest.mark.parametrize("version", [(3, 10), (3, 14)])
def test_another_python_is_refused_and_told_which_do(version) -> None:
    with pytest.raises(StackError, match=r"3\.11 to 3\.13"):
        check_python(version)


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 13)])
def test_the_pythons_of_the_lock_do(version) -> None:
    check_python(version)


def test_too_little_disk_is_refused_unless_the_world_is_there_already(home: Home) -> None:
    with pytest.raises(StackError, match=r"8\.0 GiB of disk are needed"):
        check_disk(home, 1, free_bytes=4 * GIB)
    home.note(world_made=True)
    check_disk(home, 1, free_bytes=4 * GIB)


def test_disk_is_asked_of_the_nearest_folder_that_exists(tmp_path) -> None:
    check_disk(Home(tmp_path / "not" / "yet"), 0.0)


def test_a_home_serves_one_purpose(home: Home) -> None:
    check_kind(home, kind="demo", seed=1)
    home.note(kind="demo", seed=1, scale=0.1)
    check_kind(home, kind="demo", seed=1, scale=0.1)
    with pytest.raises(StackError, match=r"made for seed 1 \(asked: 2\)"):
        check_kind(home, kind="demo", seed=2, scale=0.1)
    with pytest.raises(StackError, match=r"kind demo \(asked: up\).*make clean"):
        check_kind(home, kind="up")
