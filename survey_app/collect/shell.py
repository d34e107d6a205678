"""The kiosk as a device keeps it: its page, the files that make it work, a version that changes with any of them."""

import json
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import render_template
from flask_babel import gettext as _

from survey_app.collect.words import all_words

FOLDER = Path(__file__).parent / "static"
TEMPLATES = Path(__file__).parent / "templates" / "collect" / "kiosk"
PAGE_FILES = tuple(sorted(path.name for path in FOLDER.iterdir() if path.name != "sw.js"))
FONTS = ("/static/fonts/be-vietnam-pro-400.woff2", "/static/fonts/be-vietnam-pro-600.woff2")
ICON = "/static/icons/favicon.svg"


def version() -> str:
    """12 hexadecimal digits over everything that the shell is made of."""
    return _version(_words())


def file_address(name: str) -> str:
    """The address of one of the kiosk's files; modules import each other by relative addresses, so all of a version
    lie in one folder and no two versions are ever mixed.
    """
    return f"/k/files/{version()}/{name}"


def draw(template: str, **values: Any) -> str:
    """A page of the kiosk: with scripts it starts the kiosk, without it is the screen itself."""
    scripts = [name for name in PAGE_FILES if name.endswith(".js")]
    return render_template(
        f"collect/kiosk/{template}",
        version=version(),
        file_address=file_address,
        scripts=scripts,
        words=_words(),
        **values,
    )


def service_worker() -> str:
    """The service worker's source; its first lines name the version and what to keep."""
    files = [*(file_address(name) for name in PAGE_FILES), *FONTS, ICON, "/manifest.webmanifest"]
    head = f"const VERSION = {json.dumps(version())};\nconst FILES = {json.dumps(files)};\n"
    return head + (FOLDER / "sw.js").read_text(encoding="utf-8")


def manifest() -> dict[str, Any]:
    """What a browser needs to install the kiosk."""
    return {
        "name": _("Satisfaction survey"),
        "short_name": _("Survey"),
        "id": "/k",
        "start_url": "/k",
        "scope": "/k",
        "display": "fullscreen",
        "background_color": "#083E46",
        "theme_color": "#083E46",
        "icons": [{"src": ICON, "sizes": "any", "type": "image/svg+xml", "purpose": "any"}],
    }


def _words() -> str:
    """Every word of the screens as JSON that may stand in a page."""
    text = json.dumps(all_words(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.replace("<", "\\u003c")


@lru_cache(maxsize=4)
def _version(words: str) -> str:
    digest = sha256(words.encode())
    for path in [*sorted(FOLDER.iterdir()), *sorted(TEMPLATES.iterdir())]:
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]
