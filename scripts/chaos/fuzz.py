"""Feed damaged and absurd files to everything that reads files, and count what escapes.

TOML configurations, neat-python's INI files, genomes and neat-python's exported networks are made
by seeded fuzzers and read in this process; some of each go through the command line, in a process
of their own. A refusal by an error of ours is what is wanted; any other exception is an escape.

    python scripts/chaos/fuzz.py
    python scripts/chaos/fuzz.py --toml 450 --ini 450 --genomes 850 --networks 150 --through-cli 5
"""

import contextlib
import io
import json
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import click
import numpy as np

from glianeat.cli.main import main as glianeat
from glianeat.compat.neat_config import read_config
from glianeat.compat.neat_json import format_network
from glianeat.compat.neat_networks import Connection, NeatNetwork, Node
from glianeat.compat.neat_python import read_genome_json
from glianeat.config import explain
from glianeat.errors import GliaNeatError
from glianeat.genome.founders import found_genome
from glianeat.genome.serial import genome_from_json, genome_to_json
from glianeat.genome.variation import GenomeConfig, Variation
from glianeat.run.config import ExperimentConfig, encode_experiment, load_experiment

SLOW = 1.0  # [s] that reading one file may take
Make = Callable[[random.Random], bytes]
Read = Callable[[Path], object]
VALUES = (
    *(
        "0",
        "1",
        "-1",
        "3.5",
        "1e400",
        "-0.0",
        "nan",
        "inf",
        "-inf",
        "true",
        "''",
        "'x'",
        '"\\u0000"',
    ),
    *("[]", "[[]]", "[1, 'a']", "{}", "{a = 1}", "1979-05-27T07:32:00Z", "07:32:00", "0x7fffffff"),
    *("9" * 25, "9" * 5000, "[" * 60 + "]" * 60, "[" * 5000 + "]" * 5000, "'" + "x" * 50_000 + "'"),
    *("['']", "['.x']", "['os']", "[{entry='builtins:print'}]", "[{entry='builtins:exit'}]"),
    *("[{entry=':'}]", "'\u202e\U0001f600'", "'../../etc/passwd'", "9223372036854775808"),
)
ODD_KEYS = ("''", '"a b"', '"\\u0000"', "x.y", "task", "0", "é", '"[/x]"', "a" * 5000)
INI = (Path(__file__).parent.parent / "configs" / "neat_python.ini").read_text()


@dataclass
class Tally:
    """What became of the files of one kind."""

    read: int = 0
    refused: int = 0
    escapes: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0

    def line(self, kind: str) -> str:
        """Return it in words."""
        escaped = "; ".join(f"{count} {what}" for what, count in self.escapes.most_common(5))
        return (
            f"{kind:<14} {self.read + self.refused + self.escapes.total():>6} files: "
            f"{self.read} read, {self.refused} refused, {self.escapes.total()} escaped, "
            f"slowest {self.slowest:.2f} s" + (f": {escaped}" if escaped else "")
        )


def damaged(data: bytes, rng: random.Random) -> bytes:
    """Return bytes with some flipped, cut out, doubled or put in."""
    found = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 5, 20))):
        place = rng.randrange(len(found) + 1)
        length = rng.choice((1, 1, 4, 40))
        kind = rng.randrange(5)
        if kind == 0 and place < len(found):
            found[place] ^= 1 << rng.randrange(8)
        elif kind == 1:
            del found[place : place + length]
        elif kind == 2:
            found[place:place] = found[place : place + length] * rng.choice((1, 3))
        elif kind == 3:
            odd = (b"\0", b"\xef\xbb\xbf", b"\xff", b"\r", b"[", b"]", b'"', b"=", b"%(x)s", b"nan")
            found[place:place] = rng.choice(odd)
        else:
            found[place:] = b""
    return bytes(found)


def make_toml(rng: random.Random) -> bytes:
    """Return a configuration: paths that exist and ones that do not, values of every kind."""
    paths = _paths()
    lines = []
    for _ in range(rng.randrange(1, 6)):
        kind = rng.randrange(12)
        key = rng.choice(ODD_KEYS) if kind == 0 else rng.choice(paths)
        if kind == 1:
            key += "." + rng.choice(ODD_KEYS)
        if kind == 2:
            key = ".".join("a" for _ in range(rng.choice((60, 5000))))
        lines.append(f"{key} = {rng.choice(VALUES)}")
    text = "\n".join(lines).encode()
    kind = rng.randrange(10)
    if kind == 0:
        return rng.choice((b"\xef\xbb\xbf", b"\xff\xfe", b"\0")) + text
    if kind == 1:
        return text + b"\n# " + b"x" * rng.choice((10, 2**20))
    return damaged(text, rng) if kind < 5 else text


def _paths() -> list[str]:
    return [one.path for one in explain(ExperimentConfig)]


def make_ini(rng: random.Random) -> bytes:
    """Return an INI file of neat-python's with lines changed, lost, doubled, or damaged."""
    lines = INI.splitlines()
    for _ in range(rng.choice((1, 2, 5))):
        place = rng.randrange(len(lines))
        key = lines[place].partition("=")[0]
        kind = rng.randrange(5)
        if kind == 0:
            lines[place] = f"{key} = {rng.choice(VALUES)[:300]}"
        elif kind == 1:
            del lines[place]
        elif kind == 2:
            lines.insert(place, lines[rng.randrange(len(lines))])
        elif kind == 3:
            lines[place] = f"{rng.choice(ODD_KEYS)} = {rng.choice(VALUES)[:300]}"
        else:
            lines.insert(place, f"[{rng.choice(('X', 'DEFAULT', '', 'NEAT', 'DefaultGenome'))}]")
    text = "\n".join(lines).encode()
    return damaged(text, rng) if rng.random() < 0.4 else text


def damaged_json(document: bytes, rng: random.Random) -> bytes:
    """Return a JSON document with one value changed, or with bytes damaged."""
    if rng.random() < 0.4:
        return damaged(document, rng)
    value = json.loads(document)
    for _ in range(rng.choice((1, 1, 3))):
        _change(value, rng)
    return json.dumps(value).encode("utf-8", "surrogatepass")


def _change(value: object, rng: random.Random) -> None:
    odd: tuple[object, ...] = (
        None,
        True,
        -1,
        2**70,
        1e308,
        float("nan"),
        "",
        "\ud800",
        [],
        {},
        [[]],
    )
    while isinstance(value, dict | list) and value:
        key = rng.choice(list(value)) if isinstance(value, dict) else rng.randrange(len(value))
        inner = value[key]
        if isinstance(inner, dict | list) and inner and rng.random() < 0.8:
            value = inner
            continue
        kind = rng.randrange(4)
        if kind == 0:
            del value[key]
        elif kind == 1 and isinstance(value, list):
            value.append(inner)
        else:
            value[key] = rng.choice(odd)
        return


def _genome() -> bytes:
    variation = Variation(GenomeConfig())
    return genome_to_json(found_genome(0, 8, 2, variation, np.random.default_rng(0)))


def _network() -> bytes:
    hidden, output = Node("tanh", "sum", 0.1), Node("tanh", "sum", 0.5)
    wires = [(-1, 1, 1.5), (-2, 1, -0.5), (1, 0, 2.0), (-1, 0, 0.3)]
    connections = tuple(Connection(*wire, True) for wire in wires)  # noqa: FBT003 - enabled
    nodes = {0: output, 1: hidden}
    return format_network(NeatNetwork(False, (-1, -2), (0,), nodes, connections), 0)  # noqa: FBT003


def read_toml(path: Path) -> object:
    """Read a configuration as the command line does, and encode it as runs keep it."""
    return encode_experiment(load_experiment(path))


def run(make: Make, read: Read, number: int, seed: int, suffix: str, folder: Path) -> Tally:
    """Make and read some files; return what became of them."""
    tally = Tally()
    path = folder / f"fuzz{suffix}"
    for k in range(number):
        path.write_bytes(make(random.Random(seed * 1_000_003 + k)))
        began = time.perf_counter()
        try:
            read(path)
        except GliaNeatError as error:
            if "\n" in str(error):
                tally.escapes[f"lines in {type(error).__name__}"] += 1
            else:
                tally.refused += 1
        except Exception as error:  # noqa: BLE001 - which is what is looked for
            place = traceback.extract_tb(error.__traceback__)[-1]
            name = f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}"
            tally.escapes[f"{name} (file {k})"] += 1
        else:
            tally.read += 1
        tally.slowest = max(tally.slowest, time.perf_counter() - began)
    return tally


def through_cli(
    make: Make, command: list[str], number: int, seed: int, suffix: str, folder: Path
) -> Tally:
    """The same through the whole command line, in this process: starting one takes a second."""
    tally = Tally()
    path = folder / f"cli{suffix}"
    for k in range(number):
        path.write_bytes(make(random.Random(seed * 1_000_003 + 500_000 + k)))
        began = time.perf_counter()
        code, said = _glianeat([*command, str(path)], folder)
        tally.slowest = max(tally.slowest, time.perf_counter() - began)
        if code == 0:
            tally.read += 1
        elif code in {1, 2} and "Traceback" not in said:
            tally.refused += 1
        else:
            tally.escapes[f"{code} (file {k})"] += 1
    return tally


def _glianeat(arguments: list[str], folder: Path) -> tuple[object, str]:
    """Return the exit status, or what escaped, and all that was printed."""
    out, argv = io.StringIO(), sys.argv
    sys.argv = ["glianeat", *arguments]
    code: object = 0
    try:
        with (
            contextlib.chdir(folder),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(out),
        ):
            glianeat()
    except SystemExit as ended:
        code = ended.code
    except BaseException as error:  # noqa: BLE001 - which is what is looked for
        code = f"{type(error).__name__}: {error}"[:80]
    finally:
        sys.argv = argv
    return code, out.getvalue()


@click.command()
@click.option("--seed", default=0, show_default=True)
@click.option("--toml", default=4500, show_default=True, help="TOML configurations.")
@click.option("--ini", default=4500, show_default=True, help="INI files of neat-python.")
@click.option("--genomes", default=8500, show_default=True, help="Genomes in JSON.")
@click.option("--networks", default=1500, show_default=True, help="Networks neat-python exports.")
@click.option("--through-cli", "cli", default=100, show_default=True, help="Of each.")
def main(seed: int, toml: int, ini: int, genomes: int, networks: int, cli: int) -> None:
    """Run all fuzzers, print a line for each, and exit with 1 if anything escaped or was slow."""
    genome, network = _genome(), _network()
    kinds: dict[str, tuple[Make, Read, int, str, list[str]]] = {
        "TOML": (make_toml, read_toml, toml, ".toml", ["config", "check"]),
        "INI": (make_ini, read_config, ini, ".ini", ["import-neat"]),
        "genomes": (
            lambda rng: damaged_json(genome, rng),
            lambda path: genome_from_json(path.read_bytes(), path.name),
            genomes,
            ".json",
            ["draw", "r", "-o", "x.svg", "--genome"],
        ),
        "neat networks": (
            lambda rng: damaged_json(network, rng),
            lambda path: read_genome_json(path, clip=False),
            networks,
            ".json",
            ["import-neat"],
        ),
    }
    bad = False
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if cli and genomes:
            small = ["--set", "evolution.population=4", "--generations", "1", "--workers", "0"]
            _glianeat(["run", "CartPole-v1", "--name", "r", *small], folder)
        for kind, (make, read, number, suffix, command) in kinds.items():
            tally = run(make, read, number, seed, suffix, folder)
            click.echo(tally.line(kind))
            bad |= bool(tally.escapes) or tally.slowest > SLOW
            if cli and number:
                tally = through_cli(make, command, cli, seed, suffix, folder)
                click.echo(tally.line(f"{kind}, CLI"))
                bad |= bool(tally.escapes) or tally.slowest > SLOW
    sys.exit(int(bad))


if __name__ == "__main__":
    main()
