from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.figures.rules import decimals_for, published_interval, shown_excluded, shown_percentages, shown_total


@pytest.mark.parametrize(("n", "decimals"), [(30, 0), (999, 0), (1000, 1), (10**6, 1)])
def test_decimals_grow_with_n(n: int, decimals: int) -> None:
    assert decimals_for(n) == decimals


def test_shown_percentages_add_up() -> None:
    assert shown_percentages([2, 5, 20, 120, 53]) == (1, 3, 10, 60, 26)
    assert shown_percentages([1, 2, 997]) == (Decimal("0.1"), Decimal("0.2"), Decimal("99.7"))


@pytest.mark.parametrize(
    ("value", "qualifier", "between"),
    [
        ("74", "floor", (74, 75)),
        ("100", "floor", (100, 100)),
        ("0", "exact", (0, 0)),
        ("54.3", "exact", (54.3, 54.3)),
        ("74", "rounded", (73.5, 74.5)),
        ("0", "rounded", (0, 0.5)),
        ("100", "rounded", (99.5, 100)),
    ],
)
def test_published_values_leave_an_interval(value: str, qualifier: str, between: tuple[float, float]) -> None:
    assert published_interval(Decimal(value), qualifier) == between


@pytest.mark.parametrize(
    ("excluded", "counted", "responses", "shown"),
    [
        ({"no_opinion": 0}, [0, 66], 66, {"no_opinion": 0}),
        ({"no_opinion": 12}, [0, 66], 78, {"no_opinion": 12}),
        ({"no_opinion": 3}, [0, 66], 90, {"no_opinion": None}),
        # 90 - 66 - 21 = 3: the other one goes too.
        ({"not_received": 3, "no_opinion": 21}, [0, 66], 90, {"not_received": None, "no_opinion": None}),
        ({"not_received": 3, "no_opinion": 21}, [0, 66], 140, {"not_received": None, "no_opinion": 21}),
        # n = 2 is hidden, and 20 - 18 would tell it.
        ({"not_received": 0, "no_opinion": 18}, [0, 2], 20, {"not_received": 0, "no_opinion": None}),
    ],
)
def test_what_stands_outside_n(
    excluded: dict[str, int], counted: list[int], responses: int, shown: dict[str, int | None]
) -> None:
    assert shown_excluded(excluded, counted=counted, responses=responses, minimum=5) == shown


@given(st.integers(0, 100), st.integers(3, 10))
def test_a_small_total_is_not_shown(count: int, minimum: int) -> None:
    assert (shown_total(count, minimum) is None) == (0 < count < minimum)
