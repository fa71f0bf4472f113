import tomllib

import msgspec
import pytest
from click.testing import CliRunner

from glianeat.cli.main import cli
from glianeat.errors import ConfigError
from glianeat.run.config import (
    ExperimentConfig,
    decode_experiment,
    differences,
    encode_experiment,
    experiment_from,
    load_experiment,
)

DEFAULT = ExperimentConfig()
CHANGED = experiment_from(
    {
        "seed": 2**63 - 1,
        "task": {"id": "Pendulum-v1", "kwargs": {"g": 9.5}, "ranges": [[-1, 1], [-1, 1], [-8, 8]]},
        "genome": {"traits": {"synapses": {"weight": {"init_stdev": 2.0}}}},
        "evolution": {"evaluations": 700, "solved_return": -200.5},
        "codec": {"scaling": {"squash": ["asinh"], "centre": [0, 0, 1], "scale": [1, 2.5, 3]}},
    }
)


@pytest.fixture
def file(tmp_path):
    def write(text):
        path = tmp_path / "experiment.toml"
        path.write_text(text)
        return path

    return write


@pytest.mark.parametrize("config", [DEFAULT, CHANGED], ids=["default", "changed"])
def test_encoding_is_undone_by_decoding(config):
    assert decode_experiment(encode_experiment(config), "config") == config


def test_a_resolved_experiment_survives_encoding():
    resolved = DEFAULT.resolve().config
    assert decode_experiment(encode_experiment(resolved), "config") == resolved


@pytest.mark.parametrize(
    ("text", "value"), [(".5", 0.5), ("-.25", -0.25), ("2.", 2.0), ("5.e-1", 0.5), (" .5 ", 0.5)]
)
def test_numbers_may_begin_or_end_with_their_point(text, value):
    config = experiment_from({}, [f"development.output_bias={text}"])
    assert config.development.output_bias == value


@pytest.mark.parametrize(
    ("assignments", "copies", "bias"),
    [
        ([], 1, 0.0),
        (["task.id=Pendulum-v1"], 1, 0.0),
        (["task.id=Pendulum-v1", "codec.readout=count"], 8, 1.5),
        (["task.id=Pendulum-v1", "codec.readout=count", "development.output_copies=3"], 3, 1.5),
        (["task.id=Pendulum-v1", "codec.readout=twitch"], 16, 2.5),
        (["codec.readout=twitch"], 1, 0.0),
        (["development.output_copies=4", "development.output_bias=0.5"], 4, 0.5),
    ],
)
def test_numbers_are_made_of_spikes_by_populations(assignments, copies, bias):
    config = experiment_from({}, assignments)
    development = config.resolve().config.development
    assert (development.output_copies, development.output_bias) == (copies, bias)


@pytest.mark.parametrize(
    "assignments",
    [
        [],
        ["seed=7", "evolution.population=9", "codec.transmission=spikes"],
        ["task.id=Pendulum-v1", "task.kwargs.g=9.5", "genome.traits.synapses.weight.init_mean=1.0"],
        [
            'codec.scaling.squash=["linear"]',
            "codec.scaling.centre=[1.5]",
            "codec.scaling.scale=[2]",
        ],
        ["task.ranges=[[0, 1], [-2.5, 3]]", "evaluation.timeout=1e-3"],
        ['task.kwargs={name = "a\\"b", on = true, rates = [1.5, 2.0], inner = {depth = 2}}'],
    ],
)
def test_what_config_show_prints_is_read_back_as_it_was(file, assignments):
    options = [word for assignment in assignments for word in ("--set", assignment)]
    shown = CliRunner().invoke(cli, ["config", "show", *options], catch_exceptions=False)
    assert load_experiment(file(shown.output)) == experiment_from({}, assignments)


def test_assignments_are_made_before_anything_is_checked(file):
    assert load_experiment(file("seed = -1"), ["seed=3"]).seed == 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sed = 1", "unknown key 'sed'; did you mean 'seed'?"),
        ("seed = -1", "seed: must be >= 0"),
        ("seed = 9223372036854775808", "seed: must be "),
        ("[evolution]\npopulation = 1", "evolution.population: must be a whole number >= 2"),
        ("[evolution]\nevaluations = 9", "evolution.evaluations: must be >= 50, the population"),
        ("[codec]\nreadout = 'counts'", "codec.readout: .*did you mean 'count'?"),
        ("seed = ", "experiment.toml: Invalid value"),
    ],
)
def test_a_fault_is_named_with_file_and_field(file, text, message):
    with pytest.raises(ConfigError, match=message) as caught:
        load_experiment(file(text))
    assert "experiment.toml: " in str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"no.toml: cannot be read: No such file"):
        load_experiment(tmp_path / "no.toml")


def test_a_file_that_is_not_text_is_refused(tmp_path):
    path = tmp_path / "x.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match=r"x.toml: "):
        load_experiment(path)


def test_a_huge_file_is_refused_unread(tmp_path):
    path = tmp_path / "x.toml"
    with path.open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(ConfigError, match="must be <= 1048576 bytes"):
        load_experiment(path)


@pytest.mark.parametrize("assignment", ["seed", "=3", " = 3"])
def test_an_assignment_without_key_or_value_is_refused(assignment):
    with pytest.raises(ConfigError, match=r"must be of the form section.key=value"):
        experiment_from({}, [assignment])


@pytest.mark.parametrize(
    "data", [b"", b"[1]", b"{", b'{"seed": "x"}', b'{"a":' * 100_000, b'{"sed": 1}', b"\xff"]
)
def test_a_document_that_is_no_experiment_is_refused_by_name(data):
    with pytest.raises(ConfigError, match=r"^run x: "):
        decode_experiment(data, "run x")


def test_an_experiment_does_not_differ_from_itself():
    assert differences(CHANGED, CHANGED) == {}


def test_differences_are_named_by_dotted_paths():
    other = DEFAULT.replace(seed=3, energy=DEFAULT.energy.replace(spike=2.0))
    assert differences(DEFAULT, other) == {"seed": (0, 3), "energy.spike": (1.0, 2.0)}


def test_differences_reach_into_free_tables():
    one = experiment_from({"task": {"kwargs": {"a": 1}}})
    other = experiment_from({"task": {"kwargs": {"a": 2, "b": 3}}})
    assert differences(one, other) == {"task.kwargs.a": (1, 2), "task.kwargs.b": (None, 3)}


def test_the_parts_of_an_experiment_reach_the_evaluators():
    rollout = CHANGED.resolve().rollout
    assert (rollout.seed, rollout.task, rollout.simulation.energy) == (
        CHANGED.seed,
        CHANGED.task,
        CHANGED.energy,
    )


def test_the_configuration_of_rollouts_travels_as_bytes():
    rollout = CHANGED.resolve().rollout
    data = msgspec.msgpack.encode(rollout)
    assert msgspec.msgpack.decode(data, type=type(rollout)) == rollout


def test_toml_knows_no_null_and_none_is_printed():
    shown = CliRunner().invoke(cli, ["config", "show"], catch_exceptions=False)
    assert "null" not in shown.output
    assert tomllib.loads(shown.output)["seed"] == 0


OLD_KEYS = "[evaluation]\nrenew = 'generation'\nmemory = 2\ntrial_episodes = 3\n"
NOTICES = [
    "evaluation.renew is now evaluation.resample",
    "evaluation.memory is now evaluation.window",
    "evaluation.trial_episodes is now evaluation.racing_episodes",
]


def resampling(config):
    evaluation = config.evaluation
    return evaluation.resample, evaluation.window, evaluation.racing_episodes


def test_old_keys_in_a_file_are_understood_with_a_notice_each(file, caplog):
    assert resampling(load_experiment(file(OLD_KEYS))) == ("generation", 2, 3)
    assert caplog.messages == NOTICES


def test_old_keys_in_assignments_are_understood_with_a_notice_each(caplog):
    assignments = ["evaluation.renew=generation", "evaluation={memory=5, trial_episodes=0}"]
    assert resampling(experiment_from({}, assignments)) == ("auto", 5, 0)
    assert caplog.messages == NOTICES


def test_an_assignment_replaces_what_a_file_says_under_the_old_name(file):
    path = file(OLD_KEYS)
    assert load_experiment(path, ["evaluation.resample=never"]).evaluation.resample == "never"
    assert load_experiment(path, ["evaluation.renew=never"]).evaluation.resample == "never"


@pytest.mark.parametrize("paths", [("renew", "resample"), ("resample", "renew")])
def test_assignments_under_both_names_are_refused(paths):
    with pytest.raises(ConfigError) as caught:
        experiment_from({}, [f"evaluation.{path}=generation" for path in paths])
    assert str(caught.value) == (
        "evaluation.resample: must be given once, got it as evaluation.renew, its old name, too"
    )


def test_both_names_in_a_file_are_refused(file):
    text = "[evaluation]\nrenew = 'never'\nresample = 'never'\n"
    with pytest.raises(ConfigError, match=r"evaluation\.resample: .* evaluation\.renew"):
        load_experiment(file(text))


def test_old_keys_in_a_stored_run_are_understood_without_a_notice(caplog):
    stored = b'{"evaluation": {"renew": "generation", "memory": 2, "trial_episodes": 3}}'
    config = decode_experiment(stored, "config")
    assert resampling(config) == ("generation", 2, 3)
    assert differences(config, decode_experiment(encode_experiment(config), "config")) == {}
    assert caplog.messages == []


def test_only_new_keys_are_explained():
    shown = CliRunner().invoke(cli, ["config", "explain", "evaluation"]).output
    keys = {line.split(" = ")[0] for line in shown.splitlines() if line.startswith("evaluation.")}
    assert {f"evaluation.{key}" for key in ("resample", "window", "racing_episodes")} <= keys
    assert not {notice.split()[0] for notice in NOTICES} & keys
