"""`glianeat inspect` as a user meets it, with runs of every kind."""

import base64
import gzip
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import webbrowser
from pathlib import Path

import pytest
from gymnasium.envs.classic_control import CartPoleEnv

import glianeat as library
from glianeat.develop.settings import DevelopmentConfig
from glianeat.inspector import embedded
from glianeat.run.stored import CONFIG, marked
from glianeat.store.run_store import RunStore
from glianeat.tasks.config import TaskConfig
from tests.cli.test_commands import glianeat, refused
from tests.run.runs import SMALL, stop_after

EXAMPLE = Path(__file__).parents[2] / "runs" / "example"
QUIET = "--no-activity"


@pytest.fixture
def folder(tmp_path):
    """Return a folder that has a folder of runs with a copy of the example."""
    (tmp_path / "runs" / "example").mkdir(parents=True)
    shutil.copy(EXAMPLE / "run.db", tmp_path / "runs" / "example" / "run.db")
    return tmp_path


def inspected(folder, *arguments, run="example"):
    """Return the resources of the page that the command writes, by name, and its notes."""
    done = glianeat(folder, "inspect", run, *arguments)
    assert done.returncode == 0, done.stderr
    return resources_of((folder / f"{run}.html").read_text(encoding="utf-8"))


def resources_of(page):
    """Return the resources in a page by name."""
    blocks = re.findall(r'<script type="application/gzip" data-resource="([^"]*)">(.*?)<', page)
    return {name: json.loads(gzip.decompress(base64.b64decode(data))) for name, data in blocks}


def notes(resources):
    return " ".join(resources["run/0/overview"]["notes"])


def edit(folder, **task):
    """Change the task of the example as if it had been made here."""
    with RunStore.open(folder / "runs" / "example", writable=True) as store:
        config = library.run.stored.stored_config(store)
        store.update_meta(marked(config.replace(task=TaskConfig(**task))))


def test_a_page_holds_what_it_shows(folder):
    found = inspected(folder)
    told = found["run/0/overview"]
    assert list(found)[:3] == ["site", "run/0/overview", f"run/0/genome/{told['best']}"]
    for name in ("history", "individuals", "fronts", "phylogeny", "health"):
        assert f"run/0/{name}" in found
    assert {f"run/0/genome/{key}" for key in told["genomes"]} <= set(found)
    assert told["episodes"][0] == told["best"]
    assert found[f"run/0/episode/{told['best']}"]["steps"] > 0


def test_two_pages_of_a_run_are_equal(folder):
    inspected(folder)
    first = (folder / "example.html").read_bytes()
    inspected(folder)
    assert (folder / "example.html").read_bytes() == first


def test_a_page_asks_nobody_for_anything(folder):
    inspected(folder, QUIET)
    page = (folder / "example.html").read_text(encoding="utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    for word in ("unsafe", "*", "http", "connect-src"):
        assert word not in policy
    head = page[: page.index("<style>")]
    assert "src=" not in head
    assert re.findall(r'href="([^"]*)"', head) == ["data:,"]


def test_a_page_tells_nothing_of_its_maker(folder):
    edit(folder, id="CartPole-v1", reset_options={"table": f"{Path.home()}/tables/here.csv"})
    text = json.dumps(inspected(folder, QUIET), ensure_ascii=False)
    assert "…/here.csv" in text
    for private in (str(folder), str(Path.home())):
        assert private not in text


def test_the_name_of_a_run_cannot_end_its_element(folder):
    (folder / "runs" / "example").rename(folder / "runs" / "a<script>b")
    done = glianeat(folder, "inspect", "a<script>b", QUIET, "-o", "page.html")
    assert done.returncode == 0, done.stderr
    page = (folder / "page.html").read_text(encoding="utf-8")
    assert "<title>a&lt;script&gt;b" in page
    assert "a<script>b" not in page


def test_another_genome_can_be_shown_first(folder):
    found = inspected(folder, QUIET, "--genome", "7")
    told = found["run/0/overview"]
    assert told["shown"] == told["genomes"][0] == 7
    assert told["best"] != 7


def test_a_genome_that_was_never_born_is_refused(folder):
    assert "has no genome 999" in refused(glianeat(folder, "inspect", "example", "--genome=999"))


def test_a_page_keeps_to_its_size(folder):
    with library.Run(folder / "runs" / "example") as run:
        whole = embedded.inspect_page(run, activity=False)
        small = embedded.inspect_page(run, activity=False, max_bytes=len(whole.data) - 30_000)
    assert len(small.data) <= len(whole.data) - 30_000
    held = [len(resources_of(page.data.decode())) for page in (whole, small)]
    assert held[1] < held[0]
    assert re.search(r"\d+ genomes of 350 can be opened", " ".join(small.notes))


# Files


def test_a_file_that_is_no_page_is_not_replaced(folder):
    (folder / "example.html").write_text("<p>mine</p>")
    assert "exists already and is no page" in refused(glianeat(folder, "inspect", "example", QUIET))
    assert (folder / "example.html").read_text() == "<p>mine</p>"


def test_a_folder_that_does_not_exist_is_refused(folder):
    done = glianeat(folder, "inspect", "example", QUIET, "-o", "nowhere/page.html")
    assert "cannot be written" in refused(done)


def test_without_a_browser_the_path_is_told(folder, monkeypatch):
    monkeypatch.setattr(webbrowser, "open", lambda _: False)
    done = glianeat(folder, "inspect", "example", QUIET, "--open")
    assert done.returncode == 0
    assert f"there is no browser here; open {folder / 'example.html'} in one" in done.stdout


def test_a_browser_is_shown_the_page(folder, monkeypatch):
    shown = []
    monkeypatch.setattr(webbrowser, "open", lambda address: shown.append(address) or True)
    glianeat(folder, "inspect", "example", QUIET, "--open")
    assert shown == [(folder / "example.html").as_uri()]


# Runs of every kind


def test_a_run_without_a_generation_says_so(folder):
    with RunStore.create(folder / "runs" / "empty", marked(SMALL)):
        pass
    found = inspected(folder, run="empty")
    assert "no finished generation yet" in notes(found)
    assert found["run/0/overview"]["best"] is None
    assert found["run/0/history"]["number"] == []


def test_an_interrupted_run_says_that_it_can_go_on(folder):
    with pytest.raises(KeyboardInterrupt):
        library.evolve(SMALL, runs=folder / "runs", name="cut", listen=stop_after(1))
    found = inspected(folder, QUIET, run="cut")
    assert "has not ended" in notes(found)
    assert found["run/0/history"]["number"] == [1]


def test_a_run_that_is_written_can_be_read(folder):
    with RunStore.open(folder / "runs" / "example", writable=True) as store:
        store.set_meta("more", b"word")  # from here on there is a write-ahead log
        assert inspected(folder, QUIET)["run/0/overview"]["generations"] == 7


def test_a_damaged_run_is_refused(folder):
    database = folder / "runs" / "example" / "run.db"
    data = bytearray(database.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 40_000] = bytes(40_000)
    database.write_bytes(bytes(data))
    assert "damaged" in refused(glianeat(folder, "inspect", "example", QUIET))


def test_a_run_of_a_later_version_is_refused(folder):
    with sqlite3.connect(folder / "runs" / "example" / "run.db") as connection:
        connection.execute("PRAGMA user_version=99")
    connection.close()
    line = refused(glianeat(folder, "inspect", "example", QUIET))
    assert "open it with the version that made it" in line


def test_a_failure_is_told_with_the_traceback_of_the_environment(folder, monkeypatch):
    def step(self, action):
        left = {1: 1.0}
        return self.state, left[int(action)], False, False, {}

    monkeypatch.setattr(CartPoleEnv, "step", step)
    config = SMALL.replace(
        task=TaskConfig(id="CartPole-v1", compiled="off", max_steps=30),
        evolution=SMALL.evolution.replace(population=8, generations=1),
    )
    library.evolve(config, runs=folder / "runs", name="failing").close()
    found = inspected(folder, run="failing")["run/0/health"]["failures"][0]
    assert found["status"] == "failed"
    assert found["reason"].startswith("KeyError: 0 (")
    first, *_, place, code, last = found["detail"].split("\n")
    assert first == "Traceback (most recent call last):"
    assert re.fullmatch(r'  File "cli/test_inspect.py", line \d+, in step', place)
    assert code == "    return self.state, left[int(action)], False, False, {}"
    assert last == "KeyError: 0"
    assert "glianeat/" not in found["detail"]


def test_a_stranger_s_run_is_shown_without_an_episode(folder):
    with RunStore.open(folder / "runs" / "example", writable=True) as store:
        config = json.loads(store.meta(CONFIG))
        config["task"]["imports"] = ["evil"]
        store.set_meta(CONFIG, json.dumps(config).encode())
    found = inspected(folder)
    assert "imports evil (task.imports)" in notes(found)
    assert "--trust" in notes(found)
    assert found["run/0/overview"]["episodes"] == []


def test_a_task_that_is_not_installed_leaves_the_rest(folder):
    edit(folder, id="nowhere:Task-v0")
    found = inspected(folder)
    assert "module 'nowhere'" in notes(found)
    assert f"run/0/genome/{found['run/0/overview']['best']}" in found


def test_a_task_that_cannot_show_itself_has_an_episode_without_pictures(folder):
    config = SMALL.replace(
        task=TaskConfig(id="tests.evaluate.answers:Answers-v0"),
        evolution=SMALL.evolution.replace(population=4, generations=1),
        development=DevelopmentConfig(glia="fixed", preset="none"),
    )
    library.evolve(config, runs=folder / "runs", name="plain").close()
    found = inspected(folder, run="plain")
    lived = found[f"run/0/episode/{found['run/0/overview']['best']}"]
    assert lived["frames"] is None
    assert lived["frames_note"] == "the task cannot show itself as pictures"
    assert lived["observation_names"] == ["obs 0", "obs 1"]
    assert lived["calcium"] == []


def test_a_page_of_a_machine_without_display_costs_no_complaint(folder):
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR", "SDL_VIDEODRIVER")
    done = subprocess.run(
        [sys.executable, "-m", "glianeat", "inspect", "example"],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if name not in hidden},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
