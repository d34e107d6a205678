"""Administrative procedures: which cases an agency received and resolved, as its case system reports them.

Owns the case figures and the identities that they should satisfy; stores them as delivered and names what does not
add up. Never counts citizens' answers.
"""

from flask import Flask

from survey_app.procedures.cli import procedures


def init_app(app: Flask) -> None:
    app.cli.add_command(procedures)
