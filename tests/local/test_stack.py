"""The servers and the mail sink for real: started, killed, restarted, ended without a trace."""

from __future__ import annotations

import email
import os
import shutil
import signal
import smtplib
import socket
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import yagmail

from include.local import postgres, preflight
from include.local.home import Home, StackError
from include.local.stack import Stack

pytestmark = pytest.mark.stack


@pytest.fixture
def home() -> Iterator[Home]:
    # Not under pytest's own folder: as root the servers run as another user, who must be able to get in.
    folder = Path(tempfile.mkdtemp(prefix="campaign-stack-"))
    yield Home(folder)
    shutil.rmtree(folder)


@pytest.fixture
def stack(home: Home) -> Iterator[Stack]:
    with home.held(), Stack(home) as started:
        started.start_servers()
        yield started
        ours = started.supervisor.processes()
        postmasters = [postgres.leftover(server) for server in started.servers.values()]
    assert len(ours) >= 4
    assert psutil.wait_procs([*ours, *filter(None, postmasters)], timeout=1)[1] == []


def test_a_killed_database_comes_back_with_what_was_committed(stack: Stack) -> None:
    server = stack.servers["campaign"]
    with server.connect("campaign") as connection:
        assert connection.execute("show fsync").fetchone() == ("on",)
        connection.execute("create table kept (n int)")
        connection.execute("insert into kept values (1)")
    pid = stack.kill("campaign")
    postgres.wait_until_ready(server)
    with server.connect("campaign") as connection:
        assert connection.execute("select n from kept").fetchall() == [(1,)]
    assert postgres.leftover(server).pid != pid


def test_a_role_of_ours_is_no_superuser_and_needs_its_password(stack: Stack) -> None:
    server = stack.servers["campaign"]
    login = {"host": "127.0.0.1", "port": server.port, "user": "campaign", "dbname": "campaign"}
    with psycopg.connect(**login, password=stack.home.secret("campaign_owner")) as connection:
        assert connection.execute("select rolsuper from pg_roles where rolname = user").fetchone() == (False,)
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(**login, password="wrong")


def send(stack: Stack, *, password: str | None = None, to: str = "chu-tich@dong-ha.example") -> dict:
    context = ssl.create_default_context(cafile=stack.home.certificates / "ca.pem")
    connection = stack.sink_connection()
    client = yagmail.Client(
        user="doi-du-lieu@stp.example",
        password=password or connection["password"],
        host=connection["host"],
        port=connection["port"],
        smtp_ssl=False,
        smtp_starttls={"context": context},
        smtp_skip_login=True,
        timeout=10,
    )
    client.login()  # the line and its encryption; our log-in is no address, which yagmail would make one of
    client.smtp.login(connection["login"], password or connection["password"])
    message = client.prepare_send(to=to, subject="Báo cáo ngày 05/3", contents="Đã đọc 127/129 cơ sở")[1]
    refused = client.smtp.sendmail("doi-du-lieu@stp.example", [to], message)
    client.close()
    return refused


def test_a_mail_through_starttls_and_log_in_lands_in_the_maildir(stack: Stack) -> None:
    assert send(stack) == {}
    (kept,) = (stack.home.maildir / "new").iterdir()
    message = email.message_from_bytes(kept.read_bytes())
    assert message["X-RcptTo"] == "chu-tich@dong-ha.example"
    assert "Đã đọc 127/129 cơ sở" in message.get_payload(0).get_payload(0).get_payload(decode=True).decode()


def test_the_sink_wants_its_password_and_encryption(stack: Stack) -> None:
    with pytest.raises(smtplib.SMTPAuthenticationError):
        send(stack, password="wrong")
    with smtplib.SMTP("127.0.0.1", stack.ports["smtp"], timeout=10) as plain:
        assert plain.docmd("MAIL", "FROM:<a@b.example>")[0] == 530
    assert not list((stack.home.maildir / "new").glob("*"))


def test_a_supervisor_killed_outright_leaves_nothing_that_the_next_start_does_not_end(home: Home) -> None:
    with home.held():
        killed = Stack(home)
        killed.home.make()
        killed.start_servers()
        leader = next(p for p in killed.supervisor.processes() if "supervisord" in " ".join(p.cmdline()))
        survivors = [p for p in killed.supervisor.processes() if p.pid != leader.pid]
        os.kill(leader.pid, signal.SIGKILL)
        leader.wait()
        assert len(survivors) == 4
        with Stack(home) as again:
            assert preflight.clear_leftovers(again) >= 4
            assert psutil.wait_procs(survivors, timeout=1)[1] == []
            again.start_servers()
            assert {row["statename"] for row in again.supervisor.table() if row["pid"]} <= {"RUNNING", "STARTING"}


DRIVER = """
import sys, time
from pathlib import Path
from include.local.home import Home
from include.local.stack import Stack
with Stack(Home(Path(sys.argv[1]))) as stack:
    stack.start_servers()
    print("started", flush=True)
    time.sleep(60)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks Linux to tell of a parent's death")
def test_a_driver_killed_outright_takes_its_stack_with_it(home: Home) -> None:
    driver = subprocess.Popen([sys.executable, "-c", DRIVER, str(home.path)], stdout=subprocess.PIPE, text=True)
    assert driver.stdout.readline() == "started\n"
    running = Stack(home).supervisor.processes()
    assert len(running) >= 5
    driver.kill()
    driver.wait()
    try:
        assert psutil.wait_procs(running, timeout=30)[1] == []
    finally:
        Stack(home).stop()


def test_a_stack_left_up_on_purpose_is_not_ended_by_the_next(home: Home) -> None:
    with home.held(), Stack(home, outlives_us=True) as first:
        first.start_servers()
        home.note(detached=True)
    try:
        with home.held(), pytest.raises(StackError, match="make down"):
            preflight.clear_leftovers(Stack(home))
        assert Stack(home).supervisor.answers()
    finally:
        Stack(home).stop()
    assert Stack(home).supervisor.processes() == []


def test_a_taken_port_is_replaced_at_the_next_start_and_a_fixed_one_told(home: Home) -> None:
    home.make()
    stack = Stack(home)
    stack.choose_ports()
    before = stack.ports
    with socket.socket() as other:
        other.bind(("127.0.0.1", before["ui"]))
        other.listen()
        assert Stack(home).ports == before  # who only asks changes nothing
        stack.choose_ports()
        assert stack.ports["ui"] != before["ui"]
        assert {name: port for name, port in stack.ports.items() if name != "ui"}.items() < before.items()
        with pytest.raises(StackError, match="is taken"):
            Stack(home, fixed_ports={"ui": before["ui"]}).choose_ports()
