"""The user's connections file: read as Airflow reads it, checked against the plan, completed."""

import json
import stat
from pathlib import Path

import pytest
from airflow.secrets.local_filesystem import load_connections_dict

from include.local import connections
from include.local.home import StackError

URI = "postgresql://doc:mat%2Fkhau@10.0.0.7:5433/hotich"
REGISTRIES = {"19330", "471", "19333"}


def written(tmp_path: Path, name: str, text: str) -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_three_formats_say_the_same(tmp_path) -> None:
    files = [
        written(tmp_path, "c.json", json.dumps({"registry_19330": URI})),
        written(tmp_path, "c.yaml", f"registry_19330: {URI}\n"),
        written(tmp_path, "c.env", f"# our registries\n\nregistry_19330={URI}\n"),
    ]
    assert [connections.read(file) for file in files] == [{"registry_19330": URI}] * 3


def test_an_extra_object_becomes_the_text_that_airflow_stores(tmp_path) -> None:
    file = written(
        tmp_path,
        "c.yaml",
        "campaign_smtp:\n  conn_type: smtp\n  host: mail.example\n  extra: {security: ssl}\n"
        "ministry_ledger:\n- conn_type: postgres\n  extra_dejson: {sslmode: require}\n",
    )
    found = connections.read(file)
    assert json.loads(found["campaign_smtp"]["extra"]) == {"security": "ssl"}
    assert json.loads(found["ministry_ledger"]["extra"]) == {"sslmode": "require"}
    assert "extra_dejson" not in found["ministry_ledger"]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("c.json", '{\n"registry_19330": \n', r"c\.json:\d: "),
        ("c.yaml", "registry_19330: [\n", r"c\.yaml:\d: "),
        ("c.env", f"registry_19330={URI}\nregistry_471\n", r"c\.env:2: a line is id=uri"),
        ("c.env", f"registry_471={URI}\nregistry_471={URI}\n", r"c\.env:2: registry_471 is named twice"),
        ("c.json", f'{{"registry_471": "{URI}", "registry_471": "{URI}"}}', "named twice: registry_471"),
        ("c.json", "[]", "should be an object"),
        ("c.json", '{"registry_471": 5}', "registry_471 should be a URI"),
        ("c.txt", "", "ends in .json, .yaml"),
    ],
)
def test_a_fault_in_the_file_is_told_with_its_place(tmp_path, name, text, told) -> None:
    with pytest.raises(StackError, match=told):
        connections.read(written(tmp_path, name, text))


def test_a_file_that_is_not_there_is_told(tmp_path) -> None:
    with pytest.raises(StackError, match="cannot be read"):
        connections.read(tmp_path / "none.json")


def test_fewer_registries_than_the_plan_has_are_listed() -> None:
    found = {"registry_19330": URI, "registry_19330_requeue": URI, "minstry_ledger": URI}
    assert connections.check(Path("c"), found, REGISTRIES) == connections.Findings(
        missing=["19333", "471"], no_ledger=True, unused=["minstry_ledger"]
    )


def test_all_that_the_plan_has_leaves_nothing_open() -> None:
    found = {**{f"registry_{code}": URI for code in REGISTRIES}, "ministry_ledger": URI, "campaign_smtp": URI}
    assert connections.check(Path("c"), found, REGISTRIES) == connections.Findings([], False, [])


@pytest.mark.parametrize(
    ("ids", "told"),
    [
        (["registry_19330", "registry_00001"], "the plan has no registry 00001"),
        (["registry_19330", "registry_471_requeue"], "registry_<code>_requeue without registry_<code> for 471"),
        (["ministry_ledger"], "names no registry"),
    ],
)
def test_ids_that_the_plan_contradicts_are_errors(ids, told) -> None:
    with pytest.raises(StackError, match=told):
        connections.check(Path("c"), dict.fromkeys(ids, URI), REGISTRIES)


@pytest.mark.parametrize(
    "connection",
    [
        f"{URI}?sslmode=require",
        {
            **connections.postgres("10.0.0.7", 5433, "hotich", "doc", "mat/khau"),
            "extra": json.dumps({"sslmode": "require"}),
        },
    ],
)
def test_the_campaign_database_is_addressed_alike_from_both_forms(connection) -> None:
    url = connections.database_url(Path("c"), connection)
    assert url == "postgresql+psycopg://doc:mat%2Fkhau@10.0.0.7:5433/hotich?sslmode=require"


def test_a_campaign_database_without_a_name_is_told() -> None:
    with pytest.raises(StackError, match="needs a host and a schema"):
        connections.database_url(Path("c"), "postgresql://doc:x@10.0.0.7")


def test_what_is_written_is_the_owners_only_and_airflow_reads_it(tmp_path) -> None:
    path = tmp_path / "connections.json"
    connections.write(
        path, {"registry_471": URI, "campaign_smtp": connections.smtp("h", 25, "l", "p", security="starttls")}
    )
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    read = load_connections_dict(str(path))
    assert (read["registry_471"].host, read["registry_471"].password) == ("10.0.0.7", "mat/khau")
    assert read["campaign_smtp"].extra_dejson == {"security": "starttls"}
