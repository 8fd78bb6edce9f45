"""Airflow's configuration: what it says, and that no secret is readable by others."""

import base64
import configparser
import json
import stat
from pathlib import Path

import pytest
from airflow._shared.module_loading import import_string
from airflow.executors.local_executor import LocalExecutor

from include.local import airflow
from include.local.home import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "50% home")
    made.make()
    return made


def written(home: Home, **settings: object) -> configparser.ConfigParser:
    airflow.write(home, airflow.Settings(**settings), 18080, "postgresql+psycopg2://a:b@127.0.0.1:18000/airflow")
    parser = configparser.ConfigParser()  # as Airflow reads it, percent signs and all
    parser.read(home.airflow / "airflow.cfg")
    return parser


def test_it_listens_on_loopback_only_and_calls_itself_there(home: Home) -> None:
    parser = written(home)
    assert parser["api"]["host"] == "127.0.0.1"
    assert parser["core"]["execution_api_server_url"] == "http://127.0.0.1:18080/execution/"
    for program in airflow.programs(home, airflow.Settings()):
        # Airflow's log servers listen on every address.
        assert program.name not in ("scheduler", "triggerer") or "--skip-serve-logs" in program.command


def test_keys_are_long_and_stay_the_same(home: Home) -> None:
    first, second = written(home), written(home)
    assert len(first["api_auth"]["jwt_secret"]) >= 64
    assert len(base64.urlsafe_b64decode(first["core"]["fernet_key"])) == 32
    for section, name in (("api_auth", "jwt_secret"), ("core", "fernet_key"), ("api", "secret_key")):
        assert first[section][name] == second[section][name]


def test_the_log_in_is_generated_and_the_files_are_the_owners_only(home: Home) -> None:
    written(home)
    passwords = json.loads((home.airflow / "passwords.json").read_text())
    assert passwords == {"admin": home.secret("airflow_user")}
    for name in ("airflow.cfg", "passwords.json"):
        assert stat.S_IMODE((home.airflow / name).stat().st_mode) == 0o600


def test_a_percent_sign_in_a_path_survives(home: Home) -> None:
    parser = written(home)
    assert parser["logging"]["base_log_folder"] == str(home.logs / "tasks")
    assert json.loads(parser["secrets"]["backend_kwargs"]) == {"connections_file_path": str(home.connections)}


def test_the_environment_tells_the_dags_what_differs(home: Home, tmp_path) -> None:
    settings = airflow.Settings(plan=tmp_path, schedule=False, waits={"connect_seconds": 2, "retry_delay_seconds": 3})
    environment = airflow.environment(home, settings)
    assert environment["CAMPAIGN_PLAN"] == str(tmp_path)
    assert environment["CAMPAIGN_SCHEDULE"] == "off"
    assert environment["CAMPAIGN_CONNECT_SECONDS"] == "2"
    assert environment["CAMPAIGN_RETRY_DELAY_SECONDS"] == "3"
    plain = airflow.environment(home, airflow.Settings(schedule=True))
    assert plain["CAMPAIGN_SCHEDULE"] == "on"
    assert not {"CAMPAIGN_CONNECT_SECONDS", "CAMPAIGN_RETRY_DELAY_SECONDS"} & set(plain)


def test_the_executor_is_one_that_airflow_finds(home: Home) -> None:
    executor = import_string(written(home)["core"]["executor"])
    assert issubclass(executor, LocalExecutor)
    # What it overrides is Airflow's own affair: a release that renames it would leave us with the stock behaviour.
    assert "_check_workers" in vars(LocalExecutor)
    assert "_check_workers" in LocalExecutor.sync.__code__.co_names
