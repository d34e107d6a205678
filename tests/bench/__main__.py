"""python -m tests.bench [--quick] [--databases sqlite,postgresql]: every promise about speed, in one run."""

import argparse
import platform
import warnings

from tests.bench.browser import measure_browser
from tests.bench.citizen import measure_page, measure_response
from tests.bench.counting import measure_fold
from tests.bench.dashboards import measure_dashboard
from tests.bench.installation import KINDS, installation, say
from tests.databases import PostgreSQLUnavailable


def main() -> None:
    options = _options()
    few, many, folded = (1_000, 20_000, 20_000) if options.quick else (10_000, 1_000_000, 200_000)
    say(f"Python {platform.python_version()}, {platform.machine()}; PostgreSQL runs without fsync")
    with installation("sqlite") as app:
        measure_page(app)
    with installation("sqlite") as app:
        measure_browser(app)
    for kind in options.databases.split(","):
        try:
            _measure(kind, few, many, folded)
        except PostgreSQLUnavailable as error:
            say(f"{kind}: not measured: {error}")


def _measure(kind: str, few: int, many: int, folded: int) -> None:
    with installation(kind) as app:
        measure_response(app, kind)
    with installation(kind) as app:
        measure_fold(app, kind, folded)
    medians = []
    for count in (few, many):
        with installation(kind) as app:
            medians.append(measure_dashboard(app, kind, count))
    for address, slow in medians[1].items():
        ratio = slow / medians[0][address]
        say(f"{kind}: {address} at {many} against {few} responses: ratio {ratio:.2f} (at most 1.5)")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small numbers: a smoke test, no measurement")
    parser.add_argument("--databases", default=",".join(KINDS))
    return parser.parse_args()


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
