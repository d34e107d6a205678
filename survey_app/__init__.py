"""The citizen satisfaction survey platform.

FEATURES is the order of the house: a feature imports only features before it
(tests/test_architecture.py). Nothing imports from this module but wsgi.py and tests.
"""

from importlib import import_module

from flask import Flask

from config import ROOT, Settings, load_settings

# Before every request the right is checked (access) before the form (web).
BASE = ("db", "i18n", "access", "web", "jobs")
FEATURES = (
    "statistics",
    "agencies",
    "accounts",
    "procedures",
    "questionnaires",
    "surveys",
    "responses",
    "collect",
    "tallies",
    "figures",
    "dashboards",
    "sharing",
    "commitments",
    "reports",
    "deliveries",
    "api",
    "demo",
)


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application from checked settings (default: from the environment)."""
    settings = settings or load_settings()
    app = Flask(__name__, instance_path=str(ROOT / "instance"), static_folder=None)
    app.config["SETTINGS"] = settings
    for name in BASE + FEATURES:
        module = import_module(f"survey_app.{name}")
        if hasattr(module, "init_app"):
            module.init_app(app)
    return app
