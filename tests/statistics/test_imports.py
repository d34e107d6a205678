"""scipy and numpy cost half a second and 60 MB: who only takes answers never pays for them."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = """
import sys
{code}
heavy = sorted(name for name in sys.modules if name in ("numpy", "scipy", "pandas", "statsmodels", "plotly"))
sys.exit(f"loaded: {{heavy}}" if heavy else 0)
"""


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", HEAVY.format(code=code)], cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    "code",
    [
        "import survey_app.statistics",
        "from survey_app.statistics import wilson, newcombe, holm, fisher_exact, binomial_p, funnel_limits\n"
        "wilson(1, 2), newcombe(1, 2, 1, 2), holm([0.1]), fisher_exact(1, 2, 3, 4), binomial_p(3, 9, 0.5)\n"
        "funnel_limits(0.75, 100, (0.001, 0.999))",
        "import survey_app; survey_app.create_app()",
    ],
)
def test_starting_and_everyday_formulas_load_neither_numpy_nor_scipy(code: str) -> None:
    finished = run(code)
    assert finished.returncode == 0, finished.stderr


def test_the_check_sees_scipy() -> None:
    assert "scipy" in run("from survey_app.statistics import jeffreys\njeffreys(1, 2)").stderr
