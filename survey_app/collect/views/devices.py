"""The officer's pages about devices: how each does, pairing, replacing, shutting out; and what they sent in vain."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from survey_app.access import reader, requires, scope
from survey_app.accounts.rules import LARGEST_ID
from survey_app.agencies.queries import agencies_in, require_agency
from survey_app.collect import pace
from survey_app.collect.actions import erase_refused
from survey_app.collect.device_list import SHOWN, readable, shown_device
from survey_app.collect.forms import DeviceForm, PairForm, ReplaceForm
from survey_app.collect.queries import refused_bodies_in, require_refused_body
from survey_app.db import transaction
from survey_app.i18n import localized
from survey_app.surveys.actions import change_device, pair_device, replace_device, revoke_device
from survey_app.surveys.models import Device
from survey_app.surveys.opening_hours import WEEKDAYS, day_text
from survey_app.surveys.queries import devices_in, require_device, require_survey_in, surveys_in

blueprint = Blueprint("devices", __name__, template_folder="../templates")
ONE = f"/manage/devices/<int(max={LARGEST_ID}):device_id>"
MOST_SHOWN = 100
Answer = Response | tuple[str, int]


@blueprint.get("/manage/devices")
@requires("collect.manage")
def index() -> str:
    """The devices of the reader's agencies, with the form that pairs another."""
    return _index(_pair_form())


@blueprint.post("/manage/devices")
@requires("collect.manage")
def pair() -> Answer:
    """Pair the device that shows this code."""
    form = _pair_form()
    if form.is_sent_and_valid():
        pace.require("codes typed", reader().email)
    device = form.carry_out(lambda: _pair(form), otherwise="code")
    if device is None:
        return _index(form), 422
    flash(_("The device is paired. It starts within a few seconds."), "success")
    return redirect(url_for("devices.device", device_id=device.id), 303)


@blueprint.get(ONE)
@requires("collect.manage")
def device(device_id: int) -> str:
    """One device: how it does, its place and hours."""
    found = require_device(device_id, scope())
    return _device(found, _device_form(found), ReplaceForm())


@blueprint.post(ONE)
@requires("collect.manage")
def change(device_id: int) -> Answer:
    """Another place, other opening hours."""
    found = require_device(device_id, scope())
    form = _device_form(found)
    hours = form.hours() if form.is_sent_and_valid() else None
    if hours is None or form.carry_out(lambda: _change(found, form, hours)) is None:
        return _device(found, form, ReplaceForm()), 422
    flash(_("Saved. The device takes it over at its next sign of life."), "success")
    return redirect(url_for("devices.device", device_id=found.id), 303)


@blueprint.post(f"{ONE}/replace")
@requires("collect.manage")
def replace(device_id: int) -> Answer:
    """Another device in the place of this one, which is shut out."""
    found = require_device(device_id, scope())
    form = ReplaceForm()
    if form.is_sent_and_valid():
        pace.require("codes typed", reader().email)
    new = form.carry_out(
        lambda: replace_device(found, code=form.code.data or "", actor=reader().email), otherwise="code"
    )
    if new is None:
        return _device(found, _device_form(found), form), 422
    flash(_("The new device is paired; the old one is shut out."), "success")
    return redirect(url_for("devices.device", device_id=new.id), 303)


@blueprint.post(f"{ONE}/revoke")
@requires("collect.manage")
def revoke(device_id: int) -> Response:
    """Shut the device out from its next request on."""
    found = require_device(device_id, scope())
    with transaction():
        revoke_device(found, actor=reader().email)
    flash(_("The device was shut out."), "success")
    return redirect(url_for("devices.index"), 303)


@blueprint.get("/manage/devices/refused")
@requires("responses.export")
def refused() -> str:
    """What devices sent and could not be stored, with the reasons."""
    bodies = [(each, readable(each.body)) for each in refused_bodies_in(scope(), most=MOST_SHOWN)]
    return render_template("collect/refused.html", bodies=bodies)


@blueprint.post(f"{ONE}/refused/<digest>/erase")
@requires("responses.export")
def erase(device_id: int, digest: str) -> Response:
    """Forget one of them."""
    found = require_device(device_id, scope())
    with transaction():
        body = require_refused_body(agency_id=found.agency_id, device_id=found.id, sha256=digest)
        erase_refused(body, actor=reader().email)
    flash(_("Erased."), "success")
    return redirect(url_for("devices.refused"), 303)


def _pair_form() -> PairForm:
    form = PairForm()
    form.survey.choices = [SelectChoice(each.code, localized(each.titles)) for each in surveys_in(scope())]
    form.agency.choices = [SelectChoice(each.code, each.name) for each in agencies_in(scope())]
    return form


def _device_form(found: Device) -> DeviceForm:
    hours = {f"day_{weekday}": day_text(found.opening_hours[weekday]) for weekday in WEEKDAYS}
    return DeviceForm(data={"place": found.place, **hours})


def _pair(form: PairForm) -> Device:
    # The choices hold the reader's own surveys and agencies only.
    return pair_device(
        code=form.code.data or "",
        survey=require_survey_in(form.survey.data, scope()),
        agency=require_agency(form.agency.data),
        place=form.place.data or "",
        actor=reader().email,
    )


def _change(device: Device, form: DeviceForm, hours: list[list[list[str]]]) -> Device:
    change_device(device, place=form.place.data or "", opening_hours=hours, actor=reader().email)
    return device


def _index(form: PairForm) -> str:
    devices = [shown_device(each) for each in devices_in(scope())]
    return render_template("collect/devices.html", form=form, devices=devices, shown=SHOWN)


def _device(found: Device, form: DeviceForm, replacing: ReplaceForm) -> str:
    return render_template(
        "collect/device.html", each=shown_device(found), device=found, form=form, replacing=replacing, shown=SHOWN
    )
