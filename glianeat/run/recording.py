"""Recordings: episodes as animated pictures, GIF or PNG, or films, written frame by frame.

Of a frame only the rectangle that has changed is written, and no frame is kept but the last, so
that neither memory nor the file grows more than it must.
"""

import contextlib
import os
import struct
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import IO, Any, NamedTuple, Protocol

import numpy as np
from PIL import Image, ImageChops
from PIL.GifImagePlugin import getdata

from glianeat.errors import CheckpointError, ConfigError, EvaluationError
from glianeat.evaluate.evaluation import Evaluation
from glianeat.evaluate.failures import check_evaluation
from glianeat.evaluate.plan import EpisodePlan
from glianeat.evaluate.rollout import RolloutConfig, RolloutWorker
from glianeat.genome.genome import Genome
from glianeat.run.filmed import Filmed, Recording, frame_rate
from glianeat.run.mp4 import Ffmpeg, find_ffmpeg
from glianeat.store.files import cannot_write, replacing

MAX_FRAMES, MAX_BYTES = 20_000, 200_000_000
_TICKS = {".gif": 100, ".png": 1000, ".apng": 1000}  # units of time a second
_SHORTEST = {".gif": 2, ".png": 1, ".apng": 1}  # [units]; browsers show shorter GIF frames slowly
_FILM = ".mp4"
_LONGEST = 65_535  # [units] a frame, and [pixels] a side
NO_TIMEOUT = 1e6  # [s]: whoever records can interrupt
_STILL_QUALITY = 70
_LAST = 1.0  # [s] that the last frame stays before the recording begins anew


class Still(NamedTuple):
    """A small picture.

    Parameters
    ----------
    width, height : int
        Size [pixels].
    data : bytes
        A WebP file.
    """

    width: int
    height: int
    data: bytes


class _Format(Protocol):
    """Writes pictures into a file that is open."""

    @property
    def size(self) -> int: ...

    def begin(self, size: tuple[int, int]) -> None: ...

    def add(self, picture: Image.Image, corner: tuple[int, int], ticks: int) -> None: ...

    def end(self) -> None: ...

    def abandon(self) -> None: ...


class _File:
    """What is written here, piece by piece."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    @property
    def size(self) -> int:
        return self._file.tell()

    def abandon(self) -> None:
        """Do nothing: nobody else writes it."""


class _Gif(_File):
    def begin(self, size: tuple[int, int]) -> None:
        """Write the header, without a palette for all, and that it is repeated without end."""
        self._file.write(b"GIF89a" + struct.pack("<HHBBB", *size, 0, 0, 0))
        self._file.write(b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00")

    def add(self, picture: Image.Image, corner: tuple[int, int], ticks: int) -> None:
        few = picture.quantize(256, dither=Image.Dither.NONE)  # noise would be new each time
        parts = getdata(few, corner, duration=10 * ticks, include_color_table=True, disposal=1)
        self._file.write(b"".join(parts))

    def end(self) -> None:
        self._file.write(b";")


class _Png(_File):
    """An animated PNG: pictures of their own, of which the data are made into one."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__(file)
        self._control = 0
        self._pictures, self._sequence = 0, 0
        self._size = 0, 0

    def begin(self, size: tuple[int, int]) -> None:
        self._size = size
        self._file.write(b"\x89PNG\r\n\x1a\n")
        self._chunk(b"IHDR", struct.pack(">IIBBBBB", *size, 8, 2, 0, 0, 0))
        self._control = self._file.tell()
        self._chunk(b"acTL", struct.pack(">II", 0, 0))  # known in the end

    def add(self, picture: Image.Image, corner: tuple[int, int], ticks: int) -> None:
        place = (*picture.size, *corner, ticks, 1000, 0, 0)
        self._chunk(b"fcTL", struct.pack(">IIIIIHHBB", self._next(), *place))
        encoded = BytesIO()
        picture.save(encoded, "png")
        for data in _image_data(encoded.getvalue()):
            if self._pictures == 0:
                self._chunk(b"IDAT", data)
            else:
                self._chunk(b"fdAT", struct.pack(">I", self._next()) + data)
        self._pictures += 1

    def end(self) -> None:
        self._chunk(b"IEND", b"")
        self._file.seek(self._control)
        self._chunk(b"acTL", struct.pack(">II", self._pictures, 0))

    def _next(self) -> int:
        self._sequence += 1
        return self._sequence - 1

    def _chunk(self, kind: bytes, data: bytes) -> None:
        check = zlib.crc32(kind + data)
        self._file.write(struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check))


class _Film:
    """A film that ffmpeg makes, of whole frames; a tick is as long as one."""

    def __init__(self, file: IO[bytes], path: Path, rate: float) -> None:
        self._file, self._path, self._rate = file, path, rate
        self._shown = Image.new("RGB", (1, 1))
        self._ffmpeg: Ffmpeg | None = None

    @property
    def size(self) -> int:
        return os.fstat(self._file.fileno()).st_size

    def begin(self, size: tuple[int, int]) -> None:
        self._shown = Image.new("RGB", size)
        self._ffmpeg = Ffmpeg(self._file, self._path, self._rate, size)

    def add(self, picture: Image.Image, corner: tuple[int, int], ticks: int) -> None:
        self._shown.paste(picture, corner)
        if self._ffmpeg is not None:
            self._ffmpeg.write(self._shown.tobytes(), ticks)

    def end(self) -> None:
        if self._ffmpeg is not None:
            self._ffmpeg.finish()

    def abandon(self) -> None:
        if self._ffmpeg is not None:
            self._ffmpeg.close()


def _image_data(png: bytes) -> Iterator[bytes]:
    place = 8
    while place < len(png):
        (size,), kind = struct.unpack_from(">I", png, place), png[place + 4 : place + 8]
        if kind == b"IDAT":
            yield png[place + 8 : place + 8 + size]
        place += size + 12


_FORMATS: dict[str, Callable[[IO[bytes]], _Format]] = {".gif": _Gif, ".png": _Png, ".apng": _Png}


class VideoRecorder:
    """Writes frames as they come.

    Parameters
    ----------
    path : Path
        The file, .gif, .png, .apng or .mp4; it appears once the recorder is closed without an
        error.
    rate : float
        Frames a second of the task.

    Raises
    ------
    ConfigError
        If the file is of another kind.
    CheckpointError
        If it cannot be written.
    """

    def __init__(self, path: Path, rate: float) -> None:
        kind = check_path(path)
        self._path, self._rate = path, rate
        # a tick of a film is a frame
        self._ticks, self._shortest = _TICKS.get(kind, rate), _SHORTEST.get(kind, 1)
        self._opened = contextlib.ExitStack()
        file = self._opened.enter_context(replacing(path))
        is_film = kind == _FILM
        self._format: _Format = _Film(file, path, rate) if is_film else _FORMATS[kind](file)
        self._opened.callback(self._format.abandon)
        self._frames, self._is_cut = 0, False
        self._shown: Image.Image | None = None
        self._waiting: tuple[Image.Image, tuple[int, int]] | None = None
        self.failure: CheckpointError | None = None
        """Why nothing more could be written."""
        self._since = 0  # [ticks] when the waiting picture began to show

    @property
    def recording(self) -> Recording:
        """What was recorded so far."""
        seconds = self._frames / self._rate
        return Recording(self._path, self._frames, seconds, complete=not self._is_cut)

    def film(self, render: Callable[[], Any]) -> None:
        """Add the frame that `render` returns, shape (height, width, 3), of bytes, if any fits."""
        if self._frames >= MAX_FRAMES or self._format.size >= MAX_BYTES:
            self._is_cut = True
            return
        now = round(self._ticks * self._frames / self._rate)
        self._frames += 1
        if self._waiting is not None and now - self._since < self._shortest:
            return  # too soon after the one before to be seen
        picture = _picture(render())
        try:
            with _writing(self._path):
                corners = self._changed(picture)
                if corners is None:
                    return  # the one before goes on to be shown
                self._write(now)
        except CheckpointError as error:
            self.failure = error  # whoever steps the environment takes it for one of the episode's
            raise
        self._waiting = picture.crop(corners), corners[:2]
        self._since, self._shown = now, picture

    def _changed(self, picture: Image.Image) -> tuple[int, int, int, int] | None:
        """Return the corners of what is new in a picture, None if nothing is."""
        if self._shown is None:
            self._format.begin(picture.size)
            return (0, 0, *picture.size)
        if self._shown.size != picture.size:
            raise EvaluationError(
                f"frame: must stay {self._shown.size} pixels large, got {picture.size}"
            )
        return ImageChops.difference(self._shown, picture).getbbox()

    def _write(self, now: int) -> None:
        """Write the picture that waits, which has been shown until now."""
        if self._waiting is not None:
            picture, corner = self._waiting
            self._format.add(picture, corner, min(now - self._since, _LONGEST))
            self._waiting = None

    def __enter__(self) -> "VideoRecorder":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if kind is not None:
            self._opened.__exit__(kind, error, traceback)
            return
        with self._opened:
            self._finish()

    def _finish(self) -> None:
        if self._shown is None:
            raise EvaluationError(f"{self._path}: there was no frame to record")
        with _writing(self._path):
            self._write(round(self._ticks * (self._frames / self._rate + _LAST)))
            self._format.end()


def record(
    config: RolloutConfig, genome: Genome, plan: EpisodePlan, path: Path
) -> tuple[Recording, Evaluation]:
    """Record a genome's episodes, stepped in Python, at the frame rate that the task declares.

    Parameters
    ----------
    config : RolloutConfig
        What the episodes depend on; its timeout is of no account.
    genome : Genome
        Who lives through them.
    plan : EpisodePlan
        Which episodes.
    path : Path
        The file, .gif, .png, .apng, or .mp4 where there is ffmpeg; one that exists is replaced.

    Raises
    ------
    ConfigError
        If the file is of another kind, or the task cannot show itself.
    EvaluationError
        If an episode failed; then nothing is written.
    CheckpointError
        If the file cannot be written.
    """
    check_path(path)
    rate = frame_rate(config.task)
    patient = config.replace(evaluation=config.evaluation.replace(timeout=NO_TIMEOUT))
    with VideoRecorder(path, rate) as recorder:
        rollout_worker = RolloutWorker(
            patient, render_mode="rgb_array", watch=lambda shown: Filmed(shown, recorder.film)
        )
        try:
            evaluation = rollout_worker.evaluate(genome, plan)
        finally:
            rollout_worker.close()
        if recorder.failure is not None:
            raise recorder.failure
        check_evaluation(evaluation)
    return recorder.recording, evaluation


def still(frame: Any, longest: int) -> Still:
    """Return a frame as a small picture.

    Parameters
    ----------
    frame : object
        As an environment renders it: bytes of shape (height, width, 3).
    longest : int
        Pixels of the longer side; smaller frames stay as they are.

    Raises
    ------
    EvaluationError
        If the frame is something else.
    """
    picture, encoded = _picture(frame), BytesIO()
    picture.thumbnail((longest, longest))
    picture.save(encoded, "webp", quality=_STILL_QUALITY, method=2)
    return Still(*picture.size, encoded.getvalue())


def check_path(path: Path) -> str:
    """Return the kind of a file, such as ``.gif``; raise `ConfigError` if none can be recorded."""
    kind = path.suffix.lower()
    if kind == _FILM:
        find_ffmpeg(path)
    elif kind not in _FORMATS:
        raise ConfigError(f"{path}: must be a .gif, .png, .apng or .mp4 file")
    return kind


def _picture(frame: Any) -> Image.Image:
    shown = np.asarray(frame)
    if shown.dtype != np.uint8 or shown.ndim != 3 or shown.shape[2] != 3 or not shown.size:
        raise EvaluationError(
            f"frame: must be bytes, of shape (height, width, 3), got {shown.dtype} "
            f"of shape {shown.shape}"
        )
    if max(shown.shape) > _LONGEST:
        raise EvaluationError(f"frame: must be at most {_LONGEST} pixels wide, got {shown.shape}")
    return Image.fromarray(shown)  # a copy: environments may draw over theirs


@contextlib.contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise cannot_write(path, error) from None
