"""Every setting of the platform, read once from the environment and checked at start.

SURVEY_ENV             development (default), production or testing
SURVEY_SECRET_KEY      signs sessions and receipts; at least 32 characters; required in production, otherwise made once
                       and kept under instance/
SURVEY_DATABASE_URL    sqlite:///... (default: under instance/) or postgresql://...
SURVEY_BASE_URL        public address such as https://khaosat.example.vn; required in production; where it is set, a
                       request for another host is refused
SURVEY_DEFAULT_LOCALE  vi (default) or en: pages, commands and reports where nobody chose a language
SURVEY_TIMEZONE        IANA zone that turns instants into days; default Asia/Ho_Chi_Minh
SURVEY_MIN_CELL        smallest count shown inside the organisation; default 5, never under 3
SURVEY_MIN_CELL_PUBLIC smallest count shown to everybody; default 10, never under 3 nor under SURVEY_MIN_CELL
SURVEY_RELEASE_BATCH   live answers of an agency become visible when so many wait; default 5, 1 switches it off
SURVEY_MAIL_URL        the mail server that sends scheduled reports, as Apprise writes it, without recipients:
                       mailtos://user:password@mail.example.vn?from=khaosat@example.vn; without it nothing is sent
SURVEY_ADDRESS_LIMIT   forms a minute from one address; default 1200, as a whole hall may stand behind one
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parent
INSTANCE = ROOT / "instance"
ENVIRONMENTS = ("development", "production", "testing")
LOCALES = ("vi", "en")
SHORTEST_SECRET = 32


class SettingsError(Exception):
    """A setting is missing or wrong; the message names it in one line."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The checked settings; `base_url` has no trailing slash and is None where none is set."""

    env: str
    secret_key: str
    database_url: str
    base_url: str | None
    default_locale: str
    timezone: ZoneInfo
    min_cell: int
    min_cell_public: int
    release_batch: int
    address_limit: int
    mail_url: str | None = None

    @property
    def production(self) -> bool:
        return self.env == "production"


def load_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read and check every setting. Raises SettingsError at the first one that is missing or wrong."""
    env = _choice(environ, "SURVEY_ENV", "development", ENVIRONMENTS)
    if env == "production" and environ.get("FLASK_DEBUG", "0") not in ("", "0", "false", "False"):
        raise SettingsError("FLASK_DEBUG must be off where SURVEY_ENV is production")
    base_url = _base_url(environ)
    if env == "production" and base_url is None:
        raise SettingsError("SURVEY_BASE_URL is required in production, e.g. https://khaosat.example.vn")
    return Settings(
        env=env,
        secret_key=_secret_key(environ, env),
        database_url=_database_url(environ),
        base_url=base_url,
        default_locale=_choice(environ, "SURVEY_DEFAULT_LOCALE", "vi", LOCALES),
        timezone=_timezone(environ),
        min_cell=_integer(environ, "SURVEY_MIN_CELL", 5, at_least=3),
        min_cell_public=_integer(environ, "SURVEY_MIN_CELL_PUBLIC", 10, at_least=3),
        release_batch=_integer(environ, "SURVEY_RELEASE_BATCH", 5, at_least=1),
        address_limit=_integer(environ, "SURVEY_ADDRESS_LIMIT", 1200, at_least=1),
        mail_url=_mail_url(environ),
    )


def _choice(environ: Mapping[str, str], name: str, default: str, allowed: tuple[str, ...]) -> str:
    value = environ.get(name) or default
    if value not in allowed:
        raise SettingsError(f"{name} must be one of {', '.join(allowed)}, not {value!r}")
    return value


def _integer(environ: Mapping[str, str], name: str, default: int, at_least: int) -> int:
    text = environ.get(name) or str(default)
    if not (text.isascii() and text.isdigit() and int(text) >= at_least):
        raise SettingsError(f"{name} must be a whole number of at least {at_least}, not {text!r}")
    return int(text)


def _timezone(environ: Mapping[str, str]) -> ZoneInfo:
    name = environ.get("SURVEY_TIMEZONE") or "Asia/Ho_Chi_Minh"
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise SettingsError(f"SURVEY_TIMEZONE must be an IANA zone such as Asia/Ho_Chi_Minh, not {name!r}") from error


def _base_url(environ: Mapping[str, str]) -> str | None:
    text = (environ.get("SURVEY_BASE_URL") or "").rstrip("/")
    if not text:
        return None
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query or parts.fragment:
        raise SettingsError(f"SURVEY_BASE_URL must be an address such as https://khaosat.example.vn, not {text!r}")
    return text


def _mail_url(environ: Mapping[str, str]) -> str | None:
    text = environ.get("SURVEY_MAIL_URL") or ""
    if not text:
        return None
    if not text.startswith(("mailto://", "mailtos://")):
        raise SettingsError("SURVEY_MAIL_URL must start with mailto:// or mailtos://")
    return text


def _database_url(environ: Mapping[str, str]) -> str:
    text = environ.get("SURVEY_DATABASE_URL")
    if not text:
        INSTANCE.mkdir(exist_ok=True)
        return f"sqlite:///{INSTANCE / 'survey.db'}"
    for prefix in ("postgres://", "postgresql://"):
        if text.startswith(prefix):
            return "postgresql+psycopg://" + text.removeprefix(prefix)
    if not text.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise SettingsError("SURVEY_DATABASE_URL must start with sqlite:/// or postgresql://")
    return text


def _secret_key(environ: Mapping[str, str], env: str) -> str:
    key = environ.get("SURVEY_SECRET_KEY") or ""
    if not key and env == "production":
        raise SettingsError(
            f"SURVEY_SECRET_KEY is required in production: at least {SHORTEST_SECRET} random characters"
        )
    if key:
        if len(key) < SHORTEST_SECRET or (len(set(key)) < 8 and env == "production"):
            raise SettingsError(f"SURVEY_SECRET_KEY must be at least {SHORTEST_SECRET} random characters")
        return key
    return _own_secret_key()


def _own_secret_key() -> str:
    """The key of this installation, made at the first start and kept under instance/ (development only)."""
    path = INSTANCE / "secret-key"
    INSTANCE.mkdir(exist_ok=True)
    try:
        with path.open("x", encoding="ascii") as file:
            os.chmod(path, 0o600)
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text(encoding="ascii")
