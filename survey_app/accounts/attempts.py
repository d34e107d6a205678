"""Failed sign-ins of an address: ten within a quarter of an hour, then it must wait.

Counted by address, not by where they come from: a whole office stands behind one IP address, and an attacker behind
many. Unknown addresses are counted alike.
"""

from limits import parse
from limits.strategies import MovingWindowRateLimiter

from survey_app.web import rates

MOST = 10
WAIT_SECONDS = 15 * 60
LIMIT = parse(f"{MOST} per {WAIT_SECONDS} seconds")
PURPOSE = "sign-in"


def take(email: str) -> bool:
    """Count an attempt before it is tried, so that many at once count too; False: this one must not be tried."""
    return MovingWindowRateLimiter(rates()).hit(LIMIT, PURPOSE, email)


def forget(email: str) -> None:
    """Start again at none: the right password was given."""
    MovingWindowRateLimiter(rates()).clear(LIMIT, PURPOSE, email)
