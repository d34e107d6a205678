"""How often something may be tried; counted in this process, by what it is about, and never written down."""

import time

from flask import current_app, request
from limits import parse
from limits.strategies import MovingWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

from survey_app.collect.turns import Turns
from survey_app.web import rates

PACES = {
    # A hall of kiosks stands behind one address; each asks for a code every ten minutes at most.
    "codes shown": parse("60 per minute"),
    # Forty bits an officer cannot guess; ten times is enough for clumsy fingers.
    "codes typed": parse("10 per 10 minutes"),
    "device": parse("20 per second"),
}


def take(purpose: str, who: str) -> bool:
    """Count one attempt before it is made; False: this one is too many."""
    return MovingWindowRateLimiter(rates()).hit(PACES[purpose], purpose, who)


def require(purpose: str, who: str) -> None:
    """Count one attempt before it is made. Raises TooManyRequests."""
    if not take(purpose, who):
        raise TooManyRequests(retry_after=PACES[purpose].get_expiry())


def require_turn() -> None:
    """Raises TooManyRequests when too much comes from one address: a whole hall may stand behind one."""
    turns: Turns = current_app.extensions["turns"]
    most: int = current_app.config["SETTINGS"].address_limit
    if seconds := turns.wait(request.remote_addr or "", most, time.time()):
        raise TooManyRequests(retry_after=seconds)


def require_device_turn(device_id: int) -> None:
    """A device may always send 20 times a second; beyond that it takes its address's turns, and waits a second."""
    if take("device", str(device_id)):
        return
    try:
        require_turn()
    except TooManyRequests as error:
        raise TooManyRequests(retry_after=1) from error
