"""Films that ffmpeg makes: what it is asked for, and, where it is installed, what it makes."""

import itertools
import shutil
import stat
import subprocess
import sys

import numpy as np
import pytest

from glianeat.errors import CheckpointError, ConfigError, EvaluationError
from glianeat.run.recording import VideoRecorder
from tests.run.test_recording import film, striped

needs_ffmpeg = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")
COPIES = """#!{python}
import sys
out = sys.argv[-1].removeprefix("file:")
with open(out, "wb") as file:
    file.write("\\n".join(sys.argv[1:]).encode() + b"\\0" + sys.stdin.buffer.read())
"""
GIVES_UP = """#!{python}
import sys
sys.stdin.buffer.read(10)
print("Unknown encoder \\x1b[31m", file=sys.stderr)
sys.exit(1)
"""


@pytest.fixture
def ffmpeg(tmp_path, monkeypatch):
    """Return what puts a program of that name in the place of all others."""

    def install(script):
        program = tmp_path / "bin" / "ffmpeg"
        program.parent.mkdir(exist_ok=True)
        program.write_text(script.format(python=sys.executable))
        program.chmod(stat.S_IRWXU)
        monkeypatch.setenv("PATH", str(program.parent))

    return install


def received(path):
    """Return the options and the frames that the copying program was given."""
    options, _, frames = path.read_bytes().partition(b"\0")
    return options.decode().split("\n"), np.frombuffer(frames, np.uint8)


def test_every_frame_is_piped_and_the_last_one_stays_for_a_second(ffmpeg, tmp_path):
    ffmpeg(COPIES)
    frames = [*striped(3), *striped(3)[2:]]  # the last one twice
    made = film(tmp_path / "film.mp4", frames)
    _, found = received(tmp_path / "film.mp4")
    assert np.array_equal(found.reshape(-1, 20, 30, 3), [*frames, *[frames[-1]] * 10])
    assert (made.frames, made.seconds, made.complete) == (4, 0.4, True)


def test_ffmpeg_is_told_size_and_rate(ffmpeg, tmp_path):
    ffmpeg(COPIES)
    film(tmp_path / "film.mp4", striped(2), rate=12.5)
    options, _ = received(tmp_path / "film.mp4")
    told = dict(itertools.pairwise(options))
    assert (told["-video_size"], told["-framerate"]) == ("30x20", "12.5")
    assert (told["-pixel_format"], told["-f"]) == ("rgb24", "mp4")


def test_frames_of_a_fast_task_are_all_kept(ffmpeg, tmp_path):
    ffmpeg(COPIES)
    frames = striped(20)
    film(tmp_path / "film.mp4", frames, rate=200.0)  # of which a GIF keeps a quarter
    _, found = received(tmp_path / "film.mp4")
    assert np.array_equal(found.reshape(-1, 20, 30, 3)[:20], frames)


def test_without_ffmpeg_one_line_names_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigError, match=r"film\.mp4: must have ffmpeg .* or record a \.gif"):
        VideoRecorder(tmp_path / "film.mp4", 10.0)
    assert not list(tmp_path.iterdir())


def test_what_ffmpeg_says_is_told_and_nothing_stays(ffmpeg, tmp_path):
    ffmpeg(GIVES_UP)
    frames = [np.full((200, 300, 3), number, np.uint8) for number in range(50)]
    expected = r"film\.mp4: cannot be written by ffmpeg: Unknown encoder \\u001b\[31m"
    with pytest.raises(CheckpointError, match=expected):
        film(tmp_path / "film.mp4", frames)
    assert [path.name for path in tmp_path.iterdir()] == ["bin"]


def test_an_episode_that_fails_ends_ffmpeg_and_leaves_no_film(ffmpeg, tmp_path):
    ffmpeg(COPIES)
    with pytest.raises(EvaluationError, match="must stay"):
        film(tmp_path / "film.mp4", [*striped(2), *striped(1, size=(30, 20))])
    assert [path.name for path in tmp_path.iterdir()] == ["bin"]


@needs_ffmpeg
@pytest.mark.parametrize("size", [(20, 30), (21, 33)])
def test_a_film_is_played_back_as_it_was(tmp_path, size):
    frames = [np.full((*size, 3), 60 * number, np.uint8) for number in range(4)]
    film(tmp_path / "film.mp4", frames)
    command = ["ffmpeg", "-v", "error", "-i", "film.mp4", "-f", "rawvideo", "-pix_fmt", "rgb24"]
    done = subprocess.run([*command, "-"], cwd=tmp_path, capture_output=True, check=True)
    height, width = (side + side % 2 for side in size)
    found = np.frombuffer(done.stdout, np.uint8).reshape(-1, height, width, 3)
    assert len(found) == 14
    shown = found[:4, : size[0], : size[1]].astype(int)
    assert np.abs(shown - np.array(frames)).mean() < 10
