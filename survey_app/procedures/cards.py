"""Filled scorecards as they are stored."""

from datetime import date
from decimal import Decimal

from survey_app.procedures.queries import scores_of
from survey_app.procedures.scorecards import Card, CardRow, RuleSet


def card_of(rules: RuleSet, *, agency_id: int, from_on: date, to_on: date) -> Card:
    """The card of an agency and period, with its gaps."""
    scores = scores_of(agency_id=agency_id, from_on=from_on, to_on=to_on, rule_set=rules.code)
    rows = []
    for indicator in rules.indicators:
        score = scores.get(indicator.code)
        own, verified = (score.own_tenths, score.verified_tenths) if score else (None, None)
        rows.append(CardRow(indicator, _points(own), _points(verified), score.note if score else ""))
    return Card(rules, tuple(rows))


def _points(tenths: int | None) -> Decimal | None:
    return None if tenths is None else Decimal(tenths) / 10
