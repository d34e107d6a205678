"""Schedules and their deliveries: making one, stopping one, and sending what is due.

`deliver_due` owns its transactions: a report is made and sent outside of them, so that answers never wait for a mail
server. A delivery is claimed before it is sent: two workers never send the same one. A worker that dies between the
mail server's yes and its own note sends once more: rather twice than never.
"""

import hashlib
import logging
from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _

from config import LOCALES
from survey_app import audit
from survey_app.access import Scope
from survey_app.agencies.models import Agency
from survey_app.agencies.queries import name_on
from survey_app.clock import now
from survey_app.db import db, transaction
from survey_app.deliveries import mail
from survey_app.deliveries.claim import claimed
from survey_app.deliveries.models import Delivery, Schedule
from survey_app.deliveries.queries import due_ids, running_schedules, unqueued_period
from survey_app.deliveries.rules import FREQUENCIES, MOST_RECIPIENTS, next_try, recipients
from survey_app.errors import DomainError, Invalid, Problem
from survey_app.figures.wording import period_text
from survey_app.i18n import in_language
from survey_app.reports.catalogue import REPORTS, build_report
from survey_app.reports.report import Report
from survey_app.reports.rules import ascii_name
from survey_app.reports.writers import WRITERS
from survey_app.surveys.models import Survey

log = logging.getLogger(__name__)
LONGEST_ERROR = 500


def create_schedule(
    *,
    survey: Survey,
    agency: Agency,
    report: str,
    file_format: str,
    language: str,
    frequency: str,
    addresses: str,
    actor: str,
) -> Schedule:
    """A schedule from now on: the period that has just ended is the first one sent.

    The edge has checked that the survey collects at the agency. Raises Invalid with one Problem a wrong field.
    """
    good, wrong = recipients(addresses)
    problems = [
        Problem(field, "unknown", _("Please choose one of the list."))
        for field, value, known in (
            ("report", report, REPORTS),
            ("file_format", file_format, WRITERS),
            ("language", language, LOCALES),
            ("frequency", frequency, FREQUENCIES),
        )
        if value not in known
    ]
    if wrong:
        words = _("This is no e-mail address: %(text)s", text=", ".join(wrong)[:200])
        problems.append(Problem("addresses", "bad_address", words))
    if not 0 < len(good) <= MOST_RECIPIENTS:
        words = _("Please give 1 to %(most)s e-mail addresses.", most=MOST_RECIPIENTS)
        problems.append(Problem("addresses", "how_many", words))
    if frequency == "at_close" and survey.closes_on is None:
        words = _("This survey has no last day: choose another rhythm.")
        problems.append(Problem("frequency", "never_closes", words))
    if problems:
        raise Invalid(" ".join(problem.message for problem in problems), errors=tuple(problems))
    schedule = Schedule(survey=survey, agency=agency, report=report, file_format=file_format, language=language)
    schedule.frequency, schedule.recipients, schedule.created_by = frequency, good, actor
    schedule.created_at = now()
    db.session.add(schedule)
    db.session.flush()
    return schedule


def stop_schedule(schedule: Schedule) -> None:
    """Send nothing more; what was sent stays on record. Stopped twice is stopped once."""
    if schedule.stopped_at is None:
        schedule.stopped_at = now()
    for delivery in schedule.deliveries:
        if delivery.state == "waiting":
            delivery.state, delivery.error = "failed", _("The schedule was stopped.")
    db.session.flush()


def try_again(delivery: Delivery) -> None:
    """Put a delivery that was given up back to its first attempt; any other stays as it is."""
    if delivery.state == "failed" and delivery.schedule.stopped_at is None:
        delivery.state, delivery.attempts, delivery.try_at = "waiting", 0, now()
    db.session.flush()


def deliver_due(moment: datetime | None = None) -> int:
    """Queue the periods that have ended, then send whatever is due; returns how many were sent whole."""
    moment = moment or now()
    with transaction():
        _queue_periods(moment)
    return sum(_deliver(delivery_id, moment) for delivery_id in due_ids(moment))


def _queue_periods(moment: datetime) -> None:
    for schedule in running_schedules():
        if period := unqueued_period(schedule, moment):
            delivery = Delivery(period_from=period.from_on, period_to=period.to_on, try_at=moment)
            schedule.deliveries.append(delivery)
    db.session.flush()


def _deliver(delivery_id: int, moment: datetime) -> bool:
    delivery = claimed(Delivery, delivery_id, "sending", moment)
    if delivery is None:
        return False
    delivered, error = list(delivery.delivered_to), ""
    sha256 = ""
    try:
        report, content, extension = _document(delivery)
        sha256 = hashlib.sha256(content).hexdigest()
        for recipient in delivery.schedule.recipients:
            if recipient not in delivered:
                _send(recipient, delivery, report, content, extension)
                delivered.append(recipient)
    except (DomainError, mail.MailRefused) as refusal:
        error = str(refusal)
    # A broken report must not stop the others; the log has it whole.
    except Exception as failure:
        log.exception("delivery %s failed", delivery_id)
        error = type(failure).__name__
    with transaction():
        noted = db.session.get_one(Delivery, delivery_id)
        _note(noted, delivered, sha256, error, moment)
    if noted.state == "failed":
        _tell_owner(noted)
    return not error


def _document(delivery: Delivery) -> tuple[Report, bytes, str]:
    schedule = delivery.schedule
    report = build_report(
        schedule.report,
        survey=schedule.survey,
        # No wider than the schedule's own agency, whoever made it.
        scope=Scope(schedule.agency_id),
        language=schedule.language,
        agency=schedule.agency,
        from_on=delivery.period_from,
        to_on=delivery.period_to,
    )
    writer = WRITERS[schedule.file_format]
    extension = "zip" if writer.several(report) else schedule.file_format
    return report, writer.write(report), extension


def _send(recipient: str, delivery: Delivery, report: Report, content: bytes, extension: str) -> None:
    schedule = delivery.schedule
    with in_language(schedule.language):
        period = period_text(delivery.period_from, delivery.period_to)
        agency = name_on(schedule.agency, report.date_on)
        text = _(
            "Attached is the report “%(title)s” of %(agency)s, %(period)s.\n\n"
            "You receive it because %(owner)s put your address on its list.",
            title=report.title,
            agency=schedule.agency.name,
            period=period,
            owner=schedule.created_by,
        )
        mail.send_file(
            recipient,
            title=f"{report.title}: {agency}, {period}",
            text=text,
            name=f"{ascii_name(schedule.report)}-{schedule.survey.code}-{delivery.period_to}.{extension}",
            content=content,
            media_type="application/zip" if extension == "zip" else WRITERS[schedule.file_format].media_type,
        )


def _tell_owner(delivery: Delivery) -> None:
    """What was given up is told to who made the schedule; where no mail goes out, the page alone says so."""
    schedule = delivery.schedule
    with in_language(schedule.language):
        period = period_text(delivery.period_from, delivery.period_to)
        kind = REPORTS[schedule.report].title if schedule.report in REPORTS else schedule.report
        title = _("Not sent: %(report)s, %(period)s", report=kind, period=period)
        text = _(
            "The report for %(agency)s could not be sent after %(attempts)s attempts. The last reason: %(error)s\n\n"
            "Under “Reports by e-mail” you can try again or stop the schedule.",
            agency=schedule.agency.name,
            attempts=delivery.attempts,
            error=delivery.error,
        )
    try:
        mail.send_text(schedule.created_by, title=title, text=text)
    except mail.MailRefused as refusal:
        log.warning("delivery %s was given up and its owner could not be told: %s", delivery.id, refusal)


def _note(delivery: Delivery, delivered: Sequence[str], sha256: str, error: str, moment: datetime) -> None:
    delivery.delivered_to, delivery.sha256, delivery.error = list(delivered), sha256, error[:LONGEST_ERROR]
    again = next_try(delivery.attempts, moment) if error else None
    if not error:
        delivery.state, delivery.sent_at = "sent", now()
    elif again is not None:
        delivery.state, delivery.try_at = "waiting", again
    else:
        delivery.state = "failed"
    subject = f"{delivery.schedule_id}/{delivery.period_to}"
    audit.record("jobs", f"deliveries.{delivery.state}", subject, to=len(delivered), attempts=delivery.attempts)
    db.session.flush()
