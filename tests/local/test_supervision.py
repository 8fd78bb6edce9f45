"""The supervisor's configuration, and the environment of what it runs."""

import configparser
import subprocess
from pathlib import Path

import psutil
import pytest
from supervisor.options import ServerOptions

from include.local.home import Home
from include.local.supervision import ORDER, Program, Supervisor, clean_environment, configuration


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "100% home, with a comma")
    made.make()
    return made


def test_the_supervisor_reads_back_what_is_meant(home: Home, monkeypatch) -> None:
    program = Program(
        "metadata",
        "servers",
        ["/bin/postgres", "-D", f"{home.path}/metadata"],
        {"AIRFLOW_HOME": f"{home.path}/airflow"},
        stop_signal="INT",
    )
    home.supervisor_config.write_text(configuration(home, [program]))
    monkeypatch.chdir(home.run)
    options = ServerOptions()
    options.realize(["-c", str(home.supervisor_config)])
    groups = {group.name: group for group in options.process_group_configs}
    read = groups["servers"].process_configs[0]
    assert read.command == f'"/bin/postgres" "-D" "{home.path}/metadata"'
    assert read.environment["AIRFLOW_HOME"] == f"{home.path}/airflow"
    assert (read.autostart, read.stopasgroup, read.killasgroup) == (False, True, True)
    assert read.stopsignal == 2


def test_airflow_stops_before_the_databases_it_writes_to(home: Home) -> None:
    programs = [Program("campaign", "servers", ["x"]), Program("scheduler", "airflow", ["y"])]
    parser = configparser.RawConfigParser()
    parser.read_string(configuration(home, programs))
    assert parser.getint("group:airflow", "priority") > parser.getint("group:servers", "priority")
    assert ORDER["airflow"] > ORDER["outside"] > ORDER["servers"]


def test_the_users_own_airflow_and_libpq_settings_stay_outside(monkeypatch) -> None:
    for name in ("AIRFLOW__CORE__DAGS_FOLDER", "PGHOST", "PYTHONPATH", "CAMPAIGN_SCHEDULE"):
        monkeypatch.setenv(name, "elsewhere")
    monkeypatch.setenv("NO_PROXY", "intranet.example")
    environment = clean_environment()
    assert "elsewhere" not in environment.values()
    assert environment["NO_PROXY"] == "intranet.example,127.0.0.1,localhost"


def test_nothing_is_claimed_where_nothing_was_started(home: Home) -> None:
    supervisor = Supervisor(home)
    assert not supervisor.answers()
    assert supervisor.processes() == []
    assert supervisor.end() == 0


def test_a_session_whose_number_was_given_again_is_not_ours(home: Home) -> None:
    # A session that lives now, noted as if a supervisor of long ago had had its number.
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as stranger:
        try:
            note = home.run / "session.json"
            note.write_text(f'{{"pid": {stranger.pid}, "started": {psutil.Process(stranger.pid).create_time()}}}')
            assert [process.pid for process in Supervisor(home).processes()] == [stranger.pid]
            note.write_text(f'{{"pid": {stranger.pid}, "started": 1.0}}')
            assert Supervisor(home).processes() == []
        finally:
            stranger.kill()
