"""Figures in words: percentages, intervals, published values, notes and the filters, in the reader's language."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from flask_babel import gettext as _

from survey_app.figures.panels import Filters, QuestionFigure
from survey_app.figures.rules import ALL_POSITIVE, HUNDRED, SEVERAL_LOW, decimals_for, shown_percentages
from survey_app.i18n import format_day, format_number, format_percent, localized, round_half_up
from survey_app.questionnaires.content import Question
from survey_app.responses.flags import FLAGS


def share_texts(counts: Sequence[int]) -> tuple[str, ...]:
    """The shares of one question as shown: they add up to 100, no answer at all is "0%" and only that."""
    n = sum(counts)
    percentages = shown_percentages(counts)
    return tuple(share_text(percent, count, n) for percent, count in zip(percentages, counts, strict=True))


def share_text(percent: Decimal, count: int, n: int) -> str:
    """One rounded percentage as shown. "0%" and "100%" are exact; what only rounds to them is "<1%" or ">99%"."""
    decimals = decimals_for(n)
    step = Decimal(1).scaleb(-decimals)
    if count in (0, n):
        return "100%" if count else "0%"
    if percent == 0:
        return f"<{format_number(step, decimals)}%"
    if percent == HUNDRED:
        return f">{format_number(HUNDRED - step, decimals)}%"
    return f"{format_number(percent, decimals)}%"


def interval_text(low: float | None, high: float | None, n: int) -> str:
    """The ends of an interval, "16%–37%"; "" where there is none."""
    if low is None or high is None:
        return ""
    return f"{format_percent(low, decimals_for(n))}–{format_percent(high, decimals_for(n))}"


def published_text(value: Decimal, qualifier: str) -> str:
    """A published percentage as it was meant: "over 74%", "about 74%", "74%"."""
    number = f"{format_number(value, max(0, -int(value.normalize().as_tuple().exponent)))}%"
    if qualifier == "floor":
        return _("over %(percent)s", percent=number)
    return _("about %(percent)s", percent=number) if qualifier == "rounded" else number


def published_period_text(from_on: date, to_on: date) -> str:
    """A period as short as it can be said: "2016", "03/2017", else both days."""
    if (from_on.day, from_on.month, to_on.day, to_on.month) == (1, 1, 31, 12) and from_on.year == to_on.year:
        return f"{from_on:%Y}"
    if from_on.day == 1 and to_on == from_on.replace(day=monthrange(from_on.year, from_on.month)[1]):
        return month_text(from_on)
    return f"{format_day(from_on)}–{format_day(to_on)}"


def channel_text(channel: str) -> str:
    """A channel's name; the code itself where it is none of ours."""
    names = {
        "kiosk": _("kiosk"),
        "web": _("web page"),
        "qr": _("QR code"),
        "sms": _("text message"),
        "paper": _("paper form"),
        "phone": _("telephone interview"),
        "import": _("imported, source unknown"),
    }
    return names.get(channel, channel)


def flag_text(code: str) -> str:
    """What a flag of an answer is called; the code itself where it is none of ours."""
    names = {flag.name: flag.label for flag in FLAGS}
    return _(names[code]) if code in names else code


def comparison_text(compare: str) -> str:
    """What a period is compared with."""
    names = {"previous": _("compared with the period before"), "year_ago": _("compared with a year before")}
    return names.get(compare, compare)


def period_text(from_on: date | None, to_on: date | None) -> str:
    """Both days as dd/MM/yyyy."""
    if from_on and to_on:
        return _("from %(from_on)s to %(to_on)s", from_on=format_day(from_on), to_on=format_day(to_on))
    if from_on:
        return _("from %(from_on)s", from_on=format_day(from_on))
    return _("up to %(to_on)s", to_on=format_day(to_on)) if to_on else _("all days")


def rating_text(group: str, questions: Sequence[Question]) -> str:
    """Whose comments a group holds (`rules.rating_group`)."""
    names = {question.code: localized(question.label) for question in questions}
    fixed = {ALL_POSITIVE: _("Nothing rated low"), SEVERAL_LOW: _("Several criteria rated low")}
    return fixed.get(group) or _("Only “%(question)s” rated low", question=names[group])


def filters_text(filters: Filters) -> str:
    """The filters in words: agency, both days, channel, procedure where one was asked for."""
    channel = channel_text(filters.channel) if filters.channel else _("all channels")
    procedure = (_("procedure %(code)s", code=filters.procedure),) if filters.procedure else ()
    structure = (_("today's structure"),) if filters.structure == "current" else ()
    period = period_text(filters.from_on, filters.to_on)
    return "; ".join((filters.agency_name, period, channel, *procedure, *structure))


def points_text(difference: float, n: int) -> str:
    """A difference of shares in percentage points with its sign: "+3.1 points"; decimals as `n` answers bear them."""
    decimals = decimals_for(n)
    number = format_number(abs(difference) * 100, decimals)
    sign = "" if not round_half_up(abs(difference) * 100, decimals) else "+" if difference > 0 else "−"
    return _("%(number)s points", number=f"{sign}{number}")


def points_interval_text(low: float | None, high: float | None, n: int) -> str:
    """The ends of a difference's interval, "−1.2 to +5.0"; "" where there is none."""
    if low is None or high is None:
        return ""
    ends = []
    for value in (low, high):
        rounded = round_half_up(abs(value) * 100, decimals_for(n))
        sign = "" if not rounded else "+" if value > 0 else "−"
        ends.append(f"{sign}{format_number(rounded, decimals_for(n))}")
    return _("%(low)s to %(high)s", low=ends[0], high=ends[1])


def share_measure(rows: Sequence[QuestionFigure]) -> str:
    """What rows of one question draw: its top level's share, and the unit."""
    if not rows:
        return ""
    return _("%(question)s: share of “%(level)s”, %%.", question=rows[0].label, level=rows[0].top.label.lower())


def month_text(day: date) -> str:
    """A month as "03/2026"."""
    return f"{day:%m/%Y}"


def month_name(key: str) -> str:
    """A month ("2026-03") as it is named in a sentence."""
    year, month = key.split("-")
    return _("month %(number)s/%(year)s", number=int(month), year=int(year))


def n_text(n: int | None) -> str:
    """ "n = 66", with "…" where it is hidden."""
    return f"n = {'…' if n is None else format_number(n)}"


def provenance_text(provenance: str) -> str:
    """The fixed words for where figures come from; "" for collected answers."""
    words = {"reconstruction": _("reconstructed figures"), "simulated": _("simulated figures")}
    return words.get(provenance, "")


def provenance_note(provenance: str) -> str:
    """What the reader must know of figures that are no collected answers; "" for those that are."""
    notes = {
        "reconstruction": _(
            "Reconstructed figures: made so that they match published totals; which answers belong to one person, "
            "the days and the number of answers are assumptions."
        ),
        "simulated": _("Simulated figures: made by a program to show the platform, not answers of citizens."),
    }
    return notes.get(provenance, "")


def source_text(filters: Filters) -> str:
    """Where the figures come from, "Source: ..."."""
    words = provenance_text(filters.provenance)
    parts = (filters.survey_title, filters.agency_name, *([words] if words else []))
    return _("Source: %(source)s.", source="; ".join(parts))


def notes(filters: Filters, rows: Sequence[QuestionFigure], *, min_cell: int) -> tuple[str, ...]:
    """What must be said beside the figures, one sentence group each: rounding, hidden cells, intervals, provenance."""
    said = []
    if any(row.state == "ok" for row in rows):
        said.append(_("Percentages are rounded so that they add up to 100; files hold the exact counts and shares."))
        said.append(
            _(
                "%(confidence)s confidence interval (Wilson): it counts random error only, not the bias from people "
                "who did not answer.",
                confidence="95%",
            )
        )
    if any(row.state == "too_few" and row.n for row in rows):
        said.append(_("Under 30 answers only counts are shown."))
    if any(option.suppressed for row in rows for option in row.options) or any(
        count is None for row in rows for count in row.excluded.values()
    ):
        said.append(_("Counts under %(minimum)s, and what would give them away, are hidden.", minimum=min_cell))
    if any(row.published for row in rows):
        said.append(
            _("Published figures: percentages as somebody published them; the number of answers was not published.")
        )
    said.append(provenance_note(filters.provenance))
    return tuple(text for text in said if text)
