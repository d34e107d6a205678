"""Plain text: everything that the report says; charts in the words of their alternative."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from survey_app.reports.blocks import (
    Appendix,
    Block,
    Contents,
    Cover,
    Form,
    Heading,
    Headline,
    Link,
    Note,
    Picture,
    Sentence,
    Signature,
    Source,
    Table,
    Text,
    caption_words,
)
from survey_app.reports.form_parts import head_lines, shown_counts
from survey_app.reports.report import Report, date_line, number_line
from survey_app.reports.rules import ELLIPSIS, appendix_words, printable


def draw(report: Report) -> bytes:
    """UTF-8 without a mark, one paragraph a line, parts set apart by empty lines."""
    parts = (
        *_cover(report),
        *(() if report.is_form else _head(report)),
        *(DRAW[type(block)](report, block) for block in report.body),
        (report.foot,),
    )
    written = ("\n".join(_line(line) for line in part if line) for part in parts)
    return ("\n\n".join(part for part in written if part) + "\n").encode()


def _head(report: Report) -> tuple[tuple[str, ...], ...]:
    head = report.head
    return (
        (head.superior.upper(), head.issuing.upper(), number_line(report), date_line(report)),
        (_("REPORT"), report.subtitle, _("To: %(whom)s", whom=head.addressed_to) if head.addressed_to else ""),
    )


def _cover(report: Report) -> tuple[tuple[str, ...], ...]:
    return ((report.cover.title.upper(), *report.cover.lines),) if report.cover else ()


def _line(text: str) -> str:
    return " ".join(printable(text).split("\n"))


def _text(_report: Report, block: Any) -> tuple[str, ...]:
    return (block.text,)


def _nothing(_report: Report, _block: Contents | Cover) -> tuple[str, ...]:
    """There are no pages to point at; the cover stands before the head."""
    return ()


def _table(_report: Report, table: Table) -> tuple[str, ...]:
    lines = ("\t".join(line) for line in (table.columns, *table.rows))
    return (caption_words(table), *lines, table.note)


def _form(_report: Report, form: Form) -> tuple[str, ...]:
    """The rows with a tab between cells; merged headings in their first cell."""
    over = (form.label, form.title, form.period, form.reporter, form.receiver, form.unit)
    lines = ("\t".join((line.order, line.name, *shown_counts(line))) for line in form.lines)
    return (*over, *("\t".join(cells) for cells in head_lines(form)), *lines)


def _picture(_report: Report, picture: Picture) -> tuple[str, ...]:
    return caption_words(picture), picture.alternative


def _headline(_report: Report, headline: Headline) -> tuple[str, ...]:
    return tuple(f"{name}: {figure} ({below})" for name, figure, below in headline.figures)


def _link(_report: Report, link: Link) -> tuple[str, ...]:
    return (f"{link.text}: {link.address}",)


def _signature(report: Report, signature: Signature) -> tuple[str, ...]:
    head = report.head
    if signature.form:
        signer = tuple(line.upper() for line in (head.authority, head.signer_title))
        return _("Drawn up by"), ELLIPSIS, date_line(report), *signer, head.signer_name
    return (
        *(line.upper() for line in (head.authority, head.signer_title)),
        head.signer_name,
        _("Recipients:"),
        *(f"- {line}" for line in head.recipients),
    )


def _appendix(_report: Report, appendix: Appendix) -> tuple[str, ...]:
    return appendix_words(appendix.number, _("Appendix")), appendix.title


DRAW: dict[type[Block], Callable[[Report, Any], tuple[str, ...]]] = {
    Cover: _nothing,
    Contents: _nothing,
    Heading: _text,
    Sentence: _text,
    Text: _text,
    Note: _text,
    Source: _text,
    Headline: _headline,
    Table: _table,
    Form: _form,
    Picture: _picture,
    Link: _link,
    Signature: _signature,
    Appendix: _appendix,
}
