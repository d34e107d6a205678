"""A mail server on loopback that keeps what it is given, or refuses it."""

import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_string
from email.message import Message

import pytest


@dataclass
class Sink:
    """`messages` are those taken; while `refusing`, none is."""

    port: int = 0
    refusing: bool = False
    messages: list[Message] = field(default_factory=list)


@pytest.fixture
def sink() -> Iterator[Sink]:
    kept = Sink()

    class Conversation(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 sink")
            for line in self.rfile:
                verb = line[:4].upper()
                if verb == b"DATA" and not kept.refusing:
                    self._say("354 go on")
                    kept.messages.append(message_from_string(self._body()))
                self._say("221 bye" if verb == b"QUIT" else "451 not now" if kept.refusing else "250 ok")
                if verb == b"QUIT":
                    return

        def _body(self) -> str:
            lines = []
            while (line := self.rfile.readline().decode().rstrip("\r\n")) != ".":
                lines.append(line)
            return "\n".join(lines)

        def _say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation) as server:
        kept.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield kept
        server.shutdown()
