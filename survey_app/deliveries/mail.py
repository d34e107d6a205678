"""Sending a file by e-mail, through the server that SURVEY_MAIL_URL names."""

import logging
from urllib.parse import urlencode

from flask import current_app

log = logging.getLogger(__name__)


class MailRefused(Exception):
    """The message could not be handed to the mail server; the text says why, for the log of deliveries."""


def send_file(recipient: str, *, title: str, text: str, name: str, content: bytes, media_type: str) -> None:
    """Send one message with one attachment (its name in ASCII) to one address. Raises MailRefused."""
    # Slow to load, and only the worker sends.
    from apprise import Apprise, AppriseAttachment, NotifyFormat
    from apprise.attachment.memory import AttachMemory

    server = Apprise()
    if not server.add(_address(recipient)):
        raise MailRefused("SURVEY_MAIL_URL names no mail server")
    attachment = AppriseAttachment()
    bare_type = media_type.partition(";")[0]
    attachment.add(AttachMemory(content=content, name=name, mimetype=bare_type))  # type: ignore[no-untyped-call]
    if not server.notify(body=text, title=title, attach=attachment, body_format=NotifyFormat.TEXT):
        raise MailRefused("the mail server did not take the message")


def _address(recipient: str) -> str:
    url: str | None = current_app.config["SETTINGS"].mail_url
    if url is None:
        raise MailRefused("no mail server is set (SURVEY_MAIL_URL)")
    return f"{url}{'&' if '?' in url else '?'}{urlencode({'to': recipient, 'format': 'text'})}"
