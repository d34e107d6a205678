"""Pairing: how a device comes by its token. Nothing that opens anything is stored as it is.

The device draws a code for its screen and keeps a secret. An officer types the code; the device's token follows from
the secret's hash and the key of this installation, so a claim that got lost on the way can be made again.
"""

import hmac
import secrets
from base64 import urlsafe_b64encode

from flask import current_app
from flask_babel import gettext as _

from survey_app.errors import Gone
from survey_app.surveys.models import Pairing
from survey_app.surveys.queries import pairing_by_secret
from survey_app.surveys.rules import PAIRING_SIGNS


def new_code() -> str:
    """A code for the screen, "7K3M-Q9XA": 40 random bits."""
    signs = "".join(secrets.choice(PAIRING_SIGNS) for _place in range(8))
    return f"{signs[:4]}-{signs[4:]}"


def code_hash(code: str) -> str:
    """What is stored of a code. Keyed: of 40 bits alone a plain hash would give it away."""
    return hmac.digest(_key().encode(), f"pairing code {code}".encode(), "sha256").hex()


def token_of(pairing: Pairing) -> str:
    """The token of the device that waits for this pairing: a secret of 256 bits to all who do not hold our key."""
    digest = hmac.digest(_key().encode(), f"device token {pairing.secret_hash}".encode(), "sha256")
    return f"device_{urlsafe_b64encode(digest).decode().rstrip('=')}"


def claimed_token(secret: str) -> str | None:
    """The token of the device that keeps this secret; None while nobody has typed its code.

    Raises Gone ("pairing_over") when the time is over.
    """
    pairing = pairing_by_secret(secret)
    if pairing is None:
        raise Gone(_("This code has expired. Please ask for a new one."), code="pairing_over")
    return token_of(pairing) if pairing.device_id is not None else None


def _key() -> str:
    key: str = current_app.config["SETTINGS"].secret_key
    return key
