"""The badge: one line of plain text as a picture that any page can hold. Numbers with n, no frame, no script."""

from html import escape

from flask_babel import gettext as _

from survey_app.figures.panels import Panel, QuestionFigure
from survey_app.figures.wording import provenance_text
from survey_app.i18n import format_number

HEIGHT = 28
PADDING = 10
# Wide enough for the fonts that browsers fall back to; `textLength` then fits the text in whatever font there is.
CHARACTER = 6.6
FONT = "'Be Vietnam Pro', system-ui, 'Segoe UI', Roboto, sans-serif"


def badge_text(panel: Panel) -> str:
    """What the badge says: of the last question, which sums up, all positive levels together, with n."""
    row = panel.rows[-1] if panel.rows else None
    words = provenance_text(panel.filters.provenance)
    said = _finding(row) if row else _("no results yet")
    return f"{said} · {words}" if words else said


def badge_svg(panel: Panel) -> str:
    """The badge as SVG: black on white with an edge, readable without the page's fonts."""
    text = badge_text(panel)
    inner = round(len(text) * CHARACTER)
    width = inner + 2 * PADDING
    said = escape(text)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{HEIGHT}" viewBox="0 0 {width} {HEIGHT}" '
        f'role="img" aria-label="{said}"><title>{said}</title>'
        f'<rect x="0.5" y="0.5" width="{width - 1}" height="{HEIGHT - 1}" rx="5" fill="#fff" stroke="#71878C"/>'
        f'<rect x="0.5" y="0.5" width="5" height="{HEIGHT - 1}" fill="#0B4A57"/>'
        f'<text x="{PADDING + 3}" y="18.5" font-family="{FONT}" font-size="13" fill="#0F2A30" '
        f'textLength="{inner - 3}" lengthAdjust="spacingAndGlyphs">{said}</text></svg>'
    )


def _finding(row: QuestionFigure) -> str:
    if not row.positive.text or row.n is None:
        return f"{row.label}: " + _("too few answers to show")
    good = [figure.label.lower() for figure in reversed(row.options) if figure.positive]
    levels = _(" or ").join(good)
    return f"{row.label}: {row.positive.text} {levels} (n = {format_number(row.n)})"
