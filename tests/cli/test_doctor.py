import json

import pytest

from tests.cli.test_commands import glianeat, refused
from tests.examination import doctorenvs as envs


def test_a_sound_task_is_fit(tmp_path):
    done = glianeat(tmp_path, "doctor", "Pendulum-v1", "--json")
    report = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert (report["task"], report["fit"]) == ("Pendulum-v1", True)
    assert {f["check"]: f["level"] for f in report["findings"]}["compiled plays"] == "ok"


def test_a_task_with_a_fault_is_refused_in_words(tmp_path):
    done = glianeat(tmp_path, "doctor", envs.named(envs.Dies))
    assert done.returncode == 2
    assert "refused  codec" in done.stdout
    assert done.stdout.rstrip().endswith("not fit for evolution")
    assert "Traceback" not in done.stdout + done.stderr


def test_a_warning_is_no_refusal(tmp_path):
    done = glianeat(tmp_path, "doctor", envs.named(envs.Prints))
    assert done.returncode == 0
    assert "fit for evolution, with 2 warnings\n" in done.stdout
    assert "nothing tells them apart" in done.stdout  # the other: actions change no return


def test_an_experiment_in_a_file_is_examined_as_it_would_run(tmp_path):
    (tmp_path / "short.toml").write_text('[task]\nid = "CartPole-v1"\n[codec]\nhold = 7\n')
    done = glianeat(tmp_path, "doctor", "short.toml", "--set", "task.compiled=off", "--json")
    findings = {f["check"]: f for f in json.loads(done.stdout)["findings"]}
    assert findings["codec"]["values"]["hold"] == 7
    assert "task.compiled is 'off'" in findings["compiled"]["text"]


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["nothing.toml"], "nothing.toml"),
        (["CartPole-v1", "--set", "task.wraps=1"], "wrappers"),
        (["CartPole-v1", "--timeout", "0"], "0"),
        ([], "TASK"),
    ],
)
def test_a_mistake_costs_one_line(tmp_path, arguments, word):
    assert word in refused(glianeat(tmp_path, "doctor", *arguments))


def test_a_task_that_is_not_installed_is_refused_with_what_it_needs(tmp_path):
    done = glianeat(tmp_path, "doctor", "Meta-World/MT1")
    assert done.returncode == 2
    assert "pip install metaworld" in done.stdout
