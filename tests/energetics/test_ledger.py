import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glianeat.energetics.cost import EnergyConfig
from glianeat.energetics.ledger import (
    COUNTS,
    DYNAMIC_KINDS,
    KINDS,
    Ledger,
    costs,
    empty_ledger,
)


@st.composite
def ledgers(draw, n_regions=2):
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    amounts = rng.integers(0, 1000, (len(KINDS), n_regions)).astype(float)
    counts = rng.integers(0, 1000, (len(COUNTS), n_regions)).astype(float)
    return Ledger(amounts, counts, float(rng.integers(0, 100)))


def test_every_kind_has_a_cost_of_its_name():
    assert costs(EnergyConfig()).tolist() == [getattr(EnergyConfig(), kind) for kind in KINDS]
    assert set(DYNAMIC_KINDS) < set(KINDS)


def test_housekeeping_multiplies_every_cost():
    assert np.allclose(costs(EnergyConfig(housekeeping=2.0)), 2.0 * costs(EnergyConfig()))


@given(ledgers())
def test_energy_is_amounts_times_costs_exactly(ledger):
    config = EnergyConfig()
    for kind, row in zip(KINDS, ledger.energy(config)):
        assert row.tolist() == (ledger.amount(kind) * getattr(config, kind)).tolist()
    assert ledger.total(config) == ledger.energy(config).sum()


@given(ledgers())
def test_the_same_run_can_be_weighed_under_other_costs(ledger):
    free = EnergyConfig(**dict.fromkeys(KINDS, 0.0))
    assert ledger.total(free) == 0.0
    only = free.replace(spike=3.0)
    assert ledger.total(only) == pytest.approx(3.0 * ledger.amount("spike").sum())


@given(ledgers(), ledgers())
def test_ledgers_add_and_subtract_kind_by_kind(one, other):
    both = one + other
    assert both.seconds == one.seconds + other.seconds
    assert np.array_equal((both - other).amounts, one.amounts)
    assert np.array_equal((both - other).counts, one.counts)
    for name in COUNTS:
        assert np.array_equal(both.count(name), one.count(name) + other.count(name))


@given(ledgers())
def test_the_empty_ledger_is_neutral(ledger):
    same = ledger + empty_ledger(2)
    assert np.array_equal(same.amounts, ledger.amounts)
    assert same.seconds == ledger.seconds


def test_a_network_that_has_not_lived_has_no_power():
    assert empty_ledger(3).power(EnergyConfig()) == 0.0


def test_power_is_energy_over_time():
    ledger = Ledger(np.ones((len(KINDS), 1)), np.zeros((len(COUNTS), 1)), 4.0)
    assert ledger.power(EnergyConfig()) == pytest.approx(costs(EnergyConfig()).sum() / 4.0)


def test_an_unknown_kind_is_an_error():
    with pytest.raises(ValueError, match="not in tuple"):
        empty_ledger(1).amount("heat")


def test_a_kind_that_is_added_later_leaves_totals_as_they_were(monkeypatch):
    rng = np.random.default_rng(0)
    for n_regions in range(1, 6):
        amounts = rng.random((len(KINDS), n_regions))
        before = Ledger(amounts, np.zeros((4, n_regions)), 1.0)
        total = before.total(EnergyConfig())
        monkeypatch.setattr("glianeat.energetics.ledger.KINDS", (*KINDS, "spike"))
        more = np.concatenate([amounts, np.zeros((1, n_regions))])
        assert Ledger(more, before.counts, 1.0).total(EnergyConfig()) == total
        monkeypatch.undo()
