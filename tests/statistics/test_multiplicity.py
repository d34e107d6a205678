import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from survey_app.statistics import benjamini_hochberg, holm

PS = [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216]


def test_holm_agrees_with_the_reference_vector() -> None:
    assert holm(PS) == pytest.approx([0.01, 0.072, *[0.312] * 5, *[0.615] * 3])


@settings(max_examples=20)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=60))
def test_adjusted_p_values_agree_with_statsmodels(ps: list[float]) -> None:
    assert holm(ps) == pytest.approx(multipletests(ps, method="holm")[1])
    assert benjamini_hochberg(ps) == pytest.approx(multipletests(ps, method="fdr_bh")[1])


@pytest.mark.parametrize("adjust", [holm, benjamini_hochberg])
def test_no_tests_and_impossible_ones(adjust: type) -> None:
    assert adjust([]) == []
    assert adjust([0.3]) == [0.3]
    for p in (-0.1, 1.1, float("nan")):
        with pytest.raises(ValueError, match="between 0 and 1"):
            adjust([0.5, p])
