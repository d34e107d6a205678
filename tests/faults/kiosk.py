"""A kiosk in a real Chromium that is killed at any moment, behind a bad network, in front of a server that is killed.

`run` lets citizens answer; each writes a number of their own as the comment, so that every answer can be found again.
`Ledger.lost` are those who saw "thank you" and are not on the server, `doubled` those who are there twice.
"""

import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import BrowserContext, Error, Page, Playwright

from config import ROOT
from tests.faults.proxy import Proxy

PATIENCE_MS = 15_000
ARGUMENTS = ("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync")
# Where a visit may be broken off; the last two are the dangerous moments.
MOMENTS = ("attract", "question", "comment", "sent", "thanks")


@dataclass
class Ledger:
    """What citizens saw, and what the server holds."""

    thanked: list[str] = field(default_factory=list)
    begun: list[str] = field(default_factory=list)
    stored: Counter[str] = field(default_factory=Counter)
    kills: int = 0

    @property
    def lost(self) -> list[str]:
        return [number for number in self.thanked if not self.stored[number]]

    @property
    def doubled(self) -> list[str]:
        return [number for number, times in self.stored.items() if times > 1]

    @property
    def alien(self) -> list[str]:
        return [number for number in self.stored if number not in self.begun]


class ServerProcess:
    """`flask serve` over an SQLite file, in a process of its own that can be killed."""

    def __init__(self, database: Path) -> None:
        self.database = database
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]

    @property
    def environment(self) -> dict[str, str]:
        own = {
            "SURVEY_ENV": "testing",
            "SURVEY_SECRET_KEY": "t" * 40,
            "SURVEY_DATABASE_URL": f"sqlite:///{self.database}",
        }
        return {**os.environ, **own}

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command("serve", "--port", str(self.port)),
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(self._answers, "the server did not start")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def call(self, *arguments: str) -> str:
        """Run a command; its last line."""
        done = subprocess.run(
            self.command(*arguments), cwd=ROOT, env=self.environment, capture_output=True, text=True, check=True
        )
        return done.stdout.splitlines()[-1] if done.stdout else ""

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/livez", timeout=2):
                return True
        except OSError:
            return False


class KioskBrowser:
    """A Chromium with a profile that outlives it. `patches` changes modules of the kiosk: {file: {text: other}}."""

    def __init__(
        self, playwright: Playwright, executable: str | None, profile: Path, address: str, token: str,
        patches: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:  # fmt: skip
        self.playwright, self.executable, self.profile = playwright, executable, profile
        self.address, self.token, self.patches = address, token, patches or {}
        self.open()
        self.page.goto(f"/k?token={token}")
        self.page.wait_for_selector("[data-screen=attract] .start")
        if not self.patches:
            self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    def open(self) -> None:
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        self.context: BrowserContext = self.playwright.chromium.launch_persistent_context(
            self.profile,
            executable_path=self.executable,
            args=[*ARGUMENTS, *sandbox],
            base_url=self.address,
            viewport={"width": 1080, "height": 1920},
            # The first button moves a little, and clicks wait for what moves.
            reduced_motion="reduce",
            service_workers="block" if self.patches else "allow",
        )
        for name, changes in self.patches.items():
            self.context.route(f"**/{name}", _patched(name, changes))
        self.page: Page = self.context.pages[0] if self.context.pages else self.context.new_page()

    def kill(self) -> None:
        """SIGKILL for the browser's main process; the rest of it follows. Then start it again."""
        os.kill(self._pid(), signal.SIGKILL)
        with suppress(Error):
            self.context.close()
        # Chromium refuses a profile whose owner seems to be alive.
        for name in ("SingletonLock", "SingletonSocket", "SingletonCookie"):
            (self.profile / name).unlink(missing_ok=True)
        self.open()
        self.reload()

    def reload(self) -> None:
        self.page.goto("/k")
        self.page.wait_for_selector("[data-screen=attract] .start", timeout=PATIENCE_MS)

    def waiting(self) -> int:
        """How many answers the queue holds."""
        count: int = self.page.evaluate(
            """() => new Promise((resolve, reject) => {
                const request = indexedDB.open("kiosk");
                request.onerror = () => reject(request.error);
                request.onsuccess = () => {
                    const count = request.result.transaction("answers").objectStore("answers").count();
                    count.onsuccess = () => { request.result.close(); resolve(count.result); };
                };
            })"""
        )
        return count

    def flush(self) -> None:
        """The network is back: wait until nothing waits any more."""

        def done() -> bool:
            self.page.evaluate("dispatchEvent(new Event('online'))")
            return self.waiting() == 0

        wait_until(done, "the queue did not empty", seconds=60)

    def _pid(self) -> int:
        wanted = f"--user-data-dir={self.profile}".encode()
        for entry in Path("/proc").iterdir():
            try:
                parts = (entry / "cmdline").read_bytes().split(b"\0") if entry.name.isdigit() else []
            except OSError:
                continue
            if wanted in parts and not any(part.startswith(b"--type=") for part in parts):
                return int(entry.name)
        raise RuntimeError("the browser is not running")


def comments(database: Path) -> Counter[str]:
    """How often each number is stored."""
    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute("SELECT text FROM response_text WHERE question = 'comment'").fetchall()
    return Counter(text for (text,) in rows)


def answer(page: Page, number: str, chance: random.Random, stop: str | None) -> bool:
    """One citizen; breaks off at a moment (`stop`). Whether the thanks were seen."""
    if stop == "attract":
        return False
    page.click(".start")
    broken_off = chance.randrange(1, 5) if stop == "question" else None
    for step in range(11):
        if step == broken_off:
            return False
        screen = page.get_attribute("#kiosk", "data-screen")
        if screen == "question":
            rows = page.locator(".answer")
            rows.nth(chance.randrange(rows.count())).click()
        elif screen == "reasons":
            page.click("main .next")
        else:
            break
    page.fill("textarea", number)
    if stop == "comment":
        return False
    page.click("main .next", no_wait_after=True)
    if stop == "sent":
        return False
    page.wait_for_selector("[data-screen=thanks]", timeout=PATIENCE_MS)
    return True


def run(
    browser: KioskBrowser, proxy: Proxy, database: Path, *, answers: int, kills: int, seed: int,
    stops: tuple[str, ...] = MOMENTS, server: ServerProcess | None = None, server_kills: int = 0,
    each: Callable[[int], None] = lambda number: None,
) -> Ledger:  # fmt: skip
    """Let citizens answer while the network comes and goes and programs are killed; then let the queue empty."""
    chance, ledger = random.Random(seed), Ledger()
    broken = {place: chance.choice(stops) for place in chance.sample(range(answers), kills)}
    dead = set(chance.sample(range(1, answers), server_kills))
    for place in range(answers):
        proxy.away = chance.random() < 0.4
        if server and place in dead:
            server.kill()
        number, stop = f"phiếu {place}", broken.get(place)
        ledger.begun.append(number)
        thanked = answer(browser.page, number, chance, stop)
        if thanked:
            ledger.thanked.append(number)
        if stop:
            # Without a service worker (patched modules) the page itself needs the network.
            proxy.away = proxy.away and not browser.patches
            browser.kill()
            ledger.kills += 1
        elif thanked:
            browser.page.click("main .next")
        if server and place in dead:
            server.start()
        each(place)
    proxy.away = False
    browser.flush()
    ledger.stored = comments(database)
    return ledger


@contextmanager
def kiosk_server(folder: Path) -> Iterator[tuple[ServerProcess, str]]:
    """A running server with a survey, and the token of a device."""
    server = ServerProcess(folder / "survey.db")
    server.call("db", "upgrade")
    server.call("agencies", "create", "stttt", "--name", "Sở Thông tin và Truyền thông", "--tier", "department")
    server.call("surveys", "create", "ki-ot", "--questionnaire", "five-criteria", "--agency", "stttt", "--title", "Thử")
    token = server.call("collect", "pair-device", "--survey", "ki-ot", "--agency", "stttt")
    server.start()
    try:
        yield server, token
    finally:
        server.kill()


def wait_until(holds: Callable[[], bool], complaint: str, seconds: float = 30) -> None:
    """Ask again and again until it holds. Raises TimeoutError."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError(complaint)
        time.sleep(0.1)


def _patched(name: str, changes: Mapping[str, str]) -> Callable[[object], None]:
    source = (ROOT / "survey_app" / "collect" / "static" / name).read_text(encoding="utf-8")
    for text, other in changes.items():
        if text not in source:
            raise ValueError(f"{name} no longer says {text!r}")
        source = source.replace(text, other)

    def serve(route: object) -> None:
        route.fulfill(body=source, content_type="text/javascript")  # type: ignore[attr-defined]

    return serve
