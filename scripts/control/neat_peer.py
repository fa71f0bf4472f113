"""neat-python on the board, a population of 150, outputs of tanh."""

import configparser
import contextlib
import tempfile
from pathlib import Path
from typing import Any

import neat

from control.play import CANDIDATES, Act, Course, Finished, Policy
from control.tasks import BoardTask, Outcome

TEMPLATE = Path(__file__).parent.parent / "configs" / "neat_python.ini"


def neat_python(task: BoardTask, seed: int, steps: int) -> tuple[Outcome, Policy]:
    """Evolve networks until the steps are spent, recurrent ones where memory is needed."""
    course = Course(task, seed, steps)
    config = _neat_config(course, recurrent=task.remembers)
    last: list[Any] = []

    def evaluate(genomes: list[tuple[int, Any]], _: Any) -> None:
        found = course.evaluate([_neat_policy(genome, config) for _, genome in genomes])
        for (_, genome), value in zip(genomes, found, strict=True):
            genome.fitness = value
        last[:] = sorted((genome for _, genome in genomes), key=lambda genome: -genome.fitness)
        course.look(_neat_policy(last[0], config))

    population = neat.Population(config, seed=seed)
    with contextlib.suppress(Finished):
        population.run(evaluate, 1_000_000)
    chosen = last[0]
    if course.champion is None:
        found = last[:CANDIDATES]
        chosen = found[course.choose([_neat_policy(genome, config) for genome in found])]
    nodes, connections = chosen.size()
    course.outcome.parameters = nodes + connections
    course.outcome.notes = {"population": config.pop_size, "nodes": nodes}
    return course.outcome, _neat_policy(chosen, config)


def _neat_policy(genome: Any, config: Any) -> Policy:
    if config.genome_config.feed_forward:
        net = neat.nn.FeedForwardNetwork.create(genome, config)
        return lambda: net.activate
    recurrent = neat.nn.RecurrentNetwork.create(genome, config)

    def begin() -> Act:
        recurrent.reset()
        return recurrent.activate  # type: ignore[no-any-return]

    return begin


def _neat_config(course: Course, *, recurrent: bool) -> Any:
    """Return the configuration under scripts/configs/ with the sizes of a task."""
    parser = configparser.ConfigParser()
    parser.read(TEMPLATE)
    parser["DefaultGenome"]["num_inputs"] = str(course.player.n_inputs)
    parser["DefaultGenome"]["num_outputs"] = str(course.player.n_outputs)
    parser["DefaultGenome"]["feed_forward"] = str(not recurrent)
    parser["DefaultReproduction"]["elitism"] = "2"
    parser["DefaultStagnation"]["max_stagnation"] = "20"
    with tempfile.NamedTemporaryFile("w", suffix=".ini") as file:
        parser.write(file)
        file.flush()
        kinds = neat.DefaultGenome, neat.DefaultReproduction
        return neat.Config(*kinds, neat.DefaultSpeciesSet, neat.DefaultStagnation, file.name)
