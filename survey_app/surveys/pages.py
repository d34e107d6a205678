"""The pages that later features keep about one survey: each says so, and the survey's own page links them."""

from dataclasses import dataclass

from flask import Flask, current_app, url_for

from survey_app.access import may


@dataclass(frozen=True, slots=True)
class SurveyPage:
    """`label` and `words` are lazy texts; `endpoint` takes the survey's `code`."""

    label: str
    words: str
    endpoint: str
    permission: str


def add_survey_page(app: Flask, label: str, words: str, endpoint: str, permission: str) -> None:
    """Link a page from every survey's own page, for those who hold the permission."""
    app.extensions["survey_pages"].append(SurveyPage(label, words, endpoint, permission))


def survey_pages(code: str) -> list[tuple[str, str, str]]:
    """(label, what it is for, address) of the pages about a survey that the reader may open."""
    return [
        (page.label, page.words, url_for(page.endpoint, code=code))
        for page in current_app.extensions["survey_pages"]
        if may(page.permission)
    ]
