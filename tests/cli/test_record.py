import json

import pytest
from PIL import Image

from tests.cli.test_commands import folder, glianeat, refused

__all__ = ["folder"]


@pytest.mark.parametrize("name", ["film.gif", "film.png"])
def test_replay_films_its_episodes(folder, name):
    done = glianeat(folder, "replay", "one", "--episodes", "2", "--record", name)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1].startswith(f"wrote {name}: ")
    with Image.open(folder / name) as image:
        assert image.n_frames > 10
        assert round(image.info["duration"]) == 20  # CartPole has 50 frames a second


def test_a_recording_is_told_in_json_and_changes_no_number(folder):
    plain, filmed = (
        json.loads(glianeat(folder, "replay", "one", "--episodes=2", "--json", *more).stdout)
        for more in ([], ["--record", "told.gif"])
    )
    film = filmed.pop("recording")
    assert filmed == plain
    assert film["frames"] == sum(plain["lengths"]) + 2
    assert film["complete"]
    assert (folder / film["file"]).is_file()


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--record", "film.avi"], ".gif, .png, .apng or .mp4"),
        (["--record", "nowhere/film.gif"], "cannot be written"),
        (["--record", "film.gif", "--render"], "--render and --record"),
    ],
)
def test_a_mistake_costs_one_line(folder, arguments, word):
    before = sorted(folder.rglob("*.*"))
    assert word in refused(glianeat(folder, "replay", "one", *arguments))
    assert sorted(folder.rglob("*.*")) == before
