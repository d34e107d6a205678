"""Pages that explain the figures to everybody: how they are made, and for whom the pages can be used."""

from flask import Blueprint, current_app, render_template

from survey_app.access import public
from survey_app.figures.method import method_figures
from survey_app.i18n import language

blueprint = Blueprint("figures", __name__, template_folder="templates")


@blueprint.get("/method")
@public
def method() -> str:
    """How every figure is made; each panel has its section, `#<panel key>`."""
    text = f"figures/method/{language()}.html"
    return render_template("figures/method.html", text=text, **method_figures(current_app.config["SETTINGS"]))


@blueprint.get("/accessibility")
@public
def accessibility() -> str:
    """What was done so that everybody can use the pages, and what is known to be missing."""
    return render_template("figures/accessibility.html", text=f"figures/accessibility/{language()}.html")
