"""A server looks for cycles seldom, and never among what it has loaded."""

import os
import subprocess
import sys

from config import ROOT

SAID = "import gc, wsgi; print(gc.get_freeze_count() > 10_000, gc.get_threshold()[0] > 1_000)"


def test_a_server_leaves_alone_what_it_has_loaded() -> None:
    environ = {**os.environ, "SURVEY_ENV": "testing", "SURVEY_SECRET_KEY": "t" * 40}
    done = subprocess.run([sys.executable, "-c", SAID], cwd=ROOT, env=environ, capture_output=True, text=True)
    assert done.stdout.split() == ["True", "True"], done.stderr
