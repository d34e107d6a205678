"""The pages made of panels: the address is the state."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from survey_app.access import requires, scope
from survey_app.dashboards import filterbar, pages
from survey_app.dashboards.actions import remove_view, save_view
from survey_app.dashboards.asked import Asked
from survey_app.dashboards.pages import require_question
from survey_app.dashboards.queries import require_own_view, views_for
from survey_app.dashboards.surveys import interval_of, side_by_side, survey_cards, tags
from survey_app.db import transaction
from survey_app.errors import Invalid
from survey_app.figures.filters import KEYS, read_selection
from survey_app.i18n import localized
from survey_app.questionnaires.queries import version_content
from survey_app.surveys.queries import require_survey_in
from survey_app.web import allow_inline_styles

blueprint = Blueprint("dashboards", __name__, template_folder="templates")
Page = str | tuple[str, int]


@blueprint.get("/dashboards")
@requires("dashboards.view")
def index() -> str:
    """The surveys that the reader may see, each with how many answers it has; the chosen ones side by side."""
    compared = side_by_side(request.args.getlist("survey"), scope())
    return render_template(
        "dashboards/index.html",
        cards=survey_cards(scope()),
        compared=compared,
        interval=interval_of,
        views=views_for(current_user),
    )


@blueprint.get("/dashboards/<code>")
@requires("dashboards.view")
def survey(code: str) -> Page:
    """One survey's overview."""
    return _page(code, "dashboards/survey.html", pages.overview)


@blueprint.get("/dashboards/<code>/criteria/<question>")
@requires("dashboards.view")
def criterion(code: str, question: str) -> Page:
    """One question from every side."""
    return _page(code, "dashboards/criterion.html", pages.criterion, question=question)


@blueprint.get("/dashboards/<code>/agencies")
@requires("dashboards.view")
def agencies(code: str) -> Page:
    """Agencies beside each other; `view` is funnel, dots, rank or weighted."""
    asked = request.args.get("view", "")
    view = asked if asked in pages.VIEWS else pages.VIEWS[0]
    return _page(code, "dashboards/agencies.html", lambda each: pages.agencies(each, view))


@blueprint.get("/dashboards/<code>/<any(findings, trend, channels, procedures, quality):name>")
@requires("dashboards.view")
def section(code: str, name: str) -> Page:
    """A page that is made of frames alone (`pages.SECTIONS`)."""
    template = "findings" if name == "findings" else "frames"
    return _page(code, f"dashboards/{template}.html", pages.SECTIONS[name])


@blueprint.get("/dashboards/<code>/comments")
@requires("dashboards.comments")
def comments(code: str) -> Page:
    """What people wrote, and why they were unhappy."""
    number = request.args.get("page", 1, type=int)
    return _page(code, "dashboards/comments.html", lambda each: pages.comments(each, number))


@blueprint.post("/dashboards/<code>/views")
@requires("dashboards.view")
def save(code: str) -> Response:
    """Keep the page that the reader came from under a name, for themselves or for their colleagues."""
    found = require_survey_in(code, scope())
    address = request.form.get("address", "")
    selection = read_selection(dict(parse_qsl(urlsplit(address).query)), survey=found, scope=scope())
    with transaction():
        view = save_view(
            user=current_user,
            name=request.form.get("name", ""),
            survey=found,
            agency=selection.agency,
            address=address,
            shared="shared" in request.form,
        )
    flash(_("The view “%(name)s” was saved; it stands on the first page.", name=view.name), "success")
    return redirect(view.address, 303)


@blueprint.post("/dashboards/views/<int(max=2147483647):view_id>/remove")
@requires("dashboards.view")
def remove(view_id: int) -> Response:
    """Forget one of the reader's own views."""
    with transaction():
        remove_view(require_own_view(view_id, current_user))
    flash(_("The view was removed."), "success")
    return redirect(url_for("dashboards.index"), 303)


def _page(code: str, template: str, build: Callable[[Asked], dict[str, Any]], *, question: str | None = None) -> Page:
    """A page of a survey. Wrong filters come back to be corrected, with what was asked for."""
    found = require_survey_in(code, scope())
    query = dict(request.args.items()) | ({"question": require_question(found, question)} if question else {})
    shown: dict[str, Any] = {"problems": [], "by_question": False}
    try:
        selection = read_selection(query, survey=found, scope=scope())
    except Invalid as error:
        shown["problems"] = [(problem.message, f"#{problem.where}") for problem in error.errors]
    else:
        # Plotly sets style attributes.
        allow_inline_styles()
        shown |= build(Asked(found, scope(), selection, request.path))
    keys = {key: query.get(key, "").strip() for key in KEYS}
    asked = keys | {"view": query.get("view", "")}
    kept = {key: value for key, value in asked.items() if value and not (key == "question" and question)}
    page = render_template(
        template,
        survey=found,
        survey_title=localized(found.titles),
        tags=tags(found),
        here=request.path,
        asked=keys,
        choices=filterbar.choices(found, scope()),
        questions=[(each.code, localized(each.label)) for each in version_content(found.version_id).choices],
        kept={key: kept[key] for key in ("level", "rating", "view") if key in kept},
        presets=filterbar.preset_links(request.path, kept),
        **shown,
    )
    return (page, 422) if shown["problems"] else page
