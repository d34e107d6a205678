"""What a saved view may hold. Pure."""

from collections.abc import Iterable
from urllib.parse import parse_qsl, urlencode, urlsplit

LONGEST_NAME = 120
LONGEST_ADDRESS = 600


def view_address(text: str, survey: str) -> str | None:
    """The address of a page of a survey's dashboard as it is saved: without language and empty keys; None for any
    other address, and for one that is too long."""
    parts = urlsplit(text)
    page = f"/dashboards/{survey}"
    inside = parts.path == page or (parts.path.startswith(f"{page}/") and not set(parts.path) & set("\\%;"))
    if parts.scheme or parts.netloc or not inside or ".." in parts.path or not text.isprintable():
        return None
    query = urlencode(_kept(parse_qsl(parts.query)))
    address = f"{parts.path}?{query}" if query else parts.path
    return address if len(address) <= LONGEST_ADDRESS else None


def _kept(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(key, value) for key, value in pairs if key != "lang" and value]
