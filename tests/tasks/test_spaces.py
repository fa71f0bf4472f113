"""Spaces that are served, and the one sentence that refuses the others."""

import numpy as np
import pytest
from gymnasium.spaces import (
    Box,
    Dict,
    Discrete,
    Graph,
    MultiBinary,
    MultiDiscrete,
    OneOf,
    Sequence,
    Text,
    Tuple,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from glianeat.codec.encoders import MAX_CHANNELS, channel_table
from glianeat.errors import ConfigError, EvaluationError
from glianeat.tasks.spaces import MAX_CHOICES, MAX_NUMBERS, parts_of, reader, writer
from tests.builders.bodies import any_spaces, body, observation_of, spec_of
from tests.reference.codec import leaves, numbers

REFUSED = {
    "Text": Text(5),
    "Graph": Graph(Box(0, 1, (1,)), None),
    "Sequence": Sequence(Discrete(2)),
    "OneOf": OneOf([Discrete(2), Discrete(3)]),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_space_of_another_kind_is_refused_in_one_sentence(kind):
    with pytest.raises(ConfigError) as caught:
        parts_of(REFUSED[kind], "an observation")
    text = str(caught.value)
    assert text.startswith(f"an observation is a space of kind {kind}, ")
    assert "\n" not in text
    assert "task.wrappers" in text


@pytest.mark.parametrize("kind", REFUSED)
def test_the_part_that_is_refused_is_named(kind):
    space = Dict({"arm": Tuple((Discrete(2), REFUSED[kind])), "leg": Discrete(2)})
    with pytest.raises(ConfigError, match=f"^an action 'arm.1' is a space of kind {kind}, "):
        parts_of(space, "an action")


@pytest.mark.parametrize(
    "space", [Dict({}), Tuple(()), Box(0, 1, (0,)), Dict({"a": Tuple(())})], ids=str
)
def test_an_empty_space_is_refused(space):
    with pytest.raises(ConfigError, match=f"must hold 1 to {MAX_NUMBERS} numbers, got 0"):
        parts_of(space, "an observation")


@pytest.mark.parametrize(
    "space",
    [Box(0, 255, (64, 64, 3), np.uint8), MultiBinary(MAX_NUMBERS + 1)],
    ids=["image", "bits"],
)
def test_an_image_is_refused_with_the_way_out(space):
    with pytest.raises(ConfigError, match=f"1 to {MAX_NUMBERS} numbers, got .* with a wrapper"):
        parts_of(space, "an observation")


def test_as_many_numbers_as_allowed_are_served():
    assert parts_of(Box(0, 1, (MAX_NUMBERS,)), "an observation")[0].n_numbers == MAX_NUMBERS


def test_numbers_of_all_parts_count_together():
    half = Box(0, 1, (MAX_NUMBERS // 2 + 1,))
    with pytest.raises(ConfigError, match=f"got {MAX_NUMBERS + 2}"):
        parts_of(Tuple((half, half)), "an observation")


@pytest.mark.parametrize("kind", [Discrete, lambda n: MultiDiscrete([2, n])])
def test_choices_are_limited(kind):
    assert parts_of(kind(MAX_CHOICES), "an action")
    with pytest.raises(ConfigError, match=f"at most {MAX_CHOICES} choices, got {MAX_CHOICES + 1}"):
        parts_of(Dict({"a": kind(MAX_CHOICES + 1)}), "an action")


def test_channels_are_limited():
    parts = parts_of(MultiDiscrete([4096] * 5), "an observation")
    with pytest.raises(ConfigError, match=f"at most {MAX_CHANNELS} channels, got 20480"):
        channel_table(parts, {"": "one_hot"}, 5)


@given(space=any_spaces)
def test_parts_bear_the_names_of_their_paths(space):
    found = [part.name for part in parts_of(space, "an observation")]
    assert found == [name for name, _ in leaves(space)]


@settings(suppress_health_check=list(HealthCheck))
@given(space=any_spaces, seed=st.integers(0, 2**31))
def test_a_value_that_is_read_is_written_back(space, seed):
    value = observation_of(space, np.random.default_rng(seed), 0.0)
    parts = parts_of(space, "an observation")
    vector = np.full(sum(part.n_numbers for part in parts), np.nan)
    reader(parts)(value, vector)
    assert vector.tolist() == numbers(space, value)
    assert space.contains(writer(space)(vector))
    assert numbers(space, writer(space)(vector)) == numbers(space, value)


NESTED = Dict({"a": Box(-1.0, 1.0, (2,), np.float64), "b": Tuple((Discrete(3), MultiBinary(2)))})
GOOD = {"a": np.zeros(2), "b": (1, np.array([0, 1]))}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"a": np.zeros(2)}, "observation: has no part 'b.0'"),
        ({"b": GOOD["b"]}, "observation: has no part 'a'"),
        (GOOD | {"b": (1,)}, "observation: has no part 'b.1'"),
        (GOOD | {"b": None}, "observation: has no part 'b.0'"),
        (None, "observation: has no part 'a'"),
        (np.zeros(5), "observation: has no part 'a'"),
        (GOOD | {"a": np.zeros(3)}, "observation 'a': must hold 2 numbers, got 3"),
        (GOOD | {"a": ["x", "y"]}, r"observation 'a': must be numbers, got \['x', 'y'\]"),
        (GOOD | {"a": [None, {}]}, "observation 'a': must be numbers"),
        (GOOD | {"a": [object(), 1]}, "observation 'a': must be numbers"),
        (GOOD | {"b": ([1, 2], GOOD["b"][1])}, "observation 'b.0': must hold 1 number, got 2"),
    ],
)
def test_an_observation_that_is_made_otherwise_is_refused_by_its_part(value, message):
    with pytest.raises(EvaluationError, match=message):
        body(NESTED).act(value)


def test_ragged_observations_are_refused():
    with pytest.raises(EvaluationError, match="observation 'a': "):
        body(NESTED).act(GOOD | {"a": [[1.0, 2.0], [3.0]]})


def test_an_agent_of_nested_spaces_acts_and_counts_what_lies_outside():
    agent = body(NESTED, NESTED)
    agent.act(GOOD)
    assert agent.outside == 0
    agent.act(GOOD | {"a": np.array([2.0, 0.0])})
    agent.act(GOOD | {"b": (3, np.array([0, 1]))})
    assert agent.outside == 2
    assert spec_of(NESTED, NESTED).n_observations == 5


@pytest.mark.parametrize("space", [Dict({"a": Discrete(3, start=2)}), Tuple((Discrete(3),))])
def test_a_lone_choice_within_others_comes_in_its_place(space):
    assert space.contains(body(action=space).act(np.zeros(2)))
