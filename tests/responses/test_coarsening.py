from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from survey_app.responses.coarsening import said_marks

LEAST = 5
MARKS = st.tuples(st.integers(1, 4), st.integers(1, 2), st.sampled_from("kw"), st.integers(1, 3), st.sampled_from("ab"))


@given(st.dictionaries(MARKS, st.integers(1, 7), min_size=1, max_size=40))
def test_every_row_shares_what_it_says_and_none_is_left_out(rows: dict[tuple[object, ...], int]) -> None:
    said = said_marks(rows, LEAST)
    classes: Counter[object] = Counter()
    for marks, count in rows.items():
        if marks in said:
            classes[marks[: said[marks]], said[marks]] += count
    assert min(classes.values(), default=LEAST) >= LEAST
    told = sum(classes.values())
    assert told == sum(rows.values()) or (told == 0 and sum(rows.values()) < LEAST)


def test_enough_say_everything_and_few_take_the_fewest_others_with_them() -> None:
    rows = {("a", "x"): 9, ("a", "y"): 6, ("a", "z"): 2, ("b", "x"): 5}
    assert said_marks(rows, LEAST) == {("a", "x"): 2, ("a", "y"): 1, ("a", "z"): 1, ("b", "x"): 2}
    assert said_marks({("a", "x"): 4, ("b", "x"): 3}, LEAST) == {("a", "x"): 0, ("b", "x"): 0}
    assert said_marks({("a", "x"): 4}, LEAST) == {}
