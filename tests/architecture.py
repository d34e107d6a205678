"""The house as data: its two orders, and who imports whom."""

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BASE = {
    *("db", "access", "i18n", "web", "errors", "clock", "audit", "jobs", "sheets", "strict_json"),
    *("typesetting", "memory"),
}
ORDER = (
    *("statistics", "agencies", "accounts", "procedures", "questionnaires", "surveys", "responses", "collect"),
    *("feedback", "tallies", "figures", "dashboards", "sharing", "commitments", "reports", "deliveries", "api", "demo"),
)
ROLES = ("rules", "models", "queries", "<noun>", "actions", "forms", "views", "cli", "__init__")
# Vocabulary that its own feature's queries speak: held to the purity of rules.py, and ranked with it.
PURE = {
    "survey_app.agencies.successions",
    "survey_app.questionnaires.audio",
    "survey_app.questionnaires.content",
    "survey_app.questionnaires.crosswalk",
    "survey_app.questionnaires.translation",
    "survey_app.surveys.opening_hours",
    "survey_app.responses.flags",
    "survey_app.figures.charts",
    "survey_app.figures.claims",
}

Sources = Mapping[str, str]


def module_name(path: str) -> str:
    """survey_app/reports/writers/__init__.py -> survey_app.reports.writers"""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@cache
def tree_of(source: str) -> ast.Module:
    return ast.parse(source)


def imports(path: str, source: str, known: frozenset[str]) -> Iterator[tuple[int, str]]:
    """Every import with its line, late ones too; `from package import x` names the module x where there is one."""
    package = module_name(path) if path.endswith("__init__.py") else module_name(path).rpartition(".")[0]
    for node in ast.walk(tree_of(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            origin = ".".join([*above, *([node.module] if node.module else [])])
            for name in node.names:
                full = f"{origin}.{name.name}"
                yield node.lineno, full if full in known else origin


@cache
def _edges(sources: tuple[tuple[str, str], ...]) -> tuple[tuple[str, int, str], ...]:
    known = frozenset(module_name(path) for path, _ in sources)
    return tuple((path, line, target) for path, text in sources for line, target in imports(path, text, known))


def edges(sources: Sources) -> Iterator[tuple[str, str, str]]:
    """(where, importing module, imported module) for every import of the tree."""
    for path, line, target in _edges(tuple(sources.items())):
        yield f"{path}:{line}", module_name(path), target


def feature_of(module: str) -> str | None:
    """The feature that a module belongs to; None outside survey_app and for the base modules."""
    parts = module.split(".")
    return parts[1] if parts[0] == "survey_app" and len(parts) > 1 and parts[1] not in BASE else None


def role_of(module: str) -> int:
    """The rank of a module inside its feature; what is no known file name is a noun."""
    parts = module.split(".")
    if module in PURE:
        return 0
    if len(parts) == 2:
        return ROLES.index("__init__")
    # A feature with several kinds of pages keeps them as modules of a package `views`.
    known = parts[2] in ROLES and (len(parts) == 3 or parts[2] == "views")
    return ROLES.index(parts[2] if known else "<noun>")


def reachable(module: str, targets: Mapping[str, set[str]]) -> set[str]:
    """Every module imported from this one, directly or not."""
    seen: set[str] = set()
    waiting = set(targets[module])
    while waiting:
        name = waiting.pop()
        seen.add(name)
        waiting |= targets.get(name, set()) - seen
    return seen


def house() -> Sources:
    """The sources of survey_app as they stand."""
    paths = sorted((ROOT / "survey_app").rglob("*.py"))
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in paths}
