"""Normal, chi-square and t against figures of 40 digits, and what they refuse."""

from __future__ import annotations

import math
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.onboarding_api.services.statistics import checking, distributions, special

PROMISED = 1e-10

# mpmath 1.3 with 40 digits.
CHI_SQUARE = [
    (3.841458820694124, 1, 0.050000000000000058),
    (0.001, 3, 0.99999159208094195),
    (25, 10, 0.0053455054871340643),
    (900, 1000, 0.98928276190871026),
    (1100, 1000, 0.014614408126295194),
    (100_500, 100_000, 0.13185481160338378),
    (100_000_500, 100_000_000, 0.48587942729525659),
]
STUDENT = [
    (0.5, 1, 0.35241638234956673),
    (12.706204736432095, 1, 0.024999999999495654),
    (2.228138851964939, 10, 0.025000000000904315),
    (-1.8608134674868526, 17.776473516178495, 0.9603029299063209),
    (40, 3, 1.7190340394579264e-5),
    (8, 200, 4.9396004546653196e-14),
    (3, 10_000, 0.0013532240949988331),
    (2.5, 1e9, 0.006209665405201247),
]
NORMAL = [
    (0, 0.5),
    (1, 0.84134474606854295),
    (1.959963984540054, 0.97499999999999999),
    (-10, 7.6198530241605261e-24),
    (-37, 5.7255712225245768e-300),
]
BETA = [
    (2, 3, 0.4, 0.5248),
    (0.5, 0.5, 0.1, 0.20483276469913345),
    (200, 0.5, 0.99, 0.045094107137079782),
    (1000, 5, 0.999, 0.99630168588645979),
    (30, 700, 0.05, 0.8836131858278971),
]


@pytest.mark.parametrize(("x", "degrees", "tail"), CHI_SQUARE)
def test_chi_square_tail_is_exact_to_the_promised_digits(x, degrees, tail):
    assert distributions.chi_square_survival(x, degrees) == pytest.approx(tail, rel=PROMISED)


@pytest.mark.parametrize(("t", "degrees", "tail"), STUDENT)
def test_t_tail_is_exact_to_the_promised_digits(t, degrees, tail):
    assert distributions.t_survival(t, degrees) == pytest.approx(tail, rel=PROMISED)


@pytest.mark.parametrize(("z", "below"), NORMAL)
def test_normal_is_exact_in_the_far_tail_too(z, below):
    assert distributions.normal_cdf(z) == pytest.approx(below, rel=PROMISED)
    assert distributions.normal_survival(-z) == pytest.approx(below, rel=PROMISED)


@pytest.mark.parametrize(("a", "b", "x", "below"), BETA)
def test_incomplete_beta_is_exact_to_the_promised_digits(a, b, x, below):
    assert special.incomplete_beta(a, b, x) == pytest.approx(below, rel=PROMISED)


@pytest.mark.parametrize(
    ("p", "degrees", "t"),
    # scipy 1.17.1, scipy.stats.t.ppf
    [(0.975, 1, 12.706204736174694), (0.975, 10, 2.2281388519862735), (0.025, 30, -2.0422724563012378)],
)
def test_t_quantile_finds_the_tabled_values(p, degrees, t):
    assert distributions.t_quantile(p, degrees) == pytest.approx(t, rel=1e-9)


@given(st.floats(1e-12, 1 - 1e-12), st.floats(0.5, 1e6))
def test_t_quantile_and_tail_undo_each_other(p, degrees):
    assert distributions.t_survival(-distributions.t_quantile(p, degrees), degrees) == pytest.approx(
        p, rel=1e-8
    )


@given(st.floats(0, 1e4), st.floats(0, 1e4), st.floats(0.1, 1e4))
def test_tails_fall(x, more, degrees):
    nearer, farther = sorted((x, more))
    slack = 1 + 1e-12
    assert (
        distributions.chi_square_survival(farther, degrees)
        <= distributions.chi_square_survival(nearer, degrees) * slack
    )
    assert distributions.t_survival(farther, degrees) <= distributions.t_survival(nearer, degrees) * slack
    assert 0 <= distributions.chi_square_survival(x, degrees) <= 1


@given(st.floats(0.01, 500), st.floats(0.01, 500), st.floats(0, 1))
def test_beta_of_both_sides_is_one(a, b, x):
    both = special.incomplete_beta(a, b, x) + special.incomplete_beta(b, a, 1 - x, complement=x)
    assert both == pytest.approx(1, abs=1e-10)


def test_limits_are_answers():
    assert distributions.normal_cdf(math.inf) == 1
    assert distributions.t_survival(math.inf, 3) == 0
    assert distributions.t_survival(-math.inf, 3) == 1
    assert distributions.t_survival(1e300, 3) == 0
    assert distributions.chi_square_survival(0, 4) == 1
    assert distributions.chi_square_survival(1e300, 4) == 0
    assert distributions.t_quantile(0.5, 7) == 0


@pytest.mark.parametrize(
    "ask",
    [
        lambda: distributions.normal_cdf(math.nan),
        lambda: distributions.normal_quantile(0),
        lambda: distributions.normal_quantile(1),
        lambda: distributions.two_sided_z(1.5),
        lambda: distributions.chi_square_survival(-1, 3),
        lambda: distributions.chi_square_survival(1, 0),
        lambda: distributions.chi_square_survival(math.nan, 3),
        lambda: distributions.t_survival(math.nan, 3),
        lambda: distributions.t_survival(1, -2),
        lambda: special.incomplete_beta(1, 1, 1.1),
        lambda: special.upper_gamma(math.inf, 1),
    ],
)
def test_what_has_no_answer_is_refused(ask):
    with pytest.raises(ValueError, match="must"):
        ask()


@pytest.mark.parametrize("value", [True, 1.5, "3", None, -1, 2**53 + 1, 10**500, math.nan])
def test_a_count_is_a_whole_number_that_floats_can_hold(value):
    with pytest.raises(ValueError, match="units must"):
        checking.count(value, name="units")


def test_a_number_beyond_every_float_is_refused_in_a_short_sentence():
    with pytest.raises(ValueError, match="seconds must be a finite number") as refusal:
        checking.finite(10**400, name="seconds")
    assert len(str(refusal.value)) < 100


def test_the_formulas_load_neither_django_nor_numpy():
    names = [
        "calibration", "decomposition", "distributions", "hazard", "incidence", "intervals", "log_histogram",
        "multiplicity", "time_to_convert", "experiments.assignment", "experiments.cuped", "experiments.guardrails",
        "experiments.moments", "experiments.sample_ratio", "experiments.sequences", "experiments.stopping",
        "experiments.welch",
    ]  # fmt: skip
    package = "apps.onboarding_api.services.statistics."
    code = (
        f"import importlib, sys; [importlib.import_module({package!r} + name) for name in {names!r}];"
        "print(sorted({name.split('.')[0] for name in sys.modules} & {'django', 'numpy', 'scipy', 'celery', 'redis'}))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
