"""``glianeat export``, as a user meets it."""

import os

import pytest

import glianeat as library
from tests.cli.test_commands import glianeat, refused
from tests.run.runs import SMALL


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("exports")
    library.evolve(SMALL, runs=folder / "runs", name="one").close()
    return folder


def test_an_agent_is_written_by_the_ending_alone(folder):
    done = glianeat(folder, "export", "one", "-o", "agent.py")
    assert (done.returncode, done.stdout) == (0, "wrote agent.py\n")
    module = {}
    exec((folder / "agent.py").read_text(), module)
    assert module["Agent"]().act([0.0, 0.0, 0.1, 0.0]) in {0, 1}


def test_what_a_format_cannot_hold_is_printed(folder):
    done = glianeat(folder, "export", "one", "--format", "nest", "-o", "nest.py")
    lines = done.stdout.splitlines()
    assert lines[0] == "wrote nest.py"
    assert len(lines) > 2
    assert all(line.startswith("not in it: ") for line in lines[1:])


@pytest.mark.parametrize(
    ("flag", "file", "first"),
    [
        ("--history", "history.csv", "key,generation,parent,mate,operators,status,species,"),
        ("--phylogeny", "phylogeny.csv", "id,ancestor_list,origin_time,taxon_label,"),
    ],
)
def test_a_whole_run_is_written(folder, flag, file, first):
    done = glianeat(folder, "export", "one", flag, "-o", file)
    assert (done.returncode, done.stdout) == (0, f"wrote {file}\n")
    rows = (folder / file).read_text().splitlines()
    assert rows[0].startswith(first)
    assert len(rows) == 1 + 8 * 5


# Bad input


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["-o", "x.exe"], "x.exe: must end in .c, .dot, "),
        (["-o", "x.c", "--format", "python"], "x.c: must end in .py for python, got .c"),
        (["-o", "x.py", "--format", "pythonx"], "did you mean 'python'"),
        (["-o", "x.txt", "--history"], "x.txt: must end in .csv or .parquet, got .txt"),
        (["-o", "x.csv", "--phylogeny", "--history"], "cannot be had at once"),
        (["-o", "x.csv", "--history", "--genome", "3"], "cannot be had at once"),
    ],
)
def test_a_mistake_costs_one_line(folder, arguments, line):
    assert line in refused(glianeat(folder, "export", "one", *arguments))
    assert not (folder / arguments[1]).exists()


def test_a_file_that_is_there_stays(folder):
    (folder / "there.c").write_text("precious")
    assert "exists already" in refused(glianeat(folder, "export", "one", "-o", "there.c"))
    assert (folder / "there.c").read_text() == "precious"


def test_a_folder_that_is_not_there_is_said(folder):
    line = refused(glianeat(folder, "export", "one", "-o", "nowhere/x.c"))
    assert "nowhere/x.c: cannot be written: No such file or directory" in line


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_said(folder):
    (folder / "sealed").mkdir(mode=0o500)
    line = refused(glianeat(folder, "export", "one", "-o", "sealed/x.c"))
    assert "sealed/x.c: cannot be written: Permission denied" in line


def test_a_strangers_task_is_made_for_agents_alone_and_with_trust(folder, monkeypatch, tmp_path):
    task = SMALL.task.replace(imports=("glianeat_envs",))
    config = SMALL.replace(task=task, evolution=SMALL.evolution.replace(generations=1))
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("XDG_STATE_HOME", str(tmp_path / "stranger"))
        library.evolve(config, runs=folder / "runs", name="foreign").close()
    assert "--trust" in refused(glianeat(folder, "export", "foreign", "-o", "foreign.c"))
    assert glianeat(folder, "export", "foreign", "-o", "foreign.dot").returncode == 0
    trusted = glianeat(folder, "export", "foreign", "-o", "foreign.c", "--trust")
    assert trusted.returncode == 0
    assert "trusted: " in trusted.stderr
