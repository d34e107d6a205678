"""Sending e-mail, through the server that SURVEY_MAIL_URL names."""

import logging
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import current_app

if TYPE_CHECKING:
    from apprise import AppriseAttachment

log = logging.getLogger(__name__)


class MailRefused(Exception):
    """The message could not be handed to the mail server; the text says why, for the log of deliveries."""


def send_file(recipient: str, *, title: str, text: str, name: str, content: bytes, media_type: str) -> None:
    """Send one message with one attachment (its name in ASCII) to one address. Raises MailRefused."""
    # Slow to load, and only the worker sends.
    from apprise import AppriseAttachment
    from apprise.attachment.memory import AttachMemory

    attachment = AppriseAttachment()
    bare_type = media_type.partition(";")[0]
    attachment.add(AttachMemory(content=content, name=name, mimetype=bare_type))  # type: ignore[no-untyped-call]
    send_text(recipient, title=title, text=text, attach=attachment)


def send_text(recipient: str, *, title: str, text: str, attach: "AppriseAttachment | None" = None) -> None:
    """Send one message to one address. Raises MailRefused."""
    from apprise import Apprise, NotifyFormat

    server = Apprise()
    if not server.add(_address(recipient)):
        raise MailRefused("SURVEY_MAIL_URL names no mail server")
    if not server.notify(body=text, title=title, attach=attach, body_format=NotifyFormat.TEXT):
        raise MailRefused("the mail server did not take the message")


def _address(recipient: str) -> str:
    url: str | None = current_app.config["SETTINGS"].mail_url
    if url is None:
        raise MailRefused("no mail server is set (SURVEY_MAIL_URL)")
    return f"{url}{'&' if '?' in url else '?'}{urlencode({'to': recipient, 'format': 'text'})}"
