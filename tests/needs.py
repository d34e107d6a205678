"""What a machine may be unable to give the tests."""

import os
from typing import NoReturn

import pytest


def missing(what: str) -> NoReturn:
    """Say what this machine could not get: a failure in continuous integration, a skip elsewhere."""
    if os.environ.get("CI"):
        pytest.fail(what, pytrace=False)
    pytest.skip(what)
