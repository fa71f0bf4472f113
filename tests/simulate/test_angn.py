import math
from itertools import pairwise

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glianeat.errors import ConfigError, DevelopmentError, SimulationError
from glianeat.simulate.angn import (
    LARGEST,
    AngnConfig,
    accuracy,
    classify,
    feed_forward,
    present,
)
from glianeat.simulate.angn_rules import (
    change_weights,
    count_attenuated,
    count_consecutive,
    count_non_consecutive,
    neuron_activity,
    relative_change,
    response_at_bound,
)

SETTINGS = [(2, 4), (3, 6), (2, 6), (3, 8)]
MOST_ATTENUATED = list(zip(SETTINGS, [3, 4, 5, 6], strict=True))
MOST_RESET = list(zip(SETTINGS, [2, 2, 3, 2], strict=True))
VARIANTS = ["attenuated", "consecutive", "non_consecutive", "global"]


def counters(rule, activities, mu):
    counter, history = np.zeros(1, np.int64), []
    for activity in activities:
        counter = rule(counter, np.array([activity]), mu)
        history.append(int(counter[0]))
    return history


def random_net(rng, layers, scale=1.0):
    return [rng.uniform(-scale, scale, shape) for shape in pairwise(layers)]


def chain(*weights):
    """Return a net of one neuron in each layer."""
    return [np.array([[weight]]) for weight in weights]


configs = st.builds(
    lambda setting, **options: AngnConfig(mu=setting[0], kappa=setting[1], **options),
    setting=st.sampled_from(SETTINGS),
    variant=st.sampled_from(VARIANTS),
    sign_mode=st.sampled_from(["magnitude", "absolute"]),
    limited=st.booleans(),
    lamarck=st.booleans(),
    carry_counters=st.booleans(),
    output_astrocytes=st.booleans(),
)
shapes = st.sampled_from([(2, 1), (4, 5, 3), (3, 4, 3, 1), (4, 7, 5, 7, 3)])
seeds = st.integers(0, 2**32 - 1)


# ---- the slow reference: one weight, one neuron and one number at a time


def twin_outputs(net, pattern):
    layers = [list(pattern)]
    for matrix in net:
        layers.append(
            [
                math.tanh(sum(layers[-1][j] * matrix[j][k] for j in range(len(matrix))))
                for k in range(len(matrix[0]))
            ]
        )
    return layers


def twin_count(r, u, config):
    if config.variant == "attenuated":
        return max(-config.mu, min(config.mu, r + u))
    if r in {config.mu, -config.mu}:
        return u
    if config.variant == "consecutive" and r * u < 0:
        return u
    return r + u


def twin_response(r, config):
    return {config.mu: 1.0, -config.mu: -1.0}.get(r, 0.0)


def twin_act(net, responses, config):
    old = [[list(row) for row in matrix] for matrix in net]
    for layer, matrix in enumerate(net):
        for j, row in enumerate(matrix):
            for k in range(len(row)):
                acting = [responses[layer][j]]
                if config.output_astrocytes and layer == len(net) - 1:
                    acting.append(responses[layer + 1][k])
                for response in acting:
                    z = response * (config.potentiation if response > 0 else config.depression)
                    magnitude = config.sign_mode == "magnitude"
                    row[k] += (row[k] if magnitude else abs(row[k])) * z
                if config.limited and row[k] != old[layer][j][k]:
                    row[k] = max(-config.weight_limit, min(config.weight_limit, row[k]))


def twin_copy(net):
    return [[list(row) for row in matrix] for matrix in net]


def twin_tally(actions, responses):
    for layer, values in enumerate(responses):
        for n, value in enumerate(values):
            actions[layer][n][0] += value > 0
            actions[layer][n][1] += value < 0


def twin_global(net, patterns, config, actions):
    for _ in range(config.kappa):
        passes = [twin_outputs(net, pattern) for pattern in patterns]
        responses = [
            [sum(1 if y > 0 else -1 for y in ys) / len(passes) for ys in zip(*layer, strict=True)]
            for layer in zip(*passes, strict=True)
        ]
        twin_act(net, responses, config)
        twin_tally(actions, responses)
    return [one[-1] for one in passes], net


def twin_in_turn(genome, patterns, config, actions):
    net, outputs = twin_copy(genome), []
    r = [[0 for _ in layer] for layer in actions]
    for pattern in patterns:
        if not config.lamarck:
            net = twin_copy(genome)
        if not config.carry_counters:
            r = [[0 for _ in layer] for layer in actions]
        for _ in range(config.kappa):
            layers = twin_outputs(net, pattern)
            for layer, ys in enumerate(layers):
                for n, y in enumerate(ys):
                    r[layer][n] = twin_count(r[layer][n], 1 if y > 0 else -1, config)
            responses = [[twin_response(one, config) for one in layer] for layer in r]
            twin_act(net, responses, config)
            twin_tally(actions, responses)
        outputs.append(layers[-1])
    return outputs, net


def twin_present(weights, patterns, config):
    genome = [matrix.tolist() for matrix in weights]
    sizes = [len(matrix) for matrix in genome] + [len(genome[-1][0])]
    actions = [[[0, 0] for _ in range(size)] for size in sizes]
    run = twin_global if config.variant == "global" else twin_in_turn
    outputs, net = run(twin_copy(genome), patterns.tolist(), config, actions)
    tended = actions if config.output_astrocytes else actions[:-1]
    flat = [pair for layer in tended for pair in layer]
    return outputs, (net if config.lamarck else genome), flat


@given(config=configs, layers=shapes, n_patterns=st.integers(1, 6), seed=seeds)
def test_the_net_follows_its_slow_twin(config, layers, n_patterns, seed):
    rng = np.random.default_rng(seed)
    weights = random_net(rng, layers, scale=1.5)
    patterns = rng.normal(size=(n_patterns, layers[0]))
    result = present(weights, patterns, config)
    outputs, after, actions = twin_present(weights, patterns, config)
    np.testing.assert_allclose(result.outputs, outputs, rtol=1e-9, atol=1e-12)
    for matrix, expected in zip(result.weights, after, strict=True):
        np.testing.assert_allclose(matrix, expected, rtol=1e-12)
    assert np.stack([result.potentiations, result.depressions], axis=1).tolist() == actions


# ---- activity and counters


def test_a_neuron_is_active_above_zero_and_inactive_at_zero():
    assert neuron_activity(np.array([1e-300, 0.0, -0.0, -2.0, 0.4])).tolist() == [1, -1, -1, -1, 1]


def test_an_attenuated_counter_stays_at_its_bound():
    assert counters(count_attenuated, [1, 1, 1, 1], mu=2) == [1, 2, 2, 2]
    assert counters(count_attenuated, [-1, -1, -1, -1, -1], mu=3) == [-1, -2, -3, -3, -3]


def test_an_attenuated_counter_leaves_its_bound_step_by_step():
    assert counters(count_attenuated, [1, 1, 1, -1, 1, -1, -1, -1, -1], mu=2) == [
        1, 2, 2, 1, 2, 1, 0, -1, -2,
    ]  # fmt: skip


def test_a_consecutive_counter_starts_anew_after_an_action():
    assert counters(count_consecutive, [1, 1, 1, 1, 1, 1], mu=3) == [1, 2, 3, 1, 2, 3]
    assert counters(count_consecutive, [-1, -1, -1, 1, 1], mu=2) == [-1, -2, -1, 1, 2]


def test_an_opposite_activity_ends_a_consecutive_run():
    assert counters(count_consecutive, [1, 1, -1, 1, 1, 1], mu=3) == [1, 2, -1, 1, 2, 3]


def test_an_opposite_activity_takes_one_off_a_non_consecutive_count():
    assert counters(count_non_consecutive, [1, 1, -1, 1, 1, 1], mu=3) == [1, 2, 1, 2, 3, 1]


def test_a_non_consecutive_counter_starts_anew_after_an_action():
    assert counters(count_non_consecutive, [-1, -1, -1, 1, -1, -1], mu=3) == [
        -1, -2, -3, 1, 0, -1,
    ]  # fmt: skip


def test_alternation_never_reaches_a_bound():
    activities = [1, -1] * 5
    for rule in (count_attenuated, count_consecutive, count_non_consecutive):
        assert max(np.abs(counters(rule, activities, mu=2))) == 1


@pytest.mark.parametrize("rule", [count_consecutive, count_non_consecutive])
def test_every_iteration_acts_if_one_activity_is_enough(rule):
    assert counters(rule, [1, 1, -1, -1, 1], mu=1) == [1, 1, -1, -1, 1]


@pytest.mark.parametrize("rule", [count_attenuated, count_consecutive, count_non_consecutive])
@given(activities=st.lists(st.sampled_from([-1, 1]), max_size=30), mu=st.integers(1, 5))
def test_counters_stay_within_their_bounds(rule, activities, mu):
    assert all(-mu <= counter <= mu for counter in counters(rule, activities, mu))


def test_astrocytes_respond_at_their_bounds_only():
    response = response_at_bound(np.array([-3, -2, 0, 1, 2, 3]), mu=3)
    assert response.tolist() == [-1.0, 0.0, 0.0, 0.0, 0.0, 1.0]


# ---- weights


def test_a_full_response_adds_a_quarter_or_takes_half():
    change = relative_change(np.array([1.0, 0.0, -1.0]), potentiation=0.25, depression=0.5)
    assert change.tolist() == [0.25, 0.0, -0.5]


def test_a_partial_response_changes_in_proportion():
    change = relative_change(np.array([0.5, -0.5]), potentiation=0.25, depression=0.5)
    assert change.tolist() == [0.125, -0.25]


def test_magnitude_mode_strengthens_and_weakens_both_signs():
    weights, change = np.array([[0.8, -0.8], [0.8, -0.8]]), np.array([[0.25], [-0.5]])
    assert change_weights(weights, change, "magnitude").tolist() == [[1.0, -1.0], [0.4, -0.4]]


def test_absolute_mode_raises_and_lowers_both_signs():
    weights, change = np.array([[0.8, -0.8], [0.8, -0.8]]), np.array([[0.25], [-0.5]])
    expected = [[1.0, -0.6], [0.4, -1.2]]
    np.testing.assert_allclose(change_weights(weights, change, "absolute"), expected, rtol=1e-15)


# ---- presentation: variants


@pytest.mark.parametrize(("setting", "most"), MOST_ATTENUATED)
def test_a_steadily_active_neuron_has_the_published_number_of_attenuated_actions(setting, most):
    mu, kappa = setting
    weights = [np.full((4, 5), 0.1), np.full((5, 3), 0.1)]
    result = present(weights, np.ones((1, 4)), AngnConfig(mu=mu, kappa=kappa))
    assert result.potentiations.tolist() == [most] * 9
    assert result.depressions.tolist() == [0] * 9
    assert result.n_actions == 9 * most


@pytest.mark.parametrize(("setting", "most"), MOST_ATTENUATED)
@given(seed=seeds)
def test_no_astrocyte_exceeds_the_published_number_of_attenuated_actions(setting, most, seed):
    rng = np.random.default_rng(seed)
    config = AngnConfig(mu=setting[0], kappa=setting[1])
    result = present(random_net(rng, (4, 5, 3)), rng.normal(size=(1, 4)), config)
    assert max(result.potentiations + result.depressions) <= most


@pytest.mark.parametrize("variant", ["consecutive", "non_consecutive"])
@pytest.mark.parametrize(("setting", "most"), MOST_RESET)
def test_a_reset_leaves_one_action_for_each_full_count(variant, setting, most):
    config = AngnConfig(variant=variant, mu=setting[0], kappa=setting[1])
    result = present(chain(0.5, 0.5), np.array([[1.0], [-1.0]]), config)
    assert (result.potentiations + result.depressions).tolist() == [2 * most] * 2


def test_attenuated_actions_follow_every_iteration_at_the_bound():
    result = present(chain(0.4), np.array([[1.0]]), AngnConfig(mu=2, kappa=4))
    assert result.weights[0].item() == pytest.approx(0.4 * 1.25**3)
    # the last action comes after the last output
    assert result.outputs.item() == pytest.approx(math.tanh(0.4 * 1.25**2))


@pytest.mark.parametrize("variant", ["consecutive", "non_consecutive"])
def test_actions_with_a_reset_come_every_mu_iterations(variant):
    config = AngnConfig(variant=variant, mu=2, kappa=4)
    result = present(chain(0.4), np.array([[1.0]]), config)
    assert result.weights[0].item() == pytest.approx(0.4 * 1.25**2)
    assert result.outputs.item() == pytest.approx(math.tanh(0.4 * 1.25))


def test_an_inactive_neuron_has_its_weights_halved():
    result = present(chain(0.4), np.array([[0.0]]), AngnConfig(mu=2, kappa=3))
    assert result.weights[0].item() == pytest.approx(0.4 * 0.5**2)
    assert (result.potentiations.item(), result.depressions.item()) == (0, 2)


# Inputs 1 and -1 with weights 0.5 and 0.6 keep the hidden neuron inactive for two iterations;
# their first actions make it 0.625 - 0.3 and the neuron active from the third on.
TURNING = ([np.array([[0.5], [0.6]]), np.array([[0.8]])], np.array([[1.0, -1.0]]))


def test_a_neuron_that_turns_leaves_the_attenuated_bound():
    result = present(*TURNING, AngnConfig(mu=2, kappa=4))
    assert result.weights[1].item() == pytest.approx(0.8 * 0.5)
    assert (result.potentiations[2], result.depressions[2]) == (0, 1)


@pytest.mark.parametrize("variant", ["consecutive", "non_consecutive"])
def test_a_neuron_that_turns_after_a_reset_is_counted_anew(variant):
    result = present(*TURNING, AngnConfig(variant=variant, mu=2, kappa=4))
    assert result.weights[1].item() == pytest.approx(0.8 * 0.5 * 1.25)
    assert (result.potentiations[2], result.depressions[2]) == (1, 1)


@given(config=configs, layers=shapes, seed=seeds)
def test_consecutive_and_non_consecutive_agree_if_patterns_start_from_zero(config, layers, seed):
    rng = np.random.default_rng(seed)
    weights, patterns = random_net(rng, layers), rng.normal(size=(3, layers[0]))
    outcomes = []
    for variant in ("consecutive", "non_consecutive"):
        changed = msgspec.structs.replace(config, variant=variant, carry_counters=False)
        outcomes.append(present(weights, patterns, changed).outputs.tolist())
    assert outcomes[0] == outcomes[1]


@pytest.mark.parametrize(
    ("variant", "weight", "drive"),
    [
        ("attenuated", 0.8 * 1.25**2, -1.25),  # 1 2 3 3, 2 1 0 -1
        ("consecutive", 0.8 * 1.25 * 0.5, -0.5),  # 1 2 3 1, -1 -2 -3 -1
        ("non_consecutive", 0.8 * 1.25 * 0.5, -1.0),  # 1 2 3 1, 0 -1 -2 -3: after the output
    ],
)
def test_carried_counters_go_on_in_the_next_pattern(variant, weight, drive):
    config = AngnConfig(variant=variant, mu=3, kappa=4, carry_counters=True)
    result = present(chain(0.8), np.array([[1.0], [-1.0]]), config)
    assert result.weights[0].item() == pytest.approx(weight)
    assert result.outputs[1].item() == pytest.approx(math.tanh(drive))


def test_counters_start_from_zero_with_each_pattern():
    config = AngnConfig(mu=3, kappa=4)
    result = present(chain(0.8), np.array([[1.0], [-1.0]]), config)
    assert (result.potentiations.item(), result.depressions.item()) == (2, 2)


# ---- presentation: global processing


def test_global_processing_acts_in_proportion_to_the_mean_activity():
    # the input is active for 3 of 4 patterns: mean 0.5, so 0.125 more in each iteration
    patterns = np.array([[1.0], [2.0], [-1.0], [0.5]])
    result = present(chain(0.4), patterns, AngnConfig(variant="global", kappa=2))
    assert result.weights[0].item() == pytest.approx(0.4 * 1.125**2)
    np.testing.assert_allclose(result.outputs, np.tanh(0.4 * 1.125 * patterns))
    assert (result.potentiations.item(), result.depressions.item()) == (2, 0)


def test_global_processing_weakens_a_mostly_inactive_neuron():
    patterns = np.array([[-1.0], [0.0], [-1.0], [0.5]])  # mean activity -0.5
    result = present(chain(0.4), patterns, AngnConfig(variant="global", kappa=2))
    assert result.weights[0].item() == pytest.approx(0.4 * 0.75**2)
    assert (result.potentiations.item(), result.depressions.item()) == (0, 2)


def test_global_processing_has_the_full_effects_at_its_ends():
    weights = [np.array([[0.4], [0.4]])]
    patterns = np.array([[1.0, -1.0], [2.0, -2.0]])
    result = present(weights, patterns, AngnConfig(variant="global", mu=1, kappa=1))
    np.testing.assert_allclose(result.weights[0], [[0.5], [0.2]])


def test_global_processing_does_nothing_at_balance():
    result = present(chain(0.4), np.array([[1.0], [-1.0]]), AngnConfig(variant="global"))
    assert result.weights[0].item() == 0.4
    assert result.n_actions == 0


@given(layers=shapes, seed=seeds, lamarck=st.booleans())
def test_global_processing_ignores_the_order_of_patterns(layers, seed, lamarck):
    rng = np.random.default_rng(seed)
    weights, patterns = random_net(rng, layers), rng.normal(size=(5, layers[0]))
    config = AngnConfig(variant="global", lamarck=lamarck)
    forwards, backwards = (present(weights, p, config) for p in (patterns, patterns[::-1]))
    np.testing.assert_allclose(forwards.outputs, backwards.outputs[::-1], rtol=1e-9, atol=1e-12)
    assert forwards.potentiations.tolist() == backwards.potentiations.tolist()


# ---- presentation: options


def test_limited_weights_stop_at_the_limit():
    config = AngnConfig(mu=2, kappa=4, limited=True)
    result = present(chain(0.9), np.array([[1.0]]), config)
    assert result.weights[0].item() == 1.0
    assert result.outputs.item() == pytest.approx(math.tanh(1.0))
    unlimited = present(chain(0.9), np.array([[1.0]]), AngnConfig(mu=2, kappa=4))
    assert unlimited.weights[0].item() == pytest.approx(0.9 * 1.25**3)


def test_the_limit_can_be_set():
    config = AngnConfig(limited=True, weight_limit=2.0)
    assert present(chain(-1.9), np.array([[1.0]]), config).weights[0].item() == -2.0


def test_a_large_weight_is_limited_only_by_an_action():
    config = AngnConfig(variant="global", limited=True)
    balanced = present(chain(3.0), np.array([[1.0], [-1.0]]), config)
    assert balanced.weights[0].item() == 3.0
    assert present(chain(3.0), np.array([[1.0]]), config).weights[0].item() == 1.0


def test_absolute_mode_raises_a_negative_weight():
    config = AngnConfig(mu=2, kappa=2, sign_mode="absolute")
    weights = [np.array([[-0.4, 0.4]])]
    raised = present(weights, np.array([[1.0]]), config).weights[0]
    lowered = present(weights, np.array([[-1.0]]), config).weights[0]
    np.testing.assert_allclose(raised, [[-0.3, 0.5]])
    np.testing.assert_allclose(lowered, [[-0.6, 0.2]])


def test_an_astrocyte_acts_on_the_outgoing_weights_of_its_own_neuron():
    weights = [np.array([[0.4, -0.4], [0.2, 0.2], [0.1, 0.8]])]
    result = present(weights, np.array([[1.0, -1.0, 1.0]]), AngnConfig(mu=2, kappa=2))
    np.testing.assert_allclose(result.weights[0], [[0.5, -0.5], [0.1, 0.1], [0.125, 1.0]])


def test_output_astrocytes_act_on_incoming_weights():
    weights = [np.array([[0.4, -0.4]])]  # one output active, one not
    config = AngnConfig(mu=2, kappa=2, output_astrocytes=True)
    result = present(weights, np.array([[1.0]]), config)
    np.testing.assert_allclose(result.weights[0], [[0.4 * 1.25 * 1.25, -0.4 * 1.25 * 0.5]])
    assert result.potentiations.tolist() == [1, 1, 0]
    assert result.depressions.tolist() == [0, 0, 1]


def test_two_astrocytes_act_before_their_weight_is_limited():
    config = AngnConfig(mu=2, kappa=2, output_astrocytes=True, limited=True)
    result = present(chain(-0.9), np.array([[1.0]]), config)
    assert result.weights[0].item() == pytest.approx(-0.9 * 1.25 * 0.5)


def test_without_constants_the_net_is_the_plain_one():
    rng = np.random.default_rng(3)
    weights, patterns = random_net(rng, (4, 5, 3)), rng.normal(size=(6, 4))
    result = present(weights, patterns, AngnConfig(potentiation=0.0, depression=0.0))
    np.testing.assert_allclose(result.outputs, feed_forward(weights, patterns), rtol=1e-12)
    for after, before in zip(result.weights, weights, strict=True):
        assert after.tolist() == before.tolist()


def test_lamarckian_weights_pass_on_to_the_next_pattern():
    patterns = np.array([[1.0], [1.0]])
    result = present(chain(0.4), patterns, AngnConfig(mu=2, kappa=2))
    np.testing.assert_allclose(result.outputs[:, 0], [math.tanh(0.4), math.tanh(0.4 * 1.25)])
    assert result.weights[0].item() == pytest.approx(0.4 * 1.25**2)


def test_without_lamarck_each_pattern_starts_from_the_genome():
    patterns = np.array([[1.0], [1.0]])
    result = present(chain(0.4), patterns, AngnConfig(mu=2, kappa=3, lamarck=False))
    np.testing.assert_allclose(result.outputs[:, 0], math.tanh(0.4 * 1.25))
    assert result.n_actions == 4


# ---- presentation: properties


@given(config=configs, layers=shapes, seed=seeds)
def test_magnitude_mode_never_turns_a_weight(config, layers, seed):
    rng = np.random.default_rng(seed)
    weights = random_net(rng, layers)
    config = msgspec.structs.replace(config, sign_mode="magnitude", lamarck=True)
    result = present(weights, rng.normal(size=(4, layers[0])), config)
    for before, after in zip(weights, result.weights, strict=True):
        assert np.array_equal(np.sign(before), np.sign(after))


@given(config=configs, layers=shapes, seed=seeds)
def test_limited_weights_that_start_within_the_limit_stay_there(config, layers, seed):
    rng = np.random.default_rng(seed)
    config = msgspec.structs.replace(config, limited=True, lamarck=True)
    result = present(random_net(rng, layers), rng.normal(size=(4, layers[0])), config)
    assert all(np.all(np.abs(matrix) <= 1.0) for matrix in result.weights)


@given(config=configs, layers=shapes, seed=seeds)
def test_without_lamarck_the_genome_is_returned(config, layers, seed):
    rng = np.random.default_rng(seed)
    weights = random_net(rng, layers)
    config = msgspec.structs.replace(config, lamarck=False)
    result = present(weights, rng.normal(size=(3, layers[0])), config)
    for before, after in zip(weights, result.weights, strict=True):
        assert before.tolist() == after.tolist()


@given(config=configs, layers=shapes, seed=seeds)
def test_the_given_weights_are_never_modified_or_shared(config, layers, seed):
    rng = np.random.default_rng(seed)
    weights = random_net(rng, layers)
    originals = [matrix.tolist() for matrix in weights]
    result = present(weights, rng.normal(size=(3, layers[0])), config)
    assert [matrix.tolist() for matrix in weights] == originals
    assert not any(map(np.shares_memory, weights, result.weights))


@given(
    variant=st.sampled_from(VARIANTS[:3]),
    layers=shapes,
    order=st.permutations(range(5)),
    seed=seeds,
)
def test_without_lamarck_a_pattern_does_not_depend_on_the_others(variant, layers, order, seed):
    rng = np.random.default_rng(seed)
    weights, patterns = random_net(rng, layers), rng.normal(size=(5, layers[0]))
    config = AngnConfig(variant=variant, lamarck=False)
    outputs = present(weights, patterns, config).outputs
    assert present(weights, patterns[order], config).outputs.tolist() == outputs[order].tolist()
    alone = [present(weights, pattern[np.newaxis], config).outputs[0] for pattern in patterns]
    assert np.array(alone).tolist() == outputs.tolist()


def test_with_lamarck_the_order_of_patterns_matters():
    patterns = np.array([[1.0], [-1.0]])
    forwards = present(chain(0.4), patterns, AngnConfig()).outputs
    backwards = present(chain(0.4), patterns[::-1], AngnConfig()).outputs[::-1]
    assert not np.allclose(forwards, backwards)


@pytest.mark.parametrize("variant", VARIANTS)
def test_unlimited_growth_stays_finite(variant):
    config = AngnConfig(variant=variant, kappa=1200)
    weights = [np.array([[0.5, -0.5], [0.5, -0.5]]), np.array([[0.5], [0.5]])]
    result = present(weights, np.ones((3, 2)), config)
    assert max(np.abs(matrix).max() for matrix in result.weights) == LARGEST
    assert np.isfinite(result.outputs).all()


# ---- outputs


def test_feed_forward_is_a_tanh_net():
    weights = [np.array([[0.5, -1.0], [0.25, 2.0]]), np.array([[1.0], [-0.5]])]
    expected = math.tanh(math.tanh(0.5 - 0.25) - 0.5 * math.tanh(-1.0 - 2.0))
    outputs = feed_forward(weights, np.array([[1.0, -1.0]]))
    assert outputs.shape == (1, 1)
    assert outputs.item() == pytest.approx(expected)


def test_an_output_says_yes_above_one_half():
    assert classify(np.array([[0.51, 0.5, -0.9]])).tolist() == [[True, False, False]]


def test_a_pattern_is_correct_only_if_all_its_outputs_are():
    outputs = np.array([[0.9, 0.1, 0.2], [0.9, 0.6, 0.1], [0.0, 0.0, 0.0], [0.2, 0.1, 0.7]])
    targets = np.array([[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]])
    assert accuracy(outputs, targets) == 0.5
    assert accuracy(outputs, targets.astype(bool)) == 0.5


@pytest.mark.parametrize(
    ("targets", "message"),
    [
        (np.zeros((2, 2)), r"targets: .* got \(2, 3\) and \(2, 2\)"),
        (np.zeros(3), "targets: .* one shape"),
        (np.full((2, 3), -1), "targets: must be 0 or 1, got"),
    ],
)
def test_unfit_targets_are_refused(targets, message):
    with pytest.raises(SimulationError, match=message):
        accuracy(np.zeros((2, 3)), targets)


def test_the_accuracy_of_no_patterns_is_refused():
    with pytest.raises(SimulationError, match="P >= 1"):
        accuracy(np.zeros((0, 3)), np.zeros((0, 3)))


# ---- refusals


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"variant": "local"}, "variant must be one of .* got 'local'"),
        ({"mu": 0}, "mu must be >= 1 iteration, got 0"),
        ({"mu": 3, "kappa": 2}, "kappa must be >= mu = 3 iterations, got 2"),
        ({"potentiation": -0.1}, r"potentiation must be in \[0, 1\], got -0.1"),
        ({"potentiation": math.nan}, "potentiation must be .* got nan"),
        ({"depression": 1.5}, r"depression must be in \[0, 1\], got 1.5"),
        ({"weight_limit": 0.0}, "weight_limit must be .* got 0.0"),
        ({"weight_limit": math.inf}, "weight_limit must be .* got inf"),
        ({"sign_mode": "signed"}, "sign_mode must be one of .* got 'signed'"),
    ],
)
def test_a_config_out_of_range_is_refused(options, message):
    with pytest.raises(ConfigError, match=message):
        AngnConfig(**options)


def test_an_unknown_config_field_is_refused():
    with pytest.raises(msgspec.ValidationError, match="unknown field `nu`"):
        msgspec.json.decode(b'{"nu": 3}', type=AngnConfig)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([], "one or more"),
        ([np.zeros(4)], r"non-empty matrices, got \[\(4,\)\]"),
        ([np.zeros((0, 2))], "non-empty"),
        ([np.zeros((2, 3)), np.zeros((2, 1))], "columns must match the next rows"),
        ([np.zeros((2, 1)), np.array([[math.nan]])], r"weights\[1\]: must be in .* got nan"),
        ([np.array([[-2 * LARGEST]])], r"weights\[0\]: must be in .* got -2e\+100"),
    ],
)
def test_a_malformed_net_is_refused(weights, message):
    with pytest.raises(DevelopmentError, match=message):
        present(weights, np.zeros((1, 2)), AngnConfig())


@pytest.mark.parametrize(
    ("patterns", "message"),
    [
        (np.zeros((2, 3)), r"n_in = 2\), got \(2, 3\)"),
        (np.zeros(2), r"got \(2,\)"),
        (np.zeros((0, 2)), "P >= 1"),
        (np.array([[0.0, math.inf]]), "patterns: must be in .* got inf"),
    ],
)
def test_patterns_that_do_not_fit_are_refused(patterns, message):
    with pytest.raises(SimulationError, match=message):
        present([np.ones((2, 1))], patterns, AngnConfig())
