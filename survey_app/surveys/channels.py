"""What each channel is called."""

from survey_app.i18n import lazy_gettext as _l

CHANNEL_NAMES = {
    "kiosk": _l("Kiosk"),
    "web": _l("Web"),
    "qr": _l("QR code"),
    "sms": _l("Text message"),
    "paper": _l("Paper"),
    "phone": _l("Telephone interview"),
    "import": _l("Import (source unknown)"),
}
