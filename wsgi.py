"""Entry point of every server and command: `flask --app wsgi ...`, `gunicorn wsgi:app`."""

import sys

from config import SettingsError, load_settings
from survey_app import create_app, memory

try:
    app = create_app(load_settings())
except SettingsError as error:
    sys.exit(f"Cannot start: {error}")
memory.settle()
