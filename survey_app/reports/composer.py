"""Reports that somebody composes: an ordered list of blocks, each a kind with a panel or a text where it takes one."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _

from survey_app.access import may
from survey_app.errors import Invalid, Problem
from survey_app.figures.builders import PANELS, permission_for
from survey_app.figures.panels import Panel
from survey_app.i18n import lazy_gettext
from survey_app.reports.blocks import (
    Appendix,
    Block,
    Contents,
    Cover,
    Heading,
    Note,
    Sentence,
    Signature,
    Text,
    numbered,
)
from survey_app.reports.catalogue import BY_AGENCY, REPORTS, closing, introduction
from survey_app.reports.commitment_parts import commitment_blocks
from survey_app.reports.parts import about_words, charts, filter_words, headline, source_line
from survey_app.reports.report import Report
from survey_app.reports.request import (
    Request,
    live_address,
    method_blocks,
    narrative_of,
    page_marks,
    rate_words,
    report_head,
)
from survey_app.reports.tables import tables

MOST_BLOCKS = 60
LONGEST_TEXT = 5000
WHOLE, COVER, COMMENTS = "distribution", "cover", "comments"


@dataclass(frozen=True, slots=True)
class Part:
    """A block as composed: its kind, the panel it draws (charts and tables), what somebody wrote (headings, texts)."""

    kind: str
    panel: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class PartKind:
    """What a kind is called, whether it takes a panel or a text, what it becomes, the panel that it always has."""

    title: str
    takes: str
    draw: Callable[["Composition", Part], Iterator[Block]]
    panel: str = ""


@dataclass(frozen=True, slots=True)
class Composition:
    """A request with the panels that its parts draw, built once each."""

    request: Request
    panels: dict[str, Panel]
    title: str

    def panel(self, key: str) -> Panel:
        if key not in self.panels:
            self.panels[key] = self.request.panel(key)
        return self.panels[key]


def composed_report(parts: Sequence[Part], title: str, request: Request) -> Report:
    """The parts in their order as a report, in the request's language."""
    composition = Composition(request, {}, title)
    whole = composition.panel(WHOLE)
    # A cover is the first page, wherever it was put, and there is one.
    ordered = [part for part in parts if part.kind == COVER][:1] + [part for part in parts if part.kind != COVER]
    body = numbered(block for part in ordered for block in KINDS[part.kind].draw(composition, part))
    return Report(
        name="composed",
        title=title,
        subtitle=about_words(whole.filters),
        filters=filter_words(whole),
        date_on=request.date_on,
        number=request.number,
        panels=tuple(composition.panels.values()),
        body=body,
        source=source_line(whole),
        language=request.language,
        head=report_head(request),
        marks=page_marks(whole.filters),
        response_rate=rate_words(request.seen, whole, request.language),
        live=live_address(whole.filters),
    )


def read_parts(stored: Sequence[Mapping[str, Any]]) -> tuple[Part, ...]:
    """Parts as they are stored or sent. Raises Invalid for an unknown kind or panel, or too much."""
    if len(stored) > MOST_BLOCKS:
        raise Invalid(_("A report has at most %(most)s blocks.", most=MOST_BLOCKS))
    return tuple(_read_part(each) for each in stored)


def _read_part(stored: Mapping[str, Any]) -> Part:
    part = Part(str(stored.get("kind", "")), str(stored.get("panel", "")), str(stored.get("text", "")).strip())
    if part.kind not in KINDS:
        raise _wrong("kind", _("There is no block “%(kind)s”.", kind=part.kind[:40]))
    if KINDS[part.kind].takes == "panel" and part.panel not in PANELS:
        raise _wrong(
            "panel", _("There is no panel “%(key)s”; there are: %(keys)s.", key=part.panel[:40], keys=", ".join(PANELS))
        )
    if KINDS[part.kind].panel:
        part = replace(part, panel=KINDS[part.kind].panel)
    if len(part.text) > LONGEST_TEXT:
        raise _wrong("text", _("A text has at most %(most)s characters.", most=LONGEST_TEXT))
    return part


def _wrong(where: str, message: str) -> Invalid:
    return Invalid(message, errors=(Problem(where, "invalid", message),))


def stored_parts(parts: Sequence[Part]) -> list[dict[str, str]]:
    """The parts as they are stored."""
    return [{"kind": part.kind, "panel": part.panel, "text": part.text} for part in parts]


def takes_long(asked: Mapping[str, Any]) -> bool:
    """Whether a stored report can take over a second to make."""
    if asked.get("blocks"):
        return any(each.get("panel") in BY_AGENCY for each in asked["blocks"])
    return asked["name"] in REPORTS and REPORTS[asked["name"]].is_long


def panels_of(asked: Mapping[str, Any]) -> tuple[str, ...]:
    """The panels that a stored report is made of, each once."""
    if not asked.get("blocks"):
        return REPORTS[asked["name"]].panels if asked["name"] in REPORTS else ()
    panels = (each["panel"] for each in asked["blocks"] if each.get("panel") in PANELS)
    return tuple(dict.fromkeys((WHOLE, *panels)))


def may_see(asked: Mapping[str, Any]) -> bool:
    """Whether the reader may see each panel of a stored report: some need a right of their own."""
    return all(may(permission_for(panel)) for panel in panels_of(asked) if panel in PANELS)


def offered_kinds() -> dict[str, PartKind]:
    """The kinds of blocks that the reader may use."""
    return {name: kind for name, kind in KINDS.items() if not kind.panel or may(permission_for(kind.panel))}


def ready_parts() -> tuple[Part, ...]:
    """The usual blocks, of those that the reader may use."""
    offered = offered_kinds()
    return tuple(part for part in READY if part.kind in offered)


def moved(parts: Sequence[Part], command: str) -> tuple[Part, ...]:
    """The parts after a button of the page was pressed: "up-2", "down-2", "remove-2" (from 0) or "add"."""
    held = list(parts)
    verb, _dash, digits = command.partition("-")
    if verb == "add":
        return (*held, Part("text"))
    place = int(digits) if digits.isascii() and digits.isdigit() else -1
    if 0 <= place < len(held):
        part = held.pop(place)
        if verb != "remove":
            held.insert(max(0, place + (-1 if verb == "up" else 1 if verb == "down" else 0)), part)
    return tuple(held)


def _headline(composition: Composition, _part: Part) -> Iterator[Block]:
    if any(row.top.text for row in composition.panel(WHOLE).rows):
        yield headline(composition.panel(WHOLE))


def _sentences(composition: Composition, _part: Part) -> Iterator[Block]:
    narrative = narrative_of(composition.request, composition.panel(WHOLE))
    yield from (Sentence(sentence) for sentence in narrative.sentences)


def _method(composition: Composition, _part: Part) -> Iterator[Block]:
    whole = composition.panel(WHOLE)
    yield from method_blocks(composition.request, whole, narrative_of(composition.request, whole))


def _texts(_composition: Composition, part: Part) -> Iterator[Block]:
    yield from (Text(line.strip()) for line in part.text.splitlines() if line.strip())


def _cover(composition: Composition, part: Part) -> Iterator[Block]:
    """The report's title, what it is about and its filters in words, and what somebody wrote below them."""
    whole = composition.panel(WHOLE)
    filters = (f"{name}: {words}" for name, words in filter_words(whole)[1:])
    own = (line.strip() for line in part.text.splitlines() if line.strip())
    yield Cover(composition.title, (about_words(whole.filters), *filters, *own))


def _comments(composition: Composition, _part: Part) -> Iterator[Block]:
    """What citizens wrote, masked and by the day, as the page of comments may tell it."""
    panel = composition.panel(COMMENTS)
    if panel.remarks:
        yield from tables([panel])
    else:
        yield Text(_("There are too few comments in the period to show any."))
    if panel.note:
        yield Note(panel.note)


def _commitments(composition: Composition, _part: Part) -> Iterator[Block]:
    yield from commitment_blocks(composition.request, composition.panel(WHOLE).filters)


def _heading(level: int) -> Callable[[Composition, Part], Iterator[Block]]:
    return lambda _composition, part: iter([Heading(part.text, level)] if part.text else [])


KINDS: Mapping[str, PartKind] = {
    COVER: PartKind(lazy_gettext("Cover"), "text", _cover),
    "contents": PartKind(lazy_gettext("Table of contents"), "", lambda _c, _p: iter([Contents()])),
    "introduction": PartKind(
        lazy_gettext("Introduction"), "", lambda c, _p: iter([introduction(c.request, c.panel(WHOLE))])
    ),
    "heading": PartKind(lazy_gettext("Heading (I.)"), "text", _heading(1)),
    "subheading": PartKind(lazy_gettext("Heading (1.)"), "text", _heading(2)),
    "headline": PartKind(lazy_gettext("Headline figures"), "", _headline),
    "sentences": PartKind(lazy_gettext("Sentences"), "", _sentences),
    "chart": PartKind(lazy_gettext("Chart of a panel"), "panel", lambda c, p: charts([c.panel(p.panel)])),
    "table": PartKind(lazy_gettext("Table of a panel"), "panel", lambda c, p: tables([c.panel(p.panel)])),
    COMMENTS: PartKind(lazy_gettext("Comments of citizens"), "", _comments, COMMENTS),
    "commitments": PartKind(lazy_gettext("You said, we did"), "", _commitments),
    "text": PartKind(lazy_gettext("Free text"), "text", _texts),
    "method": PartKind(lazy_gettext("Method and source"), "", _method),
    "closing": PartKind(lazy_gettext("Closing line and signature"), "", lambda c, _p: closing(c.request)),
    "signature": PartKind(lazy_gettext("Signature alone"), "", lambda _c, _p: iter([Signature()])),
    "appendix": PartKind(
        lazy_gettext("Appendix (title)"), "text", lambda _c, p: iter([Appendix(p.text)] if p.text else [])
    ),
}
READY: tuple[Part, ...] = (
    Part("introduction"),
    Part("headline"),
    Part("sentences"),
    Part("chart", WHOLE),
    Part(COMMENTS, COMMENTS),
    Part("commitments"),
    Part("text"),
    Part("method"),
    Part("closing"),
    Part("appendix", text="Số liệu theo tiêu chí"),
    Part("table", WHOLE),
)
