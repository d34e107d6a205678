"""How often something may be tried; counted in this process, by what it is about, and never written down."""

from limits import RateLimitItem, parse
from limits.strategies import MovingWindowRateLimiter

from survey_app.web import rates

# A hall of kiosks stands behind one address; each asks for a code every ten minutes at most.
CODES_SHOWN = parse("60 per minute")
# Forty bits an officer cannot guess; ten times is enough for clumsy fingers.
CODES_TYPED = parse("10 per 10 minutes")
PACES = {"codes shown": CODES_SHOWN, "codes typed": CODES_TYPED}


def take(purpose: str, who: str) -> bool:
    """Count one attempt before it is made; False: this one is too many."""
    pace: RateLimitItem = PACES[purpose]
    return MovingWindowRateLimiter(rates()).hit(pace, purpose, who)


def wait(purpose: str) -> int:
    """After how many seconds it is worth trying again."""
    return PACES[purpose].get_expiry()
