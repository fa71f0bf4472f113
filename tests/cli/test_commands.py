"""The command line as a user meets it; where a process matters, in a real one."""

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest

from glianeat.cli.main import main

GLIANEAT = [sys.executable, "-m", "glianeat"]
SMALL = ["--set", "evolution.population=6", "--set", "evaluation.episodes=2"]
SMALL += ["--set", "evaluation.validation_top=1", "--set", "evaluation.validation_episodes=2"]


def glianeat(folder, *arguments):
    """Run the whole command line in this process: starting one takes a second each time."""
    out, err, argv = io.StringIO(), io.StringIO(), sys.argv
    sys.argv = ["glianeat", *arguments]
    try:
        with (
            contextlib.chdir(folder),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
            pytest.raises(SystemExit) as stopped,
        ):
            main()
    finally:
        sys.argv = argv
    code = stopped.value.code
    return SimpleNamespace(returncode=code, stdout=out.getvalue(), stderr=err.getvalue())


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cli")
    done = glianeat(
        folder, "run", "CartPole-v1", *SMALL, "--generations=2", "--workers=0", "--name=one"
    )
    assert done.returncode == 0, done.stderr
    return folder


def show(folder, name="one"):
    return json.loads(glianeat(folder, "show", name, "--json").stdout)


def refused(done):
    """Check that a mistake costs one line and exit status 2; return the line."""
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    lines = [line for line in done.stderr.splitlines() if line]
    assert len(lines) == 1 or lines[0].startswith("Usage:")
    return lines[-1]


def test_run_prints_one_plain_line_a_generation_off_a_terminal(tmp_path):
    done = glianeat(tmp_path, "run", "CartPole-v1", *SMALL, "--generations", "2", "--workers", "0")
    assert [line.split()[1] for line in done.stderr.splitlines()] == ["1/2", "2/2"]
    assert (tmp_path / "runs" / "CartPole-v1-1" / "run.db").is_file()


def test_run_says_what_to_type_next(tmp_path):
    done = glianeat(
        tmp_path, "run", "CartPole-v1", *SMALL, "--generations", "1", "--runs", "elsewhere"
    )
    assert "glianeat show CartPole-v1-1 --runs elsewhere" in done.stdout


def test_quiet_runs_print_no_progress(tmp_path):
    done = glianeat(tmp_path, "run", "CartPole-v1", *SMALL, "--generations", "1", "--quiet")
    assert done.stderr == ""


def test_show_has_the_promised_fields(folder):
    report = show(folder)
    promised = {"digest", "generations", "evaluations", "best_return", "front", "ratios"}
    assert promised <= report.keys()
    assert (report["generations"], report["evaluations"]) == (2, 12)
    assert report["ratios"].keys() == {"sensory", "motor", "association"}
    assert report["best_return"] == max(s["mean_return"] for s in report["front"])


def test_show_prints_energy_and_spikes_beside_the_return(folder):
    text = glianeat(folder, "show", "one").stdout
    assert "EU/s" in text
    assert "spikes/s" in text


def test_an_agent_whose_outputs_do_not_spike_is_called_graded(folder):
    arguments = ["run", "Pendulum-v1", *SMALL, "--generations", "1", "--workers", "0"]
    done = glianeat(folder, *arguments, "--name", "still")
    assert "graded, not spiking" in done.stdout
    assert "graded, not spiking" in glianeat(folder, "show", "still").stdout
    assert show(folder, "still")["best"]["spiking"] is False


def test_replay_has_the_promised_fields(folder):
    done = glianeat(folder, "replay", "one", "--episodes", "3", "--json")
    report = json.loads(done.stdout)
    promised = {"episodes", "mean_return", "std_return", "energy", "spikes_per_second"}
    assert promised <= report.keys()
    assert report["episodes"] == len(report["returns"]) == 3
    assert report["mean_return"] == pytest.approx(sum(report["returns"]) / 3)


def test_replay_is_repeatable_and_depends_on_its_seed(folder):
    one, same, other = (
        glianeat(folder, "replay", "one", "--episodes", "3", "--seed", seed, "--json").stdout
        for seed in ("5", "5", "6")
    )
    assert one == same
    assert one != other


@pytest.mark.parametrize(("episodes", "said"), [("1", ": 1 episode, "), ("2", ": 2 episodes, ")])
def test_replay_counts_its_episodes(folder, episodes, said):
    assert said in glianeat(folder, "replay", "one", "--episodes", episodes).stdout


def test_replay_takes_any_genome_of_the_run(folder):
    done = glianeat(folder, "replay", "one", "--genome", "0", "--episodes", "1", "--json")
    assert json.loads(done.stdout)["genome"] == 0


def test_replay_renders_without_a_screen_if_the_driver_is_told_so(folder):
    pytest.importorskip("pygame")
    done = subprocess.run(
        [*GLIANEAT, "replay", "one", "--episodes", "1", "--render"],
        cwd=folder,
        env={**os.environ, "SDL_VIDEODRIVER": "dummy"},
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("suffix", ["svg", "png"])
def test_draw_writes_a_picture(folder, suffix):
    done = glianeat(folder, "draw", "one", "-o", f"topology.{suffix}")
    assert done.returncode == 0, done.stderr
    start = (folder / f"topology.{suffix}").read_bytes()[:100]
    assert start.startswith(b"\x89PNG" if suffix == "png" else b"<?xml")


def test_an_exported_genome_replays_as_the_one_in_the_run(folder):
    done = glianeat(folder, "export", "one", "--genome", "3", "-o", "three.json")
    assert done.returncode == 0, done.stderr
    from_file, from_run = (
        glianeat(folder, "replay", "one", "--genome", genome, "--episodes", "2", "--json").stdout
        for genome in ("three.json", "3")
    )
    assert from_file == from_run
    assert json.loads(from_file)["genome"] == 3


def test_a_genome_file_is_drawn(folder):
    glianeat(folder, "export", "one", "-o", "drawn.json")
    done = glianeat(folder, "draw", "one", "--genome", "drawn.json", "-o", "drawn.svg")
    assert done.returncode == 0, done.stderr
    assert (folder / "drawn.svg").is_file()


def test_a_damaged_genome_file_is_refused_with_the_gene_and_the_rule(folder):
    glianeat(folder, "export", "one", "-o", "whole.json")
    genome = json.loads((folder / "whole.json").read_text())
    genome["synapses"][0]["weight"] = 99.0
    (folder / "damaged.json").write_text(json.dumps(genome))
    line = refused(glianeat(folder, "replay", "one", "--genome", "damaged.json"))
    assert genome["synapses"][0]["innovation"] in line
    assert "weight must be in [-12, 12]" in line


def test_a_genome_of_another_task_is_refused(folder):
    arguments = ["run", "Pendulum-v1", *SMALL, "--generations", "1", "--workers", "0"]
    glianeat(folder, *arguments, "--name", "swing")
    glianeat(folder, "export", "swing", "-o", "swing.json")
    line = refused(glianeat(folder, "replay", "one", "--genome", "swing.json"))
    assert "must have 8 inputs and 2 outputs" in line


def test_export_writes_over_nothing(folder):
    (folder / "precious.json").write_text("precious")
    line = refused(glianeat(folder, "export", "one", "-o", "precious.json"))
    assert "exists already" in line
    assert (folder / "precious.json").read_text() == "precious"


def test_same_seed_same_digest_whatever_the_name(folder):
    arguments = ["run", "CartPole-v1", *SMALL, "--generations", "2", "--workers", "0"]
    glianeat(folder, *arguments, "--name", "two")
    glianeat(folder, *arguments, "--name", "three", "--seed", "1")
    assert show(folder)["digest"] == show(folder, "two")["digest"]
    assert show(folder)["digest"] != show(folder, "three")["digest"]


def test_resume_goes_on_to_what_an_uninterrupted_run_reaches(folder):
    arguments = ["run", "CartPole-v1", *SMALL, "--workers", "0"]
    glianeat(folder, *arguments, "--generations", "4", "--name", "whole")
    glianeat(folder, *arguments, "--generations", "2", "--name", "parts")
    done = glianeat(folder, "resume", "parts", "--generations", "4", "--workers", "0")
    assert done.returncode == 0, done.stderr
    assert show(folder, "parts")["digest"] == show(folder, "whole")["digest"]


def heed_interrupts():
    """Undo what shells do to jobs in the background, which are to ignore SIGINT."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_is_saved_and_says_how_to_go_on(tmp_path, number):
    process = subprocess.Popen(
        [*GLIANEAT, "run", "CartPole-v1", *SMALL, "--generations", "100000", "--workers", "0"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heed_interrupts,  # noqa: PLW1509 - no thread of this process is in its way
    )
    lines = [process.stderr.readline() for _ in range(3)]
    process.send_signal(number)
    rest = process.communicate(timeout=60)[1]
    assert process.returncode == 128 + number
    assert "glianeat resume CartPole-v1-1" in rest
    assert "Traceback" not in rest
    report = show(tmp_path, "CartPole-v1-1")
    assert report["generations"] >= sum(line.startswith("generation") for line in lines) > 0
    assert report["finished"] is None


def test_a_killed_run_resumes(tmp_path):
    process = subprocess.Popen(
        [*GLIANEAT, "run", "CartPole-v1", *SMALL, "--generations", "6", "--workers", "0"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
    )
    process.stderr.readline()
    process.kill()
    process.communicate()
    time.sleep(0.1)
    done = glianeat(tmp_path, "resume", "CartPole-v1-1", "--workers", "0")
    assert done.returncode == 0, done.stderr
    assert show(tmp_path, "CartPole-v1-1")["generations"] == 6


def test_config_show_prints_toml_that_gives_the_same_configuration(tmp_path):
    setting = [
        "--set",
        "codec.transmission=spikes",
        "--set",
        "genome.traits.synapses.weight.init_stdev=2",
    ]
    text = glianeat(tmp_path, "config", "show", "CartPole-v1", *setting).stdout
    assert tomllib.loads(text)["genome"]["traits"]["synapses"]["weight"]["init_stdev"] == 2
    (tmp_path / "same.toml").write_text(text)
    assert glianeat(tmp_path, "config", "show", "same.toml").stdout == text


def test_config_check_says_what_the_task_asks_for(tmp_path):
    text = glianeat(tmp_path, "config", "check", "Pendulum-v1").stdout
    assert "3 observations, 3 inputs, 2 outputs (membrane), 10 ms" in text


def test_config_explain_tells_default_rule_and_meaning(tmp_path):
    text = glianeat(tmp_path, "config", "explain", "codec.max_rate").stdout
    assert text.startswith("codec.max_rate = 0.5")
    assert "ms" in text


MISTAKES = {
    "an unknown task": (["run", "CartPol-v1"], "did you mean 'CartPole-v1'"),
    "an unknown key": (["run", "CartPole-v1", "--set", "evolution.poplation=5"], "'population'"),
    "a wrong type": (["run", "CartPole-v1", "--set", "evolution.population=many"], "'many'"),
    "a value out of range": (["run", "CartPole-v1", "--set", "evolution.population=1"], ">= 2"),
    "no assignment": (["run", "CartPole-v1", "--set", "seed"], "section.key=value"),
    "a task of another space": (
        ["run", "tests.evaluate.badenvs:Odd-v0", "--set", "task.kwargs.observation=text"],
        "is a space of kind Text",
    ),
    "a run that exists": (["run", "CartPole-v1", "--name", "one"], "exists already"),
    "a name that is a path": (["run", "CartPole-v1", "--name", "../out"], "run name"),
    "a run that does not exist": (["show", "on"], "did you mean 'one'"),
    "a genome that does not exist": (["replay", "one", "--genome", "777"], "no genome 777"),
    "a genome that is no key": (["replay", "one", "--genome", "besst"], "'best', a genome key"),
    "another meaning on resume": (["resume", "one", "--set", "codec.hold=5"], "codec.hold"),
    "a file that does not exist": (["run", "nothing.toml"], "nothing.toml"),
    "a picture of another kind": (["draw", "one", "-o", "x.eps"], ".svg, .pdf or .png"),
    "a module that is not installed": (["run", "nowhere:Task-v0"], "'nowhere'"),
    "workers below none": (["run", "CartPole-v1", "--workers", "-1"], "-1"),
    "ranges of another length": (
        ["run", "CartPole-v1", "--set", "task.ranges=[[0, 1]]"],
        "must have 4 pairs",
    ),
    "an unknown command": (["evlove"], "evlove"),
    "an unknown setting to explain": (["config", "explain", "codex"], "did you mean 'codec'"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_costs_one_line(folder, mistake):
    arguments, finding = MISTAKES[mistake]
    before = sorted(path.name for path in folder.iterdir())
    line = refused(glianeat(folder, *arguments))
    assert finding in line
    assert sorted(path.name for path in folder.iterdir()) == before
    assert not (folder.parent / "out").exists()


def test_a_broken_configuration_file_is_named_with_the_place(tmp_path):
    (tmp_path / "bad.toml").write_text("[evolution\npopulation = 5\n")
    assert "bad.toml" in refused(glianeat(tmp_path, "run", "bad.toml"))


def test_a_damaged_run_is_named(tmp_path):
    (tmp_path / "runs" / "broken").mkdir(parents=True)
    (tmp_path / "runs" / "broken" / "run.db").write_bytes(b"SQLite format 3\0" + bytes(4000))
    assert "broken" in refused(glianeat(tmp_path, "show", "broken"))


def test_every_command_explains_itself(tmp_path):
    for command in ("run", "resume", "show", "replay", "draw", "export", "config"):
        done = glianeat(tmp_path, command, "--help")
        assert done.returncode == 0
        assert len(done.stdout) > 100


def test_the_module_and_the_script_are_the_same_command():
    script = Path(sys.executable).parent / "glianeat"
    versions = {
        subprocess.run([*command, "--version"], capture_output=True, text=True).stdout
        for command in (GLIANEAT, [str(script)])
    }
    assert len(versions) == 1
    assert versions.pop().startswith("glianeat, version")
