"""docker-compose.yaml, held against the project, Airflow and the local stack; no engine is needed."""

from __future__ import annotations

import configparser
import json
import re
import stat
import subprocess
from pathlib import Path

import pytest
import yaml

from include.local import airflow, postgres
from include.local.home import Home
from tests.deploy import deployment

ROOT = deployment.ROOT
SERVICES = deployment.services()
OURS = {name: service for name, service in SERVICES.items() if service["image"].startswith("campaign-control:")}
AIRFLOW = {name: service for name, service in OURS.items() if name not in ("init", "watchdog")}
ENVIRONMENT: dict[str, str] = SERVICES["scheduler"]["environment"]

ELSEWHERE = {
    ("core", "dags_folder"): "/opt/campaign/dags",
    ("core", "plugins_folder"): "/opt/campaign/plugins",
    ("core", "execution_api_server_url"): "http://api-server:8080/execution/",
    ("api", "host"): "0.0.0.0",
    ("api", "port"): "8080",
    ("api", "base_url"): "http://localhost:8080",
    ("logging", "base_log_folder"): "/opt/airflow/logs",
    ("secrets", "backend_kwargs"): '{"connections_file_path": "/run/secrets/connections.json"}',
    ("workers", "secrets_backend_kwargs"): '{"connections_file_path": "/run/secrets/connections.json"}',
}
"""Settings of both stacks that have to differ: where things are."""

LOCAL_ONLY = {
    ("core", "simple_auth_manager_users"),  # docs/adr/0006
    ("core", "simple_auth_manager_passwords_file"),
    ("core", "hostname_callable"),  # a container knows its name
}

BY_FILE = {("core", "fernet_key"), ("database", "sql_alchemy_conn"), ("api", "secret_key"), ("api_auth", "jwt_secret")}


def option(variable: str) -> tuple[str, str]:
    """Section and name of the option that a variable sets."""
    section, name = variable.removeprefix("AIRFLOW__").lower().split("__", 1)
    return section, name.removesuffix("_cmd")


def local(tmp_path: Path) -> dict[tuple[str, str], str]:
    home = Home(tmp_path)
    home.make()
    parser = configparser.ConfigParser()
    parser.read_string(airflow.configuration(home, airflow.Settings(), 18080, "postgresql+psycopg2://a:b@c/d"))
    return {(section, name): value for section in parser.sections() for name, value in parser[section].items()}


def test_every_variable_is_an_option_that_airflow_has() -> None:
    from airflow.configuration import conf  # noqa: PLC0415
    from airflow.providers_manager import ProvidersManager  # noqa: PLC0415

    known = conf.configuration_description | {
        section: description
        for _, config in ProvidersManager().provider_configs
        for section, description in config.items()
    }
    for variable in (name for name in ENVIRONMENT if name.startswith("AIRFLOW__")):
        section, name = option(variable)
        assert name in known[section]["options"], variable
        # Airflow runs the command of _CMD for sensitive options only, and ignores it silently for others.
        assert variable.endswith("_CMD") <= bool(known[section]["options"][name].get("sensitive")), variable


def test_settings_are_those_of_the_local_stack(tmp_path: Path) -> None:
    ours = {option(name): value for name, value in ENVIRONMENT.items() if name.startswith("AIRFLOW__")}
    theirs = local(tmp_path)
    assert theirs.keys() - ours.keys() == LOCAL_ONLY
    for key in theirs.keys() & ours.keys() - BY_FILE:
        assert ours[key] == ELSEWHERE.get(key, theirs[key]), key


@pytest.mark.parametrize(("service", "server"), [("metadata-db", "metadata"), ("campaign-db", "campaign")])
def test_servers_are_set_as_the_local_ones(service: str, server: str, tmp_path: Path) -> None:
    given = dict(word.removeprefix("--").split("=") for word in SERVICES[service]["command"][1:])
    local_server = postgres.servers(Home(tmp_path), dict.fromkeys(("metadata", "campaign", "world"), 0))[server]
    # On a server that is kept, Airflow's commits are as safe as the campaign's.
    wanted = {name: value for name, value in local_server.settings.items() if name != "synchronous_commit"}
    wanted |= {name: postgres.COMMON[name].strip("'") for name in ("timezone", "jit")}
    assert given == wanted
    assert SERVICES[service]["image"].startswith(f"postgres:{local_server.version}.")


def test_variables_are_text() -> None:
    """YAML makes other things of on, off, true and 1.0; Compose refuses some and rewrites others."""
    for name, service in SERVICES.items():
        assert all(isinstance(value, str) for value in service.get("environment", {}).values()), name


def test_all_airflow_processes_share_one_environment() -> None:
    for name, service in AIRFLOW.items():
        assert ENVIRONMENT.items() <= service["environment"].items(), name
    assert ENVIRONMENT.items() <= SERVICES["init"]["environment"].items()
    assert OURS["watchdog"]["environment"]["CAMPAIGN_CONNECTIONS"] == ENVIRONMENT["CAMPAIGN_CONNECTIONS"]


@pytest.mark.parametrize("name", OURS)
def test_commands_exist(name: str) -> None:
    program, *words = OURS[name]["command"]
    if program == "airflow":
        from airflow.cli.cli_parser import get_parser  # noqa: PLC0415

        get_parser().parse_args(words)
    else:
        module = words[1].replace(".", "/")
        assert (program, words[0]) == ("python", "-m")
        assert (ROOT / f"{module}.py").is_file()
        assert deployment.in_context(Path(f"{module}.py"))


def test_the_components_are_those_of_the_local_stack(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.make()
    theirs = [
        program.command[program.command.index("airflow") :] for program in airflow.programs(home, airflow.Settings())
    ]
    ours = [[word for word in service["command"] if word != "--proxy-headers"] for service in AIRFLOW.values()]
    assert ours == theirs


def test_secrets_are_declared_and_used_and_mounted_where_they_are_read() -> None:
    declared = deployment.compose()["secrets"]
    used = {name for service in SERVICES.values() for name in deployment.secrets_of(service)}
    assert used == declared.keys()
    for name, service in SERVICES.items():
        wanted = set(re.findall(r"/run/secrets/[\w.]+", json.dumps(service.get("environment", {}))))
        assert wanted <= set(deployment.secrets_of(service).values()), name


def test_only_who_needs_a_secret_has_it() -> None:
    having = {
        secret: {name for name, service in SERVICES.items() if secret in deployment.secrets_of(service)}
        for secret in deployment.compose()["secrets"]
    }
    assert having["admin_password"] == {"init"}
    assert having["postgres_password"] == {"init", "metadata-db", "campaign-db"}
    assert having["connections"] == OURS.keys()
    assert all(
        having[secret] == AIRFLOW.keys() | {"init"} for secret in ("fernet_key", "jwt_secret", "metadata_db_url")
    )


def test_no_password_stands_in_the_file() -> None:
    for name, service in SERVICES.items():
        for variable, value in service.get("environment", {}).items():
            if re.search("PASSWORD|SECRET_KEY|JWT_SECRET|FERNET|CONN$|TOKEN", variable):
                pytest.fail(f"{name}: {variable} holds its value") if not variable.endswith(("_FILE", "_CMD")) else None
                assert "/run/secrets/" in value
    text = (ROOT / "docker-compose.yaml").read_text(encoding="utf-8")
    assert not re.search(r"://[^/\s]+:[^/\s]+@", text)


def test_the_script_makes_every_secret_and_touches_none_that_is_there(tmp_path: Path) -> None:
    def make() -> dict[str, str]:
        subprocess.run([ROOT / "deploy" / "make-secrets.sh", tmp_path / "secrets"], check=True, capture_output=True)
        return {file.name: file.read_text() for file in (tmp_path / "secrets").iterdir()}

    first = make()
    wanted = deployment.compose(CAMPAIGN_SECRETS=str(tmp_path / "secrets"))["secrets"]
    assert {Path(secret["file"]) for secret in wanted.values()} == set((tmp_path / "secrets").iterdir())
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700
    (tmp_path / "secrets" / "fernet_key").unlink()
    second = make()
    assert second.pop("fernet_key") != first.pop("fernet_key")
    assert second == first
    assert len(set(first.values())) == len(first)
    assert len(first["jwt_secret"]) >= 64  # Airflow warns of keys under 64 bytes (HS512)
    assert not any(text.endswith("\n") for name, text in first.items() if name != "connections.json")


def test_git_and_the_image_leave_the_secrets_out() -> None:
    secret = "deploy/secrets/fernet_key"
    assert not deployment.in_context(Path(secret))
    assert subprocess.run(["git", "check-ignore", "--quiet", secret], cwd=ROOT).returncode == 0


def test_the_image_holds_what_runs_and_nothing_else(tmp_path: Path) -> None:
    deployment.make_image(tmp_path)
    there = {str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*") if file.is_file()}
    assert {"requirements.txt", "dags/campaign_day.py", "plugins/campaign_page.py", "deploy/init.py"} <= there
    assert {"include/tasks/pools.json", "include/tasks/executor.py", "include/sql/registry/digest_books.sql"} <= there
    strange = re.compile(r"include/(local|plan|rehearsal)/|tests/|secrets/|__pycache__|\.git|\.sh$")
    assert not [name for name in there if strange.search(name)]


def test_paths_of_the_container_are_those_of_the_image() -> None:
    image = deployment.image_environment()
    assert image["PYTHONPATH"] == deployment.instructions("WORKDIR")[-1][0] == "/opt/campaign"
    assert ENVIRONMENT["AIRFLOW__LOGGING__BASE_LOG_FOLDER"] == f"{image['AIRFLOW_HOME']}/logs"
    made = {word for words in deployment.instructions("RUN") for word in words}
    for service in OURS.values():
        for volume in service["volumes"]:
            # A named volume takes its owner from the folder that it is mounted over.
            assert isinstance(volume, dict) or volume.split(":")[1] in made


def test_host_folders_exist_and_volumes_are_declared_and_used() -> None:
    used = set()
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            if isinstance(volume, dict):
                assert (ROOT / volume["source"]).is_dir()
                assert volume["read_only"]
                assert volume["bind"] == {"create_host_path": False}
            else:
                used.add(volume.split(":")[0])
    assert used == set(deployment.compose()["volumes"])


def test_what_runs_on_is_watched_restarted_limited_and_has_a_log_that_ends() -> None:
    for name, service in SERVICES.items():
        assert service["restart"] == ("no" if name == "init" else "unless-stopped")
        assert ("healthcheck" in service) == (name not in ("init", "watchdog")), name
        assert service["logging"]["options"].keys() == {"max-size", "max-file"}
        assert "no-new-privileges:true" in service["security_opt"]
    lasting = {name: service for name, service in SERVICES.items() if name not in ("init", "mailpit")}
    assert sum(int(service["mem_limit"].removesuffix("m")) for service in lasting.values()) <= 4096
    assert all(service["cap_drop"] == ["ALL"] for service in OURS.values())


def test_ports_are_published_on_loopback_only() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {"api-server": ["127.0.0.1:8080:8080"], "mailpit": ["127.0.0.1:8025:8025"]}


def test_images_are_pinned_to_a_version() -> None:
    images = [service["image"] for name, service in SERVICES.items() if name not in OURS]
    images += [words[0] for words in deployment.instructions("FROM")]
    assert all(re.search(r":v?\d+\.\d+", image) for image in images)


def test_packages_are_installed_by_hash_and_not_by_root() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert text.index("\nUSER airflow") < text.index("pip install")
    assert "--require-hashes -r requirements.txt" in text
    assert deployment.instructions("USER") == [["airflow"]]


def test_variables_are_explained_and_have_a_default() -> None:
    text = (ROOT / "docker-compose.yaml").read_text(encoding="utf-8")
    explained = set(re.findall(r"^#   (CAMPAIGN_\w+) ", text, re.MULTILINE))
    body = re.sub(r"^\s*#.*", "", text, flags=re.MULTILINE)
    used = set(re.findall(r"\$\{(\w+)", body))
    assert used - {"CAMPAIGN_VERSION"} == explained
    assert "$" not in deployment.VARIABLE.sub("", body)


def test_the_watchdog_may_write_its_state() -> None:
    state = Path(OURS["watchdog"]["environment"]["CAMPAIGN_WATCHDOG_STATE"])
    assert str(state.parent) in [str(volume).split(":")[-1] for volume in OURS["watchdog"]["volumes"]]


def test_the_example_of_the_guide_can_be_used(tmp_path: Path) -> None:
    from include.campaign.connections import read_connection, smtp_of  # noqa: PLC0415
    from include.campaign.plan import load_plan  # noqa: PLC0415
    from include.local import connections  # noqa: PLC0415

    guide = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```json\n(.*?)```", guide, re.DOTALL)
    path = tmp_path / "connections.json"
    path.write_text(example, encoding="utf-8")
    found = connections.read(path)
    findings = connections.check(path, found, load_plan(ROOT / "include" / "plan").registry_codes)
    assert (findings.no_ledger, findings.unused) == (False, [])
    assert smtp_of(read_connection(path, "campaign_smtp")).security == "starttls"
    assert yaml.safe_load(example)["campaign_db"]["host"] in SERVICES
