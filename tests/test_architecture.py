"""The law of the house: two orders (features, roles) and what follows from them.

Each rule is a function from sources (path -> text) to the breaches it finds, in words. Each runs on a planted
breach, which it must find, and on the house, where it must find none.
"""

import ast
import re
from collections.abc import Callable

import pytest

from survey_app import FEATURES
from tests.architecture import (
    BASE,
    ORDER,
    PURE,
    ROLES,
    Sources,
    edges,
    feature_of,
    house,
    module_name,
    reachable,
    role_of,
    tree_of,
)

IMPURE = re.compile(r"(flask|sqlalchemy|werkzeug|alembic)(_|\.|$)")
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "admin"}
LONGEST_FUNCTION = 50
LONGEST_FILE = 400

Rule = Callable[[Sources], list[str]]


def features_in_order(sources: Sources) -> list[str]:
    found = []
    for where, module, target in edges(sources):
        mine, other = feature_of(module), feature_of(target)
        if mine and other and mine != other and {mine, other} <= set(ORDER) and ORDER.index(other) > ORDER.index(mine):
            found.append(f"{where} {mine} imports the later feature {other}")
    return found


def features_known(sources: Sources) -> list[str]:
    features = {feature_of(module_name(path)) for path in sources} - {None}
    return [f"survey_app/{feature} has no place in the order" for feature in features if feature not in ORDER]


def roles_in_order(sources: Sources) -> list[str]:
    noun = ROLES.index("<noun>")
    found = []
    for where, module, target in edges(sources):
        mine = feature_of(module)
        if mine and mine == feature_of(target):
            rank, other = role_of(module), role_of(target)
            if other > rank or (other == rank != noun and module != target and rank != 0):
                found.append(f"{where} {ROLES[rank]} imports {target}")
    return found


def doors_closed(sources: Sources) -> list[str]:
    """Forms, views, cli and what loads them (a feature's __init__; `statistics` has nothing else) stay private."""
    closed = {ROLES.index(name) for name in ("forms", "views", "cli", "__init__")}
    return [
        f"{where} imports {target}"
        for where, module, target in edges(sources)
        if feature_of(target) not in (None, feature_of(module), "statistics")
        and role_of(target) in closed
        and module != "survey_app"
    ]


def counts_have_one_door(sources: Sources) -> list[str]:
    """Only `figures.released` and the cubes behind it read counts, by the codes that are asked now: nobody else can
    forget to hide small ones."""
    names = ("released", "remembered", "resolutions", "cubes", "counted", "continuing")
    doors = tuple(f"survey_app.figures.{name}" for name in names)
    raw = ("survey_app.tallies.queries", "survey_app.figures.continuing", "survey_app.figures.counted")
    return [
        f"{where} reads counts past figures.released"
        for where, module, target in edges(sources)
        if target.startswith(raw) and feature_of(module) != "tallies" and module not in doors
    ]


def base_below_features(sources: Sources) -> list[str]:
    return [
        f"{where} a base module imports {target}"
        for where, module, target in edges(sources)
        if module.split(".")[-1] in BASE and feature_of(module) is None and feature_of(target)
    ]


def nobody_imports_the_root(sources: Sources) -> list[str]:
    return [f"{where} imports from survey_app itself" for where, _, target in edges(sources) if target == "survey_app"]


def pure_where_promised(sources: Sources) -> list[str]:
    """statistics, rules and PURE reach neither Flask nor SQLAlchemy, through other modules of the house either."""
    targets: dict[str, set[str]] = {module_name(path): set() for path in sources}
    for _, module, target in edges(sources):
        targets[module].add(target)
    found = []
    for module in targets:
        if module in PURE or module.endswith(".rules") or feature_of(module) == "statistics":
            reached = reachable(module, targets)
            found += [f"{module} reaches {name}" for name in sorted(reached) if IMPURE.match(name)]
    return found


def no_cycles(sources: Sources) -> list[str]:
    targets: dict[str, set[str]] = {module_name(path): set() for path in sources}
    for _, module, target in edges(sources):
        if target != module:
            targets[module].add(target)
    return [f"{module} imports itself by a detour" for module in targets if module in reachable(module, targets)]


def names_that_say_something(sources: Sources) -> list[str]:
    return [
        f"{path} has a name that says nothing"
        for path in sources
        if EMPTY_NAMES & set(re.split(r"[./_]", path.removeprefix("survey_app/")))
    ]


def functions_short(sources: Sources) -> list[str]:
    return [
        f"{path}:{node.lineno} {node.name} has {length} lines"
        for path, text in sources.items()
        for node in ast.walk(tree_of(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > LONGEST_FUNCTION
    ]


def files_short(sources: Sources) -> list[str]:
    lengths = {path: len(text.splitlines()) for path, text in sources.items()}
    return [f"{path} has {length} lines" for path, length in lengths.items() if length > LONGEST_FILE]


def no_sql_in_views(sources: Sources) -> list[str]:
    return [
        f"{where} imports {target}"
        for where, module, target in edges(sources)
        if feature_of(module)
        and role_of(module) in (ROLES.index("forms"), ROLES.index("views"))
        and target.split(".")[0] == "sqlalchemy"
    ]


def commits_at_the_edge(sources: Sources) -> list[str]:
    """`with transaction():` of survey_app/db.py is the only thing that commits."""
    return [
        f"{path}:{node.lineno} commits"
        for path, text in sources.items()
        if path != "survey_app/db.py"
        for node in ast.walk(tree_of(text))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]


def settings_in_one_place(sources: Sources) -> list[str]:
    return [
        f"{path}:{node.lineno} reads the environment"
        for path, text in sources.items()
        for node in ast.walk(tree_of(text))
        if isinstance(node, ast.Attribute | ast.Name)
        and (node.attr if isinstance(node, ast.Attribute) else node.id) in ("environ", "getenv")
    ]


BREACHES: list[tuple[Rule, Sources]] = [
    (features_in_order, {"survey_app/agencies/queries.py": "from survey_app.accounts import models"}),
    (features_in_order, {"survey_app/tallies/actions.py": "def f():\n    import survey_app.figures.panels"}),
    (features_in_order, {"survey_app/surveys/queries.py": "from ..responses.models import Response"}),
    (counts_have_one_door, {"survey_app/api/views.py": "from survey_app.tallies.queries import option_counts"}),
    (
        counts_have_one_door,
        {"survey_app/figures/parts.py": "from survey_app.figures.counted import Counted"},
    ),
    (counts_have_one_door, {"survey_app/reports/report.py": "import survey_app.tallies.queries"}),
    (features_known, {"survey_app/weather/rules.py": ""}),
    (roles_in_order, {"survey_app/surveys/rules.py": "from survey_app.surveys.models import Survey"}),
    (roles_in_order, {"survey_app/surveys/queries.py": "from survey_app.surveys.links import form_url"}),
    (roles_in_order, {"survey_app/surveys/links.py": "from . import actions", "survey_app/surveys/actions.py": ""}),
    (roles_in_order, {"survey_app/surveys/views.py": "from survey_app.surveys import bp"}),
    (roles_in_order, {"survey_app/reports/writers/pdf.py": "from survey_app.reports.actions import f"}),
    (doors_closed, {"survey_app/reports/views.py": "from survey_app.dashboards.views import page"}),
    (doors_closed, {"survey_app/reports/cli.py": "from survey_app.dashboards.forms import FilterForm"}),
    (doors_closed, {"survey_app/reports/actions.py": "from survey_app.dashboards import init_app"}),
    (base_below_features, {"survey_app/audit.py": "from survey_app.accounts.models import User"}),
    (nobody_imports_the_root, {"survey_app/jobs.py": "from survey_app import create_app"}),
    (nobody_imports_the_root, {"survey_app/demo/cli.py": "import survey_app"}),
    (pure_where_promised, {"survey_app/statistics/weighting.py": "import sqlalchemy as sa"}),
    (pure_where_promised, {"survey_app/reports/rules.py": "from flask_babel import gettext"}),
    (pure_where_promised, {"survey_app/figures/charts.py": "from flask import g"}),
    (
        pure_where_promised,
        {
            "survey_app/reports/rules.py": "from survey_app.agencies.models import Agency",
            "survey_app/agencies/models.py": "from sqlalchemy.orm import Mapped",
        },
    ),
    (
        no_cycles,
        {
            "survey_app/figures/panels.py": "from survey_app.figures.notes import note",
            "survey_app/figures/notes.py": "from survey_app.figures.panels import Panel",
        },
    ),
    (names_that_say_something, {"survey_app/agencies/utils.py": ""}),
    (names_that_say_something, {"survey_app/admin/views.py": ""}),
    (names_that_say_something, {"survey_app/surveys/link_manager.py": ""}),
    (functions_short, {"survey_app/surveys/rules.py": "def f():\n" + "    pass\n" * LONGEST_FUNCTION}),
    (files_short, {"survey_app/surveys/rules.py": "pass\n" * (LONGEST_FILE + 1)}),
    (no_sql_in_views, {"survey_app/surveys/views.py": "from sqlalchemy import select"}),
    (no_sql_in_views, {"survey_app/collect/views/form.py": "from sqlalchemy import select"}),
    (doors_closed, {"survey_app/tallies/actions.py": "from survey_app.collect.views.form import send"}),
    (roles_in_order, {"survey_app/collect/pages.py": "from survey_app.collect.views import form"}),
    (commits_at_the_edge, {"survey_app/surveys/actions.py": "def f(db):\n    db.session.commit()"}),
    (settings_in_one_place, {"survey_app/surveys/rules.py": "import os\nos.environ['X']"}),
    (settings_in_one_place, {"survey_app/surveys/rules.py": "from os import getenv\ngetenv('X')"}),
]
RULES = list(dict.fromkeys(rule for rule, _ in BREACHES))


@pytest.mark.parametrize(("rule", "sources"), BREACHES)
def test_a_planted_breach_is_found(rule: Rule, sources: Sources) -> None:
    assert rule(sources)


@pytest.mark.parametrize("rule", RULES)
def test_the_house_keeps_the_rule(rule: Rule) -> None:
    sources = house()
    assert len(sources) > len(BASE)
    assert rule(sources) == []


def test_features_start_in_the_order() -> None:
    assert tuple(feature for feature in ORDER if feature in FEATURES) == FEATURES
