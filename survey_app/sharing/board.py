"""The wall-board: three panels in figures that can be read across a hall. No names, nothing to press."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import gettext as _

from survey_app import clock
from survey_app.access import Scope
from survey_app.figures.builders import build_panel
from survey_app.figures.charts import Chart, Trend
from survey_app.figures.panels import Panel, QuestionFigure
from survey_app.figures.parts import told_to
from survey_app.i18n import format_day, format_number
from survey_app.sharing.models import Link
from survey_app.sharing.pages import bound_agency

WEEK = timedelta(days=6)
NIGHT = (19, 6)
SHIFTS = 8


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion: its name, the best level's words and share ("" where hidden), its n, parts (level, per cent)."""

    label: str
    level: str
    share: str
    n: str
    parts: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class Board:
    """Texts only. `shift` is where the picture stands this minute (against burn-in), `night` dims it."""

    today: str
    week: str
    week_label: str
    week_note: str
    lines: tuple[Line, ...]
    signal: str
    clock: str
    day: str
    shift: int
    night: bool


def wall_board(link: Link) -> Board:
    """What a board shows now: released answers of today, the last seven days by criterion."""
    with told_to("public"):
        return _board(link)


def _board(link: Link) -> Board:
    here = clock.now().astimezone(clock.timezone())
    today = here.date()
    week = _panel(link, today - WEEK, today)
    headline = week.rows[-1] if week.rows else None
    return Board(
        today=_count(_panel(link, today, today).responses),
        week=headline.top.text if headline else "",
        week_label=f"{headline.label}: {headline.top.label.lower()}" if headline else "",
        week_note=_week_note(headline),
        lines=tuple(_line(row) for row in week.rows),
        signal=_last_signal(_panel(link, None, None, "trend").chart),
        clock=f"{here:%H:%M}",
        day=format_day(today),
        shift=here.minute % SHIFTS,
        night=is_night(here),
    )


def is_night(here: datetime) -> bool:
    """Whether nobody is in the hall at this local time."""
    return here.hour >= NIGHT[0] or here.hour < NIGHT[1]


def _panel(link: Link, from_on: date | None, to_on: date | None, key: str = "overview") -> Panel:
    return build_panel(
        key,
        survey=link.survey,
        scope=Scope(link.agency_id),
        agency=bound_agency(link),
        from_on=from_on,
        to_on=to_on,
        channel=link.channel,
    )


def _last_signal(chart: Chart | None) -> str:
    """The newest month that a rule of the control chart marks; what can be said where there is none."""
    points = chart.points if isinstance(chart, Trend) else ()
    marked = [point for point in points if point.signal]
    if marked:
        return f"{marked[-1].label}: {marked[-1].text}, {marked[-1].note}"
    limited = any(point.lower is not None for point in points)
    return _("No month stands out of its usual range.") if limited else _("Too few months to tell.")


def _count(responses: int | None) -> str:
    return "…" if responses is None else format_number(responses)


def _week_note(headline: QuestionFigure | None) -> str:
    if headline is None or headline.n is None or headline.state == "suppressed":
        return _("too few answers to show")
    if not headline.top.text:
        return _("n = %(n)s, too few for shares", n=format_number(headline.n))
    return f"n = {format_number(headline.n)}"


def _line(row: QuestionFigure) -> Line:
    # Without the best level the bar would begin with another colour.
    drawn = row.options if row.top.share is not None else ()
    parts = tuple((figure.level, 100 * figure.share) for figure in reversed(drawn) if figure.share is not None)
    return Line(row.label, row.top.label.lower(), row.top.text, _count(row.n), parts)
