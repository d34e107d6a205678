"""Languages: which one a reader gets, texts kept as {tag: text}, and numbers and dates as each language writes them."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any, cast

from babel import Locale
from flask import Flask, Response, current_app, g, has_request_context, request
from flask_babel import Babel, force_locale, get_locale, refresh
from flask_babel import lazy_gettext as lazy_text

from config import LOCALES, ROOT
from survey_app.clock import local_date

COOKIE = "lang"
YEAR_SECONDS = 365 * 24 * 3600
# What languages spoken in Vietnam call themselves; CLDR knows few of them. Numbers and dates follow the catalogue.
NAMES = {
    "vi": "Tiếng Việt",
    "en": "English",
    "km": "ខ្មែរ",
    "tyz": "Tày",
    "nut": "Nùng",
    "mtq": "Mường",
    "mww": "Hmoob",
    "blt": "Tiếng Thái",
    "cjm": "Cam",
    "cja": "Cam",
    "rad": "Êđê",
    "jra": "Jrai",
    "bdq": "Bahnar",
    "ium": "Dao",
    "zh": "中文",
    "lo": "ລາວ",
    "fr": "Français",
}
babel = Babel()
in_language = force_locale


def init_app(app: Flask) -> None:
    app.config["BABEL_DEFAULT_LOCALE"] = app.config["SETTINGS"].default_locale
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(ROOT / "translations")
    babel.init_app(app, locale_selector=_chosen)
    app.after_request(_remember)
    app.jinja_env.globals.update(
        localized=localized, text_language=text_language, language=language, content_language=content_language
    )
    app.jinja_env.filters.update(day=format_day, number=format_number, percent=format_percent)


def lazy_gettext(text: str, **variables: Any) -> str:
    """A text translated when it is shown: for what is written down at import (forms, menus). A str to type checkers."""
    return cast(str, lazy_text(text, **variables))


def language() -> str:
    """The reader's language tag: `?lang=`, else the cookie, else the default; outside requests the default."""
    locale = get_locale()
    # The catalogues are of languages without a country; to write out a Locale takes ten times as long.
    return locale.language if locale else str(current_app.config["SETTINGS"].default_locale)


def content_language() -> str:
    """The language in which the reader is asked: one of the survey's, which needs no catalogue; else `language()`."""
    return str(g.get("content_language") or language())


def use_content_language(offered: Collection[str]) -> None:
    """Ask this reader in the language they chose, if it is one of those offered.

    The page's own words come from its catalogue, or from the nearest there is (the default) where it has none.
    """
    for tag in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if tag and tag in offered and tag not in LOCALES:
            g.content_language = tag
            g.catalogue = nearest_catalogue(tag)
            refresh()
            return
        if tag in LOCALES:
            return


def nearest_catalogue(tag: str) -> str:
    """The catalogue for a language tag: its own, that of its main language, else the default."""
    default: str = current_app.config["SETTINGS"].default_locale
    return next((each for each in (tag, tag.split("-")[0]) if each in LOCALES), default)


def language_name(tag: str) -> str:
    """A language's own name for itself; the tag where we do not know it."""
    return NAMES.get(tag) or NAMES.get(tag.split("-")[0]) or tag


def localized(texts: Mapping[str, str], tag: str | None = None) -> str:
    """The text in a language (default: the one the reader is asked in), else the default one, else any, else ""."""
    return texts.get(text_language(texts, tag), "")


def text_language(texts: Mapping[str, str], tag: str | None = None) -> str:
    """The language that `localized` takes, for a `lang` attribute; "" where there is no text at all."""
    for candidate in (tag or content_language(), current_app.config["SETTINGS"].default_locale, *texts):
        if texts.get(candidate):
            return str(candidate)
    return ""


def round_half_up(value: float | Decimal, decimals: int) -> Decimal:
    """Round halves away from zero, as Vietnamese documents do; Babel alone rounds half to even."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    return exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def format_number(value: float | Decimal, decimals: int = 0) -> str:
    """A number with the reader's separators and exactly so many decimals: 1.234,5 in Vietnamese."""
    # A page has thousands: Babel's own function reads its pattern anew for each.
    exact = value if isinstance(value, int) and not decimals else round_half_up(value, decimals)
    return f"{exact:,{'d' if exact is value else 'f'}}".translate(_signs(language()))


@lru_cache(maxsize=len(LOCALES))
def _signs(tag: str) -> dict[int, str]:
    """What stands for comma, point and minus in numbers of a language."""
    symbols = Locale.parse(tag).number_symbols["latn"]
    return str.maketrans({",": symbols["group"], ".": symbols["decimal"], "-": symbols["minusSign"]})


def format_percent(share: float | Decimal, decimals: int = 0) -> str:
    """A share of 0 to 1 as per cent, rounded half up. Never for "trên" (see floor_percent)."""
    exact = share if isinstance(share, Decimal) else Decimal(repr(share))
    return format_number(exact * 100, decimals) + "%"


def format_day(day: date | datetime) -> str:
    """dd/MM/yyyy in every language, as official documents write it; of an instant the installation's day."""
    day = local_date(day) if isinstance(day, datetime) else day
    return day.strftime("%d/%m/%Y")


def _chosen() -> str:
    default: str = current_app.config["SETTINGS"].default_locale
    if not has_request_context():
        return default
    if "catalogue" in g:
        return str(g.catalogue)
    for tag in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if tag in LOCALES:
            return tag
    return default


def _remember(response: Response) -> Response:
    tag = request.args.get("lang")
    if tag and tag in (*LOCALES, g.get("content_language")) and request.cookies.get(COOKIE) != tag:
        secure = current_app.config.get("SESSION_COOKIE_SECURE", False)
        response.set_cookie(COOKIE, tag, max_age=YEAR_SECONDS, samesite="Lax", httponly=True, secure=secure)
    response.headers.setdefault("Content-Language", content_language())
    return response
