"""The packaged demonstration: the 2016 survey as a reconstruction, the case figures of 2021 and a simulated province.

Owns example content and the demonstration accounts; never used by any other feature, and marked wherever it shows.
"""

from flask import Flask

from survey_app.demo.cli import demo


def init_app(app: Flask) -> None:
    app.cli.add_command(demo)
