"""flask questionnaires <verb>: bring a document in and freeze it."""

import json
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from config import LOCALES
from survey_app import audit
from survey_app.db import transaction
from survey_app.errors import DomainError
from survey_app.questionnaires import actions, queries
from survey_app.questionnaires.crosswalk import Link
from survey_app.questionnaires.translation import missing_places, places

questionnaires = AppGroup("questionnaires", help="What is asked: versions of questionnaires.")
ACTOR = "command line"


@questionnaires.command("draft")
@click.argument("code")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def draft_command(code: str, file: Path) -> None:
    """Store FILE (JSON) as the next version of the questionnaire CODE."""
    try:
        document = json.loads(file.read_text(encoding="utf-8"), object_pairs_hook=_without_repeats)
        with transaction():
            version = actions.draft_version(code, document)
            audit.record(ACTOR, "questionnaires.draft", f"{code} {version.number}", sha256=version.sha256)
    except (DomainError, ValueError) as error:
        raise click.ClickException(_explained(error)) from error
    click.echo(f"{code} version {version.number} drafted")


@questionnaires.command("publish")
@click.argument("code")
@click.argument("number", type=int)
def publish_command(code: str, number: int) -> None:
    """Freeze version NUMBER of the questionnaire CODE for ever."""
    try:
        with transaction():
            actions.publish_version(queries.require_version(code, number))
            audit.record(ACTOR, "questionnaires.publish", f"{code} {number}")
    except DomainError as error:
        raise click.ClickException(_explained(error)) from error
    click.echo(f"{code} version {number} published")


@questionnaires.command("join")
@click.argument("code")
@click.argument("number", type=int)
@click.argument("question")
@click.argument("earlier", type=int)
@click.argument("earlier_question")
@click.option("--comparable/--not-comparable", default=True, show_default=True, help="Count both together?")
def join_command(code: str, number: int, question: str, earlier: int, earlier_question: str, comparable: bool) -> None:
    """Say that QUESTION of version NUMBER continues EARLIER_QUESTION of version EARLIER."""
    link = Link(number, question, earlier, earlier_question, comparable)
    try:
        with transaction():
            version = queries.require_version(code, number)
            actions.store_link(version.questionnaire, link, actor=ACTOR)
            audit.record(ACTOR, "questionnaires.join", code, link=list(link))
    except DomainError as error:
        raise click.ClickException(_explained(error)) from error
    click.echo(f"{code} {_link_words(link)}")


@questionnaires.command("crosswalk")
@click.argument("code")
def crosswalk_command(code: str) -> None:
    """Print which questions of the versions of CODE continue which earlier ones, the latest version first."""
    try:
        questionnaire = queries.require_version(code).questionnaire
    except DomainError as error:
        raise click.ClickException(_explained(error)) from error
    for link in queries.links_of(questionnaire.id):
        click.echo(_link_words(link))


@questionnaires.command("texts")
@click.argument("code")
@click.argument("number", type=int)
@click.argument("language")
def texts_command(code: str, number: int, language: str) -> None:
    """Print the texts of a version in LANGUAGE as JSON, empty where there is none yet: a file to fill in."""
    try:
        content = queries.version_content(queries.require_version(code, number).id)
    except DomainError as error:
        raise click.ClickException(_explained(error)) from error
    texts = {path: given.get(language, "") for path, given in places(content).items()}
    click.echo(json.dumps(texts, ensure_ascii=False, indent=1))


@questionnaires.command("translate")
@click.argument("code")
@click.argument("number", type=int)
@click.argument("language")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def translate_command(code: str, number: int, language: str, file: Path) -> None:
    """Add the texts of FILE (JSON, {path: text}; empty ones are left out) to a version, draft or published."""
    try:
        texts = json.loads(file.read_text(encoding="utf-8"), object_pairs_hook=_without_repeats)
        given = {path: text for path, text in texts.items() if text != ""} if isinstance(texts, dict) else {}
        with transaction():
            version = queries.require_version(code, number)
            stored = actions.store_translation(version, language, given)
            audit.record(ACTOR, "questionnaires.translate", f"{code} {number} {language}", sha256=stored.sha256)
        missing = missing_places(queries.version_content(version.id), language, has_catalogue=language in LOCALES)
    except (DomainError, ValueError) as error:
        raise click.ClickException(_explained(error)) from error
    total = len(places(queries.version_content(version.id)))
    click.echo(f"{code} version {number} in {language}: {total - len(missing)} of {total} texts, not reviewed")
    for path in missing:
        click.echo(f"  missing: {path}")


def _link_words(link: Link) -> str:
    words = "comparable" if link.comparable else "not comparable"
    return f"version {link.number} {link.question} continues version {link.earlier} {link.earlier_question}: {words}"


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError(f"a member stands twice in {{{', '.join(name for name, _ in pairs)}}}")
    return members


def _explained(error: DomainError | ValueError) -> str:
    problems = error.errors if isinstance(error, DomainError) else ()
    return "\n".join([str(error), *(f"  {problem.where}: {problem.message}" for problem in problems)])
