"""How many decimals, what a published percentage leaves open, and what is hidden beside n. Pure."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from survey_app.questionnaires.content import Question
from survey_app.statistics import hidden_cells, largest_remainder, total_hidden

FEWEST_FOR_SHARES = 30
ENOUGH_FOR_A_DECIMAL = 1000
HUNDRED = Decimal(100)
# Groups of who wrote a comment, beside the codes of single questions: no code holds a hyphen.
ALL_POSITIVE, SEVERAL_LOW = "all-positive", "several-low"


def decimals_for(n: int) -> int:
    """The decimals that n answers bear: none under 1 000, else one."""
    return 1 if n >= ENOUGH_FOR_A_DECIMAL else 0


def shown_percentages(counts: Sequence[int]) -> tuple[Decimal, ...]:
    """The percentages as shown: they add up to 100, with the decimals that the counts' sum bears."""
    return tuple(Decimal(str(percent)) for percent in largest_remainder(counts, decimals_for(sum(counts))))


def published_interval(value: Decimal, qualifier: str) -> tuple[float, float]:
    """Where the true percentage lies: cut to whole per cent (floor) in [v, v + 1), rounded within v ± 0.5, exact at v.
    Never outside 0 to 100."""
    below, above = {"floor": ("0", "1"), "rounded": ("0.5", "0.5"), "exact": ("0", "0")}[qualifier]
    return float(max(Decimal(0), value - Decimal(below))), float(min(HUNDRED, value + Decimal(above)))


def change_since(interval: tuple[float, float], published: tuple[float, float]) -> tuple[float, float]:
    """Where the change of a share since a published percentage lies, in shares: the 95% interval (0 to 1) less what the
    published figure leaves open (`published_interval`, 0 to 100): p - [25, 26) is never one number."""
    return interval[0] - published[1] / 100, interval[1] - published[0] / 100


def shown_excluded(
    excluded: Mapping[str, int], *, counted: Sequence[int], responses: int, minimum: int
) -> dict[str, int | None]:
    """The counts that stand outside n, None where hidden.

    Responses less n less the others is the hidden ones and those who skipped the question: together not too few.
    Beside a hidden n only zeros are shown, as n would follow from them.
    """
    if total_hidden(counted, minimum):
        return {option: None if count else 0 for option, count in excluded.items()}
    skipped = max(0, responses - sum(counted) - sum(excluded.values()))
    cells = zip(excluded.items(), hidden_cells(list(excluded.values()), minimum, skipped), strict=True)
    return {option: None if hide and count else count for (option, count), hide in cells}


def shown_total(count: int, minimum: int) -> int | None:
    """A total as shown: None where it is small but not zero."""
    return None if 0 < count < minimum else count


def rating_groups(questions: Sequence[Question]) -> tuple[str, ...]:
    """The groups of people by how they rated: of `rating_group`."""
    return ALL_POSITIVE, *(question.code for question in questions), SEVERAL_LOW


def rating_group(answers: Mapping[str, str], questions: Sequence[Question]) -> str:
    """The one group in which somebody with these answers stands: nothing rated low, one question alone (its code),
    several. What was not answered is not low."""
    low = [question.code for question in questions if answers.get(question.code) in question.unhappy_codes]
    if not low:
        return ALL_POSITIVE
    return low[0] if len(low) == 1 else SEVERAL_LOW
