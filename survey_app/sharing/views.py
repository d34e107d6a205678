"""Public results, share links and wall-boards, and the pages that make and withdraw them."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse
from wtforms import SelectChoice

from survey_app import clock
from survey_app.access import may, public, reader, requires, scope
from survey_app.agencies.queries import covers, depths, require_agency
from survey_app.db import transaction
from survey_app.errors import Forbidden, Invalid
from survey_app.figures.exports import panel_csv
from survey_app.figures.wording import channel_text
from survey_app.i18n import localized
from survey_app.sharing import actions, pages, queries
from survey_app.sharing.badge import badge_svg, badge_text
from survey_app.sharing.board import wall_board
from survey_app.sharing.forms import KIND_NAMES, LinkForm, PublicationForm
from survey_app.sharing.models import Link, Publication
from survey_app.sharing.open_data import dictionary, open_data
from survey_app.sharing.rules import LICENCES, USUAL_DAYS, Bounds
from survey_app.surveys.models import Survey
from survey_app.surveys.queries import require_survey_in, survey_agencies, surveys_in
from survey_app.surveys.rules import CHANNELS
from survey_app.web import allow_inline_styles

blueprint = Blueprint("sharing", __name__, template_folder="templates")
FRESH_SECONDS = 300
Answer = str | BaseResponse | tuple[str, int]


@blueprint.get("/results")
@public
def results_index() -> Response:
    """The surveys whose results are public today."""
    return _kept(Response(render_template("sharing/results_index.html", publications=queries.public_surveys())))


@blueprint.get("/results/<code>")
@public
def results(code: str) -> Response:
    """A survey's public results: no comments, the public minimum, no sign-in, no script needed."""
    publication = queries.require_public(code)
    panel, shown = pages.public_page(publication)
    # Plotly sets style attributes.
    allow_inline_styles()
    page = render_template(
        "sharing/results.html",
        publication=publication,
        survey=publication.survey,
        title=localized(publication.survey.titles),
        licence_url=LICENCES[publication.licence],
        dictionary=dictionary(),
        badge=badge_text(panel),
        **shown,
    )
    return _kept(Response(page))


@blueprint.get("/results/<code>.csv")
@public
def results_csv(code: str) -> Response:
    """The public figures as open data; the dictionary stands in the JSON."""
    publication = queries.require_public(code)
    response = Response(panel_csv(pages.public_panel(publication)), content_type="text/csv; charset=utf-8")
    response.headers["Link"] = (
        f'<{url_for("sharing.results_json", code=code)}>; rel="describedby"; type="application/json", '
        f'<{LICENCES[publication.licence]}>; rel="license"'
    )
    response.headers.set("Content-Disposition", "attachment", filename=f"{code}.csv")
    return _open(response)


@blueprint.get("/results/<code>.json")
@public
def results_json(code: str) -> Response:
    """The same with data dictionary, licence and source."""
    publication = queries.require_public(code)
    return _open(jsonify(open_data(publication, pages.public_panel(publication))))


@blueprint.get("/results/<code>/badge.svg")
@public
def badge(code: str) -> Response:
    """One line with n, for other people's pages."""
    publication = queries.require_public(code)
    return _open(Response(badge_svg(pages.public_panel(publication)), mimetype="image/svg+xml"))


@blueprint.get("/share/<token>")
@public
def share(token: str) -> Answer:
    """The figures that a link is bound to; the address can narrow, never widen."""
    link = queries.require_link("share", token)
    try:
        selection = pages.shared_selection(link, request.args)
    except Invalid as error:
        return _share_page(link, token, problems=[(p.message, f"#{p.where}") for p in error.errors]), 422
    allow_inline_styles()
    query = {key: value for key, value in selection.query().items() if request.args.get(key)}
    address = pages.csv_address(url_for("sharing.share_csv", token=token), query)
    panel = pages.shared_panel(link, selection)
    return _unlisted(Response(_share_page(link, token, problems=[], csv=address, **pages.shown(panel))))


@blueprint.get("/share/<token>/figures.csv")
@public
def share_csv(token: str) -> Response:
    """The same figures as CSV."""
    link = queries.require_link("share", token)
    panel = pages.shared_panel(link, pages.shared_selection(link, request.args))
    return _unlisted(Response(panel_csv(panel), content_type="text/csv; charset=utf-8"))


@blueprint.get("/board/<token>")
@public
def board(token: str) -> Response:
    """The wall-board: for a screen that nobody touches; it fetches itself anew each minute."""
    link = queries.require_link("board", token)
    page = render_template("sharing/board.html", link=link, board=wall_board(link))
    return _unlisted(Response(page))


@blueprint.get("/manage/sharing")
@requires("sharing.links")
def index() -> str:
    """The surveys of the scope, each with what of it can be seen without signing in."""
    rows = [
        (survey, queries.publication_of(survey), len(_active(queries.links_of(survey, scope()))))
        for survey in surveys_in(scope())
    ]
    return render_template("sharing/index.html", rows=rows)


@blueprint.get("/manage/sharing/<code>")
@requires("sharing.links")
def survey(code: str) -> str:
    """One survey's public results and links, with the forms to change them."""
    found = require_survey_in(code, scope())
    return _page(found, _link_form(found), _publication_form(found))


@blueprint.post("/manage/sharing/<code>/links")
@requires("sharing.links")
def create_link(code: str) -> Answer:
    """A new link; this answer alone shows its address."""
    found = require_survey_in(code, scope())
    form = _link_form(found)
    created = form.carry_out(lambda: _create_link(found, form))
    if created is None:
        return _page(found, form, _publication_form(found)), 422
    token, link = created
    made = url_for(f"sharing.{link.kind}", token=token, _external=True)
    return _page(found, _link_form(found, blank=True), _publication_form(found), made=made), 201


@blueprint.post("/manage/sharing/<code>/links/<int(max=2147483647):link_id>/revoke")
@requires("sharing.links")
def revoke_link(code: str, link_id: int) -> BaseResponse:
    """Close a link for good."""
    found = require_survey_in(code, scope())
    link = queries.require_link_in(link_id, scope())
    with transaction():
        actions.revoke_link(link, actor=reader().email)
    flash(_("The link “%(name)s” was revoked.", name=link.name), "success")
    return redirect(url_for("sharing.survey", code=found.code), 303)


@blueprint.post("/manage/sharing/<code>/publication")
@requires("sharing.publish")
def publish(code: str) -> Answer:
    """Make the results public between two days."""
    found = _whole(code)
    form = _publication_form(found)
    if form.carry_out(lambda: _publish(found, form)) is None:
        return _page(found, _link_form(found, blank=True), form), 422
    flash(_("The results are public on the days given."), "success")
    return redirect(url_for("sharing.survey", code=found.code), 303)


@blueprint.post("/manage/sharing/<code>/publication/withdraw")
@requires("sharing.publish")
def withdraw(code: str) -> BaseResponse:
    """Make the results public no longer."""
    found = _whole(code)
    with transaction():
        actions.withdraw_results(found, actor=reader().email)
    flash(_("The results are public no longer."), "success")
    return redirect(url_for("sharing.survey", code=found.code), 303)


def _kept(response: Response) -> Response:
    """A public page may be kept for some minutes; what is made for somebody who is signed in may not."""
    response.vary.add("Cookie")
    if not reader().is_authenticated:
        response.headers["Cache-Control"] = f"public, max-age={FRESH_SECONDS}"
    return response


def _open(response: Response) -> Response:
    """Open data: the same for everybody, from every page, checked again by its content's tag."""
    response.headers["Cache-Control"] = f"public, max-age={FRESH_SECONDS}"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.vary.add("Cookie")
    response.add_etag()
    response.make_conditional(request)
    return response


def _unlisted(response: Response) -> Response:
    """What a link shows is for who has it: kept by nobody, found by no search engine."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Cache-Control"] = "no-store"
    return response


def _share_page(link: Link, token: str, **values: Any) -> str:
    return render_template(
        "sharing/share.html",
        link=link,
        token=token,
        title=localized(link.survey.titles),
        asked={key: request.args.get(key, "").strip() for key in pages.NARROWING},
        choices=pages.link_choices(link),
        **values,
    )


def _whole(code: str) -> Survey:
    """A survey whose every agency the reader sees: results are public as a whole. Raises NotFound, Forbidden."""
    found = require_survey_in(code, scope())
    if not covers(scope(), found.agency_id):
        raise Forbidden(_("Only who sees the whole survey can make its results public."))
    return found


def _active(links: list[Link]) -> list[Link]:
    return [link for link in links if link.revoked_at is None and link.expires_on >= clock.today()]


def _link_form(found: Survey, blank: bool = False) -> LinkForm:
    form = LinkForm(formdata=None) if blank else LinkForm()
    depth = depths()
    agencies = survey_agencies(found, scope())
    top = depth[agencies[0].id] if agencies else 0
    form.agency.choices = [SelectChoice(a.code, "\u2003" * (depth[a.id] - top) + a.name) for a in agencies]
    names = [SelectChoice(channel, channel_text(channel)) for channel in CHANNELS]
    form.channel.choices = [SelectChoice("", _("All channels")), *names]
    if not form.is_submitted() or blank:
        form.expires_on.data = clock.today() + timedelta(days=USUAL_DAYS)
    return form


def _publication_form(found: Survey) -> PublicationForm:
    current = queries.publication_of(found)
    if current is None:
        return PublicationForm()
    return PublicationForm(public_from=current.from_on, public_to=current.to_on, licence=current.licence)


def _page(found: Survey, links: LinkForm, publication: PublicationForm, made: str | None = None) -> str:
    rows = queries.links_of(found, scope())
    current: Publication | None = queries.publication_of(found)
    return render_template(
        "sharing/survey.html",
        survey=found,
        title=localized(found.titles),
        form=links,
        publication_form=publication if may("sharing.publish") and covers(scope(), found.agency_id) else None,
        publication=current,
        rows=[(link, link in _active(rows)) for link in rows],
        kinds=KIND_NAMES,
        channel_text=channel_text,
        made=made,
    )


def _create_link(survey: Survey, form: LinkForm) -> tuple[str, Link]:
    return actions.create_link(
        kind=form.kind.data,
        name=form.name.data or "",
        survey=survey,
        agency=require_agency(form.agency.data),
        bounds=Bounds(form.from_on.data, form.to_on.data, form.channel.data or None),
        expires_on=form.expires_on.data,
        actor=reader().email,
    )


def _publish(survey: Survey, form: PublicationForm) -> Survey:
    actions.publish_results(
        survey,
        from_on=form.public_from.data,
        to_on=form.public_to.data,
        licence=form.licence.data,
        actor=reader().email,
    )
    return survey
