"""python -m tests.bench [--quick] [--databases ...] [--parts ...] [--many N]: every promise about speed, in one run."""

import argparse
import platform
import warnings

from tests.bench.browser import measure_browser
from tests.bench.citizen import measure_page, measure_response
from tests.bench.counting import measure_fold
from tests.bench.dashboards import measure_dashboard
from tests.bench.installation import KINDS, installation, say
from tests.databases import PostgreSQLUnavailable

PARTS = ("page", "response", "fold", "dashboards")
RATIO_BAR = 1.5


def main() -> None:
    options = _options()
    say(f"Python {platform.python_version()}, {platform.machine()}; PostgreSQL runs without fsync")
    if "page" in options.parts:
        for measure in (measure_page, measure_browser):
            with installation("sqlite") as app:
                measure(app)
    for kind in options.databases.split(","):
        try:
            _measure(kind, options)
        except PostgreSQLUnavailable as error:
            say(f"{kind}: not measured: {error}")


def _measure(kind: str, options: argparse.Namespace) -> None:
    few, folded = (1_000, 20_000) if options.quick else (10_000, 200_000)
    if "response" in options.parts:
        with installation(kind) as app:
            measure_response(app, kind)
    for varied in (False, True) if "fold" in options.parts else ():
        with installation(kind) as app:
            measure_fold(app, kind, folded, varied=varied)
    if "dashboards" in options.parts:
        _compare(kind, few, options)


def _compare(kind: str, few: int, options: argparse.Namespace) -> None:
    """The dashboards over few and over many responses."""
    found = []
    for count, url in ((few, None), (options.many, options.url)):
        with installation(kind, url) as app:
            found.append(measure_dashboard(app, kind, count))
    for address, slow in found[1].items():
        quick = found[0][address]
        first, cold, warm = (one / other for one, other in zip(slow, quick, strict=True))
        over = "" if warm <= RATIO_BAR else "  OVER"
        sizes = f"{kind}: {address} at {options.many} against {few} responses"
        say(f"{sizes}: ratio {warm:.2f} (at most {RATIO_BAR}), first {first:.2f}, after a fold {cold:.2f}{over}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small numbers: a smoke test, no measurement")
    parser.add_argument("--databases", default=",".join(KINDS))
    parser.add_argument("--parts", default=",".join(PARTS), help=f"of {', '.join(PARTS)}")
    parser.add_argument("--many", type=int, help="responses behind the dashboards (a million; with --quick 20 000)")
    parser.add_argument("--url", help="a database of so many that stays: built where it is empty; of one kind")
    options = parser.parse_args()
    options.parts = options.parts.split(",")
    options.many = options.many or (20_000 if options.quick else 1_000_000)
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    return options


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
