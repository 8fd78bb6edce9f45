"""The mail sink's certificate stands up to a strict check, and only by its own authority."""

import socket
import ssl
import stat
import threading
from pathlib import Path

import pytest

from include.local.certificates import Certificates, ensure


def shake_hands(files: Certificates, client: ssl.SSLContext, name: str) -> None:
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(files.certificate, files.key)
    here, there = socket.socketpair()

    def answer() -> None:
        try:
            server.wrap_socket(there, server_side=True).close()
        except (ssl.SSLError, ConnectionError):
            there.close()

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        client.wrap_socket(here, server_hostname=name).close()
    finally:
        here.close()
        thread.join()


def strict(authority: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=authority)
    context.verify_flags |= ssl.VERIFY_X509_STRICT  # the default from Python 3.13 on
    return context


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_it_stands_up_to_a_strict_check(tmp_path, name) -> None:
    files = ensure(tmp_path / "c")
    shake_hands(files, strict(files.authority), name)


def test_another_name_or_authority_is_refused(tmp_path) -> None:
    files, others = ensure(tmp_path / "c"), ensure(tmp_path / "d")
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(files, strict(files.authority), "mail.example")
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(files, strict(others.authority), "localhost")


def test_it_is_made_once_and_its_key_is_the_owners_only(tmp_path) -> None:
    files = ensure(tmp_path / "c")
    before = files.certificate.read_bytes()
    assert ensure(tmp_path / "c").certificate.read_bytes() == before
    assert stat.S_IMODE(files.key.stat().st_mode) == 0o600
    files.key.unlink()
    assert ensure(tmp_path / "c").certificate.read_bytes() != before
