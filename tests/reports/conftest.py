"""Reports made by hand, in an application that needs no database."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from flask import Flask

from config import load_settings
from survey_app import i18n
from survey_app.figures.panels import Panel
from survey_app.i18n import in_language
from survey_app.reports.blocks import Block, Heading, Note, Sentence, Signature, numbered
from survey_app.reports.letterhead import UNKNOWN, Head
from survey_app.reports.parts import charts, filter_words, headline, source_line
from survey_app.reports.report import Report
from survey_app.reports.sentences import narrate
from survey_app.reports.tables import tables
from tests.reports.samples import panel

Make = Callable[..., Report]


@pytest.fixture
def words() -> Iterator[Flask]:
    """An application context that knows languages and nothing else."""
    app = Flask(__name__)
    app.config["SETTINGS"] = load_settings({"SURVEY_ENV": "testing", "SURVEY_SECRET_KEY": "t" * 40})
    i18n.init_app(app)
    with app.app_context():
        yield app


@pytest.fixture
def make_report(words: Flask) -> Make:
    """A report over panels (default: the reconstruction of 2016), as `build_report` puts it together."""

    def make(
        *panels: Panel,
        language: str = "vi",
        title: str = "Báo cáo kết quả khảo sát",
        number: str = "",
        head: Head | None = None,
        more: tuple[Block, ...] = (),
    ) -> Report:
        panels = panels or (panel(),)
        first = panels[0]
        told = narrate(
            first.rows, language=language, agency=first.filters.agency_short, responses=first.responses, min_cell=5
        )
        with in_language(language):
            return Report(
                name="overview",
                title=title,
                subtitle=first.filters.survey_title,
                filters=filter_words(first),
                date_on=date(2017, 1, 5),
                number=number,
                panels=panels,
                body=numbered(
                    [
                        Heading("Kết quả"),
                        *([headline(first)] if first.rows else []),
                        *(Sentence(text) for text in told.sentences),
                        *charts(panels),
                        *tables(panels),
                        *(Note(text) for text in (*told.notes, first.note)),
                        *more,
                        Signature(),
                    ]
                ),
                source=source_line(first),
                language=language,
                head=head or UNKNOWN,
            )

    return make
