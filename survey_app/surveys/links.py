"""The addresses of a survey's form, and those addresses as QR codes."""

import io
from collections.abc import Mapping
from urllib.parse import quote, urlencode

import segno
from flask import current_app, has_request_context, request

from survey_app.surveys.models import Survey

# Outside of a request and without SURVEY_BASE_URL: where `make run` listens.
LOCAL = "http://127.0.0.1:8000"
QUIET_ZONE = 4


def form_url(survey: Survey, qr: str | None = None) -> str:
    """The full address of the citizen's form; `qr` is the code of the agency whose QR code it stands in."""
    return _form_address(survey, {"qr": qr} if qr else {})


def ticket_url(survey: Survey, agency: str, ticket: str, *, by_message: bool = False) -> str:
    """The full address of the form with a ticket of an agency: to be printed as a QR code, or sent in a message."""
    way_in = {"c": "sms"} if by_message else {"qr": agency}
    return _form_address(survey, {**way_in, "t": ticket})


def _form_address(survey: Survey, query: Mapping[str, str]) -> str:
    settings = current_app.config["SETTINGS"]
    base = settings.base_url or (request.url_root.rstrip("/") if has_request_context() else LOCAL)
    address = f"{base}/s/{quote(survey.code)}"
    return f"{address}?{urlencode(query)}" if query else address


def qr_svg(url: str) -> bytes:
    """The QR code of an address as SVG: black on white, quiet zone included, any size."""
    out = io.BytesIO()
    _code(url).save(out, kind="svg", scale=10, border=QUIET_ZONE, light="#fff", omitsize=True, title=url)
    return out.getvalue()


def qr_png(url: str) -> bytes:
    """The QR code of an address as PNG, 20 pixels a module: at 300 dpi about 6 cm wide."""
    out = io.BytesIO()
    _code(url).save(out, kind="png", scale=20, border=QUIET_ZONE, dpi=300)
    return out.getvalue()


def _code(url: str) -> segno.QRCode:
    # Level Q: it can still be read when a quarter is worn off a counter.
    return segno.make(url, error="q", micro=False)
