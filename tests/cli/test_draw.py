"""``glianeat draw``: every picture, and what it refuses."""

import json
import shutil
from pathlib import Path

import pytest

from glianeat.run.stored import CONFIG
from glianeat.store.run_store import RunStore
from tests.cli.test_commands import SMALL, glianeat, refused
from tests.evaluate import answers
from tests.pictures.svg import Svg

PICTURES = ("topology", "front", "curves", "ratios", "lineage", "raster", "calcium", "energy")
OF_EPISODES = ("raster", "calcium", "energy")
EXAMPLE = Path(__file__).parents[2] / "runs" / "example"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("draw")
    (folder / "runs").mkdir()
    shutil.copytree(EXAMPLE, folder / "runs" / "one")
    return folder


def with_task(folder, name, **task):
    """Make a run with another task in its configuration, as a stranger would."""
    shutil.copytree(EXAMPLE, folder / "runs" / name)
    with RunStore.open(folder / "runs" / name, writable=True) as store:
        config = json.loads(store.meta(CONFIG))
        config["task"] |= task
        store.set_meta(CONFIG, json.dumps(config).encode())
    return name


@pytest.mark.parametrize("picture", PICTURES)
def test_every_picture_is_drawn_of_a_run(picture, folder):
    done = glianeat(folder, "draw", "one", picture, "-o", f"{picture}.svg", "--title", "On top")
    assert (done.returncode, done.stdout) == (0, f"wrote {picture}.svg\n"), done.stderr
    assert "On top" in Svg(folder / f"{picture}.svg").texts


def test_a_pdf_and_a_png_are_what_their_endings_say(folder):
    for suffix, start in ((".pdf", b"%PDF-"), (".PNG", b"\x89PNG")):
        done = glianeat(folder, "draw", "one", "ratios", "-o", f"ratios{suffix}")
        assert done.returncode == 0, done.stderr
        assert (folder / f"ratios{suffix}").read_bytes().startswith(start)


def test_a_width_is_a_length(folder):
    widths = []
    for text in ("85mm", "8.5cm", "3.3465in", "85"):
        done = glianeat(folder, "draw", "one", "front", "-o", "wide.svg", "--width", text)
        assert done.returncode == 0, done.stderr
        widths.append(float(Svg(folder / "wide.svg").root.get("width").removesuffix("pt")))
    assert widths == pytest.approx([85.0 / 25.4 * 72.0] * 4, abs=0.1)


def test_a_topology_is_scaled_to_its_width(folder):
    glianeat(folder, "draw", "one", "-o", "own.svg")
    glianeat(folder, "draw", "one", "-o", "scaled.svg", "--width", "85mm")
    own, scaled = (Svg(folder / f"{name}.svg") for name in ("own", "scaled"))
    sizes = [
        [float(svg.root.get(side).removesuffix("pt")) for side in ("width", "height")]
        for svg in (own, scaled)
    ]
    assert sizes[1][0] == pytest.approx(85.0 / 25.4 * 72.0)
    assert sizes[0][0] / sizes[0][1] == pytest.approx(sizes[1][0] / sizes[1][1], rel=1e-3)
    assert own.ids("neuron-") == scaled.ids("neuron-")


def test_part_of_another_episode_is_drawn(folder):
    said = ["draw", "one", "raster", "-o", "part.svg", "--from", "0.1", "--to", "0.3"]
    texts = []
    for seed in ("1", "2"):
        assert glianeat(folder, *said, "--seed", seed).returncode == 0
        texts.append(Svg(folder / "part.svg").strokes("spikes-excitatory"))
    assert texts[0] != texts[1]


MISTAKES = {
    "another picture": (["rooster"], "'rooster' is not one of"),
    "an option of another picture": (
        ["curves", "--x", "energy"],
        "--x: only for front, got curves",
    ),
    "a time without an episode": (["front", "--from", "1"], "--from: only for raster, calcium"),
    "a time before the start": (["raster", "--from", "-1"], "time: must lie in the"),
    "no length": (["front", "--width", "wide"], "width: must be from 20 to 2000 mm"),
    "a length of nothing": (["front", "--width", "1mm"], "width: must be from 20 to 2000 mm"),
    "an unknown quantity": (["front", "--x", "enrgy"], "did you mean 'energy'"),
    "an unknown genome": (["lineage", "--genome", "99999"], "has no genome 99999"),
    "a key of too many digits": (["front", "--genome", "9" * 5000], "must be 'best', a genome key"),
    "a genome file": (["lineage", "--genome", "x.json"], "must be 'best' or a genome key"),
    "no births": (["lineage", "--steps", "0"], "--steps"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_costs_one_line_and_no_file(mistake, folder):
    arguments, finding = MISTAKES[mistake]
    done = glianeat(folder, "draw", "one", *arguments, "-o", "mistake.svg")
    assert finding in refused(done)
    assert not (folder / "mistake.svg").exists()


def test_a_folder_that_cannot_be_written_to_is_named(folder):
    done = glianeat(folder, "draw", "one", "front", "-o", "/proc/front.svg")
    assert "/proc/front.svg: cannot be written" in refused(done)
    done = glianeat(folder, "draw", "one", "front", "-o", "absent/front.svg")
    assert "absent: no such folder" in refused(done)


def test_a_task_that_is_not_installed_is_named_and_needed_for_episodes_alone(folder):
    name = with_task(folder, "elsewhere", id="Nowhere-v3")
    for picture in PICTURES:
        done = glianeat(folder, "draw", name, picture, "-o", f"elsewhere-{picture}.svg")
        if picture in OF_EPISODES:
            assert "Nowhere" in refused(done)
        else:
            assert done.returncode == 0, done.stderr


def test_a_strangers_task_is_made_with_trust_alone(folder):
    name = with_task(folder, "stranger", id="tests.evaluate.strange:Strange-v0")
    for picture in PICTURES:
        done = glianeat(folder, "draw", name, picture, "-o", f"stranger-{picture}.svg")
        if picture in OF_EPISODES:
            assert "imports tests.evaluate.strange" in refused(done)
        else:
            assert done.returncode == 0, done.stderr
    done = glianeat(folder, "draw", name, "raster", "-o", "stranger.svg", "--trust")
    assert "trusted: imports tests.evaluate.strange" in done.stderr
    assert done.returncode == 2  # there is no such module


def test_a_genome_file_lives_an_episode_of_the_run(folder):
    glianeat(folder, "export", "one", "-o", "other.json")
    done = glianeat(folder, "draw", "one", "energy", "--genome", "other.json", "-o", "other.svg")
    assert done.returncode == 0, done.stderr


def test_a_failed_episode_is_told(folder, tmp_path):
    odd = ["run", "tests.evaluate.answers:Answers-v0", *SMALL, "--generations", "1"]
    odd += ["--workers", "0", "--name", "bad", "--set", "task.ranges=[[-1, 1], [-1, 1]]"]
    answers.GIVEN["reward"] = "12"
    try:
        glianeat(tmp_path, *odd)
        done = glianeat(tmp_path, "draw", "bad", "raster", "-o", "bad.svg")
    finally:
        answers.GIVEN.clear()
    assert done.returncode == 1
    assert "malformed: reward: must be a number, got '12'" in done.stderr
    assert not (tmp_path / "bad.svg").exists()
