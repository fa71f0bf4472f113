"""Time reproduction and speciation of a generation, beside neat-python.

Both sides breed and speciate 10,000 genomes of 24 inputs, 4 outputs and about 100 connections, at
the same numbers of species, one generation after the other in turns, so that a noisy machine is
noisy for both; medians are compared. Then selection, and time and memory over the population.

    python scripts/bench_genetics.py
    python scripts/bench_genetics.py --largest 10000
"""

import configparser
import json
import multiprocessing
import platform
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from unittest import mock

import click
import neat
import numpy as np

import glianeat
from glianeat.evaluate.evaluation import Evaluation
from glianeat.evaluate.serial import SerialEvaluator
from glianeat.evolution.selection import Candidate, RunStage, SelectionConfig, rank
from glianeat.genome.breeding import Pairings, breed
from glianeat.genome.distance import DistanceConfig, join_species
from glianeat.genome.founders import found_genome
from glianeat.genome.genome import Genome
from glianeat.genome.population import Population
from glianeat.genome.variation import GenomeConfig, Variation

N_INPUTS, N_OUTPUTS, N_SPECIES = 24, 4, 10
THRESHOLD = 2.0  # neat-python's compatibility threshold at the beginning
VARIATION = Variation(GenomeConfig(connect_fully_below=N_INPUTS * N_OUTPUTS))
RESULTS = Path(__file__).parent / "results" / "genetics.json"
Evaluate = Callable[..., list[Evaluation]]

NEAT_CONFIG = Path(__file__).parent / "configs" / "neat_python.ini"


class OurSide:
    """Breeding and speciation by this project."""

    def __init__(self, size: int, seed: int) -> None:
        self._rng, self._size = np.random.default_rng(seed), size
        self.genomes = Population.of(
            found_genome(key, N_INPUTS, N_OUTPUTS, VARIATION, self._rng) for key in range(size)
        )
        self._representatives: list[Genome] = []
        self._threshold, self._generation = 1.0, 0
        self.n_species = 0

    def generation(self) -> float:
        """Let one generation pass, survivors being a random fifth; return its seconds."""
        size, rng = self._size, self._rng
        self._generation += 1
        start = time.perf_counter()
        parents = rng.permutation(size)[: size // 5]
        drawn = parents[rng.integers(len(parents), size=(2, size))]
        keys = np.arange(size) + self._generation * size
        pairings = Pairings(
            keys, drawn.min(axis=0), drawn.max(axis=0), np.ones(size, dtype=np.bool_)
        )
        self.genomes, _ = breed(self.genomes, pairings, VARIATION, self._generation)
        places, founders = join_species(
            self.genomes, self._representatives, self._threshold, DistanceConfig(), 4 * N_SPECIES
        )
        species = np.unique(places)
        present = [*self._representatives, *(self.genomes[place] for place in founders)]
        self._representatives = [present[place] for place in species.tolist()]
        seconds = time.perf_counter() - start
        self.n_species = len(species)
        self._threshold *= 1.1 if self.n_species > N_SPECIES else 0.95
        return seconds

    def connections(self) -> float:
        """Mean number of synapses."""
        return float(self.genomes.counts[:, 3].mean())


class NeatSide:
    """Breeding and speciation by neat-python's own classes."""

    def __init__(self, size: int, seed: int) -> None:
        random.seed(seed)
        chosen = configparser.ConfigParser()
        chosen.read(NEAT_CONFIG)
        chosen["NEAT"]["pop_size"] = str(size)
        chosen["DefaultGenome"].update(num_inputs=str(N_INPUTS), num_outputs=str(N_OUTPUTS))
        chosen["DefaultSpeciesSet"]["compatibility_threshold"] = str(THRESHOLD)
        with tempfile.NamedTemporaryFile("w", suffix=".ini") as file:
            chosen.write(file)
            file.flush()
            self._config = neat.Config(
                neat.DefaultGenome,
                neat.DefaultReproduction,
                neat.DefaultSpeciesSet,
                neat.DefaultStagnation,
                file.name,
            )
        self._population = neat.Population(self._config)
        self._generation = 0
        self.n_species = 0

    def generation(self) -> float:
        """Let one generation pass at random fitness; return its seconds."""
        population, config = self._population, self._config
        for genome in population.population.values():
            genome.fitness = random.random()
        self._generation += 1
        start = time.perf_counter()
        population.population = population.reproduction.reproduce(
            config, population.species, config.pop_size, self._generation
        )
        population.species.speciate(config, population.population, self._generation)
        seconds = time.perf_counter() - start
        self.n_species = len(population.species.species)
        set_config = config.species_set_config
        set_config.compatibility_threshold *= 1.1 if self.n_species > N_SPECIES else 0.95
        return seconds

    def connections(self) -> float:
        """Mean number of connections."""
        genomes = self._population.population.values()
        return statistics.mean(len(genome.connections) for genome in genomes)


class Apart:
    """One side in a process of its own, so that its memory does not slow the other down."""

    def __init__(self, kind: type[OurSide | NeatSide], size: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, other = context.Pipe()
        self._process = context.Process(target=_serve, args=(kind, size, other), daemon=True)
        self._process.start()

    def generation(self) -> tuple[float, int, float]:
        """Let one generation pass; return its seconds, species, and mean connections."""
        self._pipe.send(None)
        seconds, species, connections = self._pipe.recv()
        return float(seconds), int(species), float(connections)

    def close(self) -> None:
        """End the process."""
        self._process.terminate()
        self._process.join()


def _serve(kind: type[OurSide | NeatSide], size: int, pipe: Connection) -> None:
    side = kind(size, 0)
    while True:
        pipe.recv()
        side.generation()  # not timed: memory has gone cold while the other side ran
        seconds = side.generation()
        pipe.send((seconds, side.n_species, side.connections()))


def compare(size: int, generations: int) -> dict[str, Any]:
    """Breed and speciate in turns; return medians over the second half of the generations."""
    ours, theirs = Apart(OurSide, size), Apart(NeatSide, size)
    rows = [(*ours.generation(), *theirs.generation()) for _ in range(generations)]
    ours.close()
    theirs.close()
    settled = rows[generations // 2 :]
    return {
        "genomes": size,
        "generations": len(settled),
        "glianeat [s]": statistics.median(row[0] for row in settled),
        "neat-python [s]": statistics.median(row[3] for row in settled),
        "ratio": statistics.median(row[3] / row[0] for row in settled),
        "species": [statistics.median(row[i] for row in settled) for i in (1, 4)],
        "connections": [rows[-1][2], rows[-1][5]],
    }


def select(size: int) -> dict[str, Any]:
    """Rank `size` candidates by two objectives, beside moocore's ranking if it is installed."""
    points = np.random.default_rng(0).random((size, 2))
    points[:, 1] += points[:, 0]  # returns and powers that contradict each other in part
    candidates = [
        Candidate(key, reward, (reward, -power))
        for key, (reward, power) in enumerate(points.tolist())
    ]
    result: dict[str, Any] = {"candidates": size}
    start = time.perf_counter()
    rank(candidates, SelectionConfig(reward_floor=0.0), RunStage(reward_minimum=0.0))
    result["glianeat [s]"] = time.perf_counter() - start
    try:
        import moocore
    except ImportError:
        return result
    start = time.perf_counter()
    moocore.pareto_rank(points * [-1.0, 1.0])
    result["moocore's ranking alone [s]"] = time.perf_counter() - start
    return result


class Spent:
    """Takes the time that generations spend on evaluation, and on all else."""

    def __init__(self) -> None:
        self.outside: list[float] = []
        self.inside: list[float] = []
        self._now, self._last = 0.0, time.perf_counter()

    def timed(self, evaluate: Evaluate) -> Evaluate:
        """Return an evaluation that is timed."""

        def run(side: SerialEvaluator, *arguments: object) -> list[Evaluation]:
            start = time.perf_counter()
            result = evaluate(side, *arguments)
            self._now += time.perf_counter() - start
            return result

        return run

    def listen(self, _: object) -> None:
        """End a generation."""
        now = time.perf_counter()
        self.inside.append(self._now)
        self.outside.append(now - self._last - self._now)
        self._last, self._now = now, 0.0


def shares(population: int, generations: int) -> dict[str, Any]:
    """Evolve CartPole agents; return the share of the time that is not evaluation."""
    config = glianeat.ExperimentConfig()
    evolution = config.evolution.replace(population=population, generations=generations)
    spent = Spent()
    with (
        tempfile.TemporaryDirectory() as folder,
        mock.patch.object(SerialEvaluator, "evaluate", spent.timed(SerialEvaluator.evaluate)),
        glianeat.evolve(
            config.replace(evolution=evolution), runs=Path(folder), listen=spent.listen
        ),
    ):
        outside, inside = spent.outside, spent.inside
    pairs = list(zip(outside[1:], inside[1:], strict=True))  # the first one compiles
    return {
        "population": population,
        "generations": len(pairs),
        "outside evaluation [s]": statistics.median(pair[0] for pair in pairs),
        "evaluation [s]": statistics.median(pair[1] for pair in pairs),
        "share outside": sum(p[0] for p in pairs) / sum(sum(p) for p in pairs),
    }


def growth(size: int) -> dict[str, Any]:
    """Return time and memory of a generation of `size` genomes, in a process of its own."""
    command = [sys.executable, __file__, "--alone", str(size)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(json.loads(answer.stdout))


def alone(size: int) -> dict[str, Any]:
    """Do what `growth` asks for."""
    OurSide(10, 0).generation()  # loads the compiled code
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    side = OurSide(size, 0)
    seconds = [side.generation() for _ in range(7)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "genomes": size,
        "seconds": statistics.median(seconds[2:]),
        "MB": (peak - before) / 1024,
        "species": side.n_species,
    }


def draw(rows: list[dict[str, Any]], file: Path) -> None:
    """Draw time and memory over the population, beside what linear growth would be."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.2, 3.6), layout="constrained")
    axes = figure.subplots()
    sizes = [row["genomes"] for row in rows]
    for name, unit, colour in (("seconds", "s", "#0072B2"), ("MB", "MB", "#D55E00")):
        known = [(row["genomes"], row[name]) for row in rows if row[name] > 0.0]
        if not known:  # memory of few genomes fits into what was there before
            continue
        axes.loglog(*zip(*known, strict=True), "o-", color=colour, label=f"{name} a generation")
        most, last = known[-1]
        linear = [last * size / most for size in sizes]
        axes.loglog(sizes, linear, "--", color=colour, alpha=0.5, label=f"linear growth [{unit}]")
    axes.set_xlabel("genomes")
    axes.set_ylabel("reproduction and speciation  [s], [MB]")
    axes.legend(fontsize=7, frameon=False)
    figure.savefig(file, dpi=150, metadata={"Software": None})


@click.command()
@click.option("--drawing", is_flag=True, help="Only draw what is kept.")
@click.option("--size", default=10_000, show_default=True, help="Genomes of the comparison.")
@click.option("--generations", default=6, show_default=True)
@click.option("--largest", default=100_000, show_default=True, help="Of the growth.")
@click.option("--alone", "only", type=int, help="Time this size alone, and print JSON.")
def main(size: int, generations: int, largest: int, only: int | None, *, drawing: bool) -> None:
    """Run everything, print it, keep it in scripts/results/genetics.json, and draw the growth."""
    if drawing:
        draw(json.loads(RESULTS.read_text())["growth"], RESULTS.with_suffix(".png"))
        return
    if only is not None:
        click.echo(json.dumps(alone(only)))
        return
    results: dict[str, Any] = {"platform": platform.platform(), "numpy": np.__version__}
    results["genetics"] = compare(size, generations)
    click.echo(results["genetics"])
    results["selection"] = [select(number) for number in (2_000, 20_000)]
    click.echo(results["selection"])
    results["shares"] = shares(1000, 10)
    click.echo(results["shares"])
    sizes = [10**k for k in range(2, 6) if 10**k <= largest]
    results["growth"] = [growth(number) for number in sizes]
    click.echo(results["growth"])
    RESULTS.write_text(json.dumps(results, indent=2) + "\n")
    draw(results["growth"], RESULTS.with_suffix(".png"))


if __name__ == "__main__":
    main()
