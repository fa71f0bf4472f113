"""MP4 films, written by ffmpeg, a program that is looked for and never installed."""

import contextlib
import shutil
import subprocess
from pathlib import Path
from typing import IO, cast

from glianeat.errors import CheckpointError, ConfigError
from glianeat.text import safe

_FINISHING = 60.0  # [s] in which ffmpeg is to finish the file


def find_ffmpeg(path: Path) -> str:
    """Return where ffmpeg is; raise `ConfigError` if it is not there to write `path`."""
    found = shutil.which("ffmpeg")
    if found is None:
        raise ConfigError(
            f"{path}: must have ffmpeg to be written, which is not installed: "
            "apt-get install ffmpeg, brew install ffmpeg, or see ffmpeg.org; or record a .gif"
        )
    return found


class Ffmpeg:
    """A running ffmpeg that makes a film of equally long frames.

    Parameters
    ----------
    file : file of bytes
        Opened for writing, with a name, under which ffmpeg fills it.
    path : Path
        What messages call it.
    rate : float
        Frames a second.
    size : (int, int)
        Width and height of all frames [pixels].
    """

    def __init__(self, file: IO[bytes], path: Path, rate: float, size: tuple[int, int]) -> None:
        self._path = path
        command = [find_ffmpeg(path), "-hide_banner", "-loglevel", "error", "-nostdin", "-y"]
        command += ["-f", "rawvideo", "-pixel_format", "rgb24", "-framerate", f"{rate:g}"]
        command += ["-video_size", f"{size[0]}x{size[1]}", "-i", "pipe:0", "-an", "-bitexact"]
        # most players show no other colours than these, which come in pairs of pixels
        command += ["-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-pix_fmt", "yuv420p"]
        part = Path(file.name).absolute()
        command += ["-movflags", "+faststart", "-f", "mp4", f"file:{part}"]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,  # errors alone are few, and fit into it
            start_new_session=True,  # Ctrl-C is ours to handle
        )
        self._pipe = cast("IO[bytes]", self._process.stdin)
        self._said = cast("IO[bytes]", self._process.stderr)

    def write(self, frame: bytes, times: int) -> None:
        """Show a frame, RGB pixels from the top left on, for the time of so many.

        Raises
        ------
        CheckpointError
            If ffmpeg has given up.
        """
        try:
            for _ in range(times):
                self._pipe.write(frame)
        except BrokenPipeError:
            raise self._failure() from None

    def finish(self) -> None:
        """Have the file finished; raise `CheckpointError` if it is not."""
        try:
            self._pipe.close()
            failed = self._process.wait(_FINISHING) != 0
        except (BrokenPipeError, subprocess.TimeoutExpired):
            failed = True
        if failed:
            raise self._failure()

    def close(self) -> None:
        """End ffmpeg if it has not ended."""
        self._process.kill()
        self._process.wait()
        self._said.close()
        with contextlib.suppress(OSError):  # of what it no longer reads
            self._pipe.close()

    def _failure(self) -> CheckpointError:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_FINISHING)  # it has said all then
        self._process.kill()
        lines = self._said.read().decode(errors="replace").strip().splitlines()
        why = safe(lines[-1]) if lines else "it ended without a word"
        return CheckpointError(f"{self._path}: cannot be written by ffmpeg: {why}")
