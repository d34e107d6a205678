"""A bad network between a kiosk and its server: cut off, cutting acknowledgements, answering like a captive portal."""

import http.client
import random
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PORTAL = b"<!doctype html><title>Wi-Fi</title><h1>Please accept the terms</h1>"
HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"}
FAULTS = ("cut", "portal", "empty", "half", "other")


class Proxy:
    """Forwards to `port`. `away`: nobody answers. `faulty` is the share of sent batches that meet one of `faults`."""

    def __init__(self, port: int, seed: int, faulty: float = 0.0, faults: tuple[str, ...] = FAULTS) -> None:
        self.port, self.faulty, self.faults = port, faulty, faults
        self.away = False
        self.met: dict[str, int] = {}
        self.random = random.Random(seed)
        self.server = _Server(("127.0.0.1", 0), _Handler)
        self.server.proxy = self
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        self.thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def fault(self, path: str) -> str | None:
        """What becomes of the answer to this request."""
        if not path.endswith("/batch") or self.random.random() >= self.faulty:
            return None
        chosen = self.random.choice(self.faults)
        self.met[chosen] = self.met.get(chosen, 0) + 1
        return chosen

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    proxy: Proxy

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that was killed or cut off leaves broken connections: nothing to say about them."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def _forward(self) -> None:
        proxy = self.server.proxy
        if proxy.away:
            return self._cut()
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = proxy.fault(self.path)
        if fault == "portal":
            return self._answer(200, "text/html", PORTAL)
        if fault == "empty":
            return self._answer(204, "application/json", b"")
        try:
            status, headers, answer = self._ask(proxy.port, body)
        except (OSError, http.client.HTTPException):
            return self._answer(502, "text/html", b"Bad gateway")
        if fault == "cut" or proxy.away:
            return self._cut()
        if fault == "half":
            answer = answer[: len(answer) // 2]
        if fault == "other":
            answer = answer.replace(b'"id":"0', b'"id":"1')
        kind = next((value for name, value in headers if name.lower() == "content-type"), "text/plain")
        kept = [(name, value) for name, value in headers if name.lower() not in HOP | {"content-type"}]
        return self._answer(status, kind, answer, kept)

    do_GET = do_POST = _forward  # noqa: N815

    def _ask(self, port: int, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP}
        connection.request(self.command, self.path, body or None, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, answer.getheaders(), content

    def _answer(self, status: int, kind: str, body: bytes, headers: list[tuple[str, str]] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in headers or []:
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _cut(self) -> None:
        self.close_connection = True

    def log_message(self, *_: Any) -> None:
        pass
