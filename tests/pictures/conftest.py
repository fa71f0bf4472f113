import pytest

import glianeat
from tests.evaluate import answers
from tests.run.runs import SMALL

FEW = SMALL.replace(
    evolution=SMALL.evolution.replace(generations=3),
    selection=SMALL.selection.replace(objectives=("reward", "energy")),
    evaluation=SMALL.evaluation.replace(episodes=1, validation_episodes=2, validation_top=1),
)


@pytest.fixture(scope="session")
def runs(tmp_path_factory):
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="session")
def run(runs):
    """Return a run of three generations with hidden neurons."""
    genome = FEW.genome.replace(split_synapse=0.5, add_synapse=0.5)
    with glianeat.evolve(FEW.replace(genome=genome), runs=runs, name="small") as found:
        yield found


@pytest.fixture(scope="session")
def neat(runs):
    evolution = FEW.evolution.replace(algorithm="neat")
    with glianeat.evolve(FEW.replace(evolution=evolution), runs=runs, name="neat") as found:
        yield found


@pytest.fixture(scope="session")
def single(runs):
    """Return a run of one generation, without astrocytes."""
    config = FEW.replace(
        evolution=FEW.evolution.replace(generations=1),
        development=FEW.development.replace(glia="fixed", preset="none"),
    )
    with glianeat.evolve(config, runs=runs, name="single") as found:
        yield found


@pytest.fixture(scope="session")
def failed(runs):
    """Return a run in which every evaluation failed."""
    answers.GIVEN["reward"] = "12"
    task = FEW.task.replace(id=answers.ANSWERS, ranges=((-1.0, 1.0), (-1.0, 1.0)))
    try:
        with glianeat.evolve(FEW.replace(task=task), runs=runs, name="failed") as found:
            yield found
    finally:
        answers.GIVEN.clear()
