"""Health checks, against a page that says what it is told to."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from deploy.health import ask


@pytest.fixture
def page() -> Iterator[HTTPServer]:
    class Page(BaseHTTPRequestHandler):
        status, body = 200, {"triggerer": {"status": "healthy"}, "scheduler": {"status": "unhealthy"}}

        def do_GET(self) -> None:
            self.send_response(self.status)
            self.end_headers()
            self.wfile.write(json.dumps(self.body).encode())

        def log_message(self, *words: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_page_and_each_component_of_it(page: HTTPServer) -> None:
    url = f"http://127.0.0.1:{page.server_port}/"
    assert ask(url) is None
    assert ask(url, "triggerer") is None
    assert ask(url, "scheduler") == "scheduler is unhealthy"
    assert ask(url, "dag_processor") is not None


def test_a_page_that_fails_or_is_not_there(page: HTTPServer) -> None:
    page.RequestHandlerClass.status = 503
    assert "503" in str(ask(f"http://127.0.0.1:{page.server_port}/"))
    assert "refused" in str(ask("http://127.0.0.1:1/"))
