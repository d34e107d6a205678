"""Who may sign in, in which role, over which part of the tree of agencies.

Owns users, their passwords and sessions and the tokens of programs, and provides the object that access.py asks. Never
knows what a permission opens: features name their own.
"""

from flask import Flask

from survey_app.accounts.cli import accounts
from survey_app.accounts.sessions import api_reader, login_manager
from survey_app.accounts.tokens import accept
from survey_app.accounts.views import blueprint
from survey_app.i18n import lazy_gettext
from survey_app.web import add_nav


def init_app(app: Flask) -> None:
    login_manager.init_app(app)
    accept(app, "api", api_reader)
    app.register_blueprint(blueprint)
    app.cli.add_command(accounts)
    add_nav(app, lazy_gettext("Accounts"), "accounts.index", "accounts.manage", 60)
