"""python -m tests.faults [--answers N --kills N --seed N]: a kiosk killed and cut off for long. 1 on any loss."""

import argparse
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.conftest import chromium
from tests.faults.kiosk import KioskBrowser, kiosk_server, run
from tests.faults.proxy import Proxy

# What happens beside the network that comes and goes and the browser that is killed.
SCENARIOS = {"the browser is killed": (0, 0.0), "the server too": (10, 0.0), "a network that lies": (0, 0.2)}


def main() -> int:
    options = _options()
    failed = 0
    for number, (name, (server_kills, faulty)) in enumerate(SCENARIOS.items()):
        failed += _scenario(name, options, options.seed + number, server_kills, faulty)
    return 1 if failed else 0


def _scenario(name: str, options: argparse.Namespace, seed: int, server_kills: int, faulty: float) -> bool:
    start = time.monotonic()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="survey-faults-", ignore_cleanup_errors=True))
        server, token = stack.enter_context(kiosk_server(Path(folder)))
        playwright = stack.enter_context(sync_playwright())
        proxy = Proxy(server.port, seed, faulty)
        browser = KioskBrowser(playwright, chromium(), Path(folder) / "profile", proxy.address, token)
        try:
            ledger = run(
                browser,
                proxy,
                server.database,
                answers=options.answers,
                kills=options.kills,
                seed=seed,
                server=server,
                server_kills=min(server_kills, options.answers // 4),
                each=lambda place: _show(name, place + 1, options.answers),
            )
        finally:
            browser.context.close()
            proxy.close()
    print(
        f"\r{name}: {options.answers} begun, {len(ledger.thanked)} thanked, {sum(ledger.stored.values())} stored, "
        f"browser killed {ledger.kills} times, server {server_kills} times, bad answers {proxy.met or 'none'}; "
        f"lost {len(ledger.lost)}, doubled {len(ledger.doubled)}, alien {len(ledger.alien)}; "
        f"{time.monotonic() - start:.0f} s",
        flush=True,
    )
    return bool(ledger.lost or ledger.doubled or ledger.alien)


def _show(name: str, done: int, total: int) -> None:
    if sys.stdout.isatty():
        print(f"\r{name}: {done} of {total}", end="", flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--answers", type=int, default=200)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
