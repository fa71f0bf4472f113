"""One genome of a run, and what can be done with it."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from glianeat.develop.decode import develop
from glianeat.develop.lesions import Lesion
from glianeat.develop.network import Network
from glianeat.evaluate.agent import Agent
from glianeat.evaluate.conditions import Condition, evaluate_under
from glianeat.evaluate.damage import Damage
from glianeat.evaluate.evaluation import Evaluation
from glianeat.evaluate.plan import EpisodePlan
from glianeat.evaluate.robustness import Robustness, robustness
from glianeat.evaluate.what_if import Changes, WhatIf, what_if
from glianeat.evolution.individual import Individual
from glianeat.genome.alteration import TraitChange
from glianeat.genome.genome import Genome
from glianeat.run.episode_choice import checked_number, plan_of
from glianeat.streams import Purpose
from glianeat.text import counted, table_markup

if TYPE_CHECKING:
    from glianeat.run.filmed import Recording
    from glianeat.run.run import Run


class Solution:
    """One genome of a run, with how it did.

    Attributes
    ----------
    run : Run
        Whose genome it is.
    genome : Genome
        What was inherited.
    evaluation : Evaluation
        How it did in training.
    validation : Evaluation or None
        How it did on fresh episodes, if it was tried.
    """

    def __init__(self, run: "Run", individual: Individual, validation: Evaluation | None) -> None:
        self.run = run
        self.genome: Genome = individual.genome
        self.evaluation, self.validation = individual.evaluation, validation
        self.parents, self.generation = individual.parents, individual.generation
        self.operators = individual.operators

    @property
    def key(self) -> int:
        """Key of the genome."""
        return self.genome.key

    @property
    def mean_return(self) -> float:
        """Mean return: on fresh episodes if it was tried on some, else in training."""
        return (self.validation or self.evaluation).mean_return

    @property
    def power(self) -> float:
        """Mean power [EU/s]: on fresh episodes if it was tried on some, else in training."""
        return (self.validation or self.evaluation).power

    def network(self) -> Network:
        """Develop the genome into the adult's network."""
        return develop(self.genome, self.run.config.development)

    def agent(self) -> Agent:
        """Return an agent that acts as this genome's did."""
        experiment = self.run.experiment
        simulation, description = experiment.config.simulation, experiment.description
        return Agent(self.network(), simulation, experiment.codec, description)

    def evaluate(
        self,
        seeds: int | Sequence[int],
        damage: str | Damage | Sequence[str | Damage] | None = None,
        condition: Condition = "intact",
    ) -> Evaluation:
        """Live through episodes in one call, in compiled code where the task has a compiled.

        Parameters
        ----------
        seeds : int or sequence of int
            Seeds for Gymnasium's ``reset(seed=…)``, one for each episode; or how many fresh
            episodes, which took no part in training, picking or replays.
        damage : str, Damage, or several of them, optional
            What dies in every episode, such as ``sensors=0.6@4s``, see `glianeat.evaluate.damage`;
            an empty list for nothing, by default what dies in the run's own episodes.
        condition : str
            What glia or slow neurons do not do, such as ``no_gain``, ``frozen`` or ``shuffled``:
            see `glianeat.evaluate.conditions`.

        Returns
        -------
        Evaluation
            Its `returns` and `lengths` are in the order of the seeds. If an episode failed, `is_ok`
            is false and `reason` says why.

        Raises
        ------
        ConfigError
            If a seed is no whole number >= 0, or there is none; or a damage is written in a way
            that is not known; or there is no such condition.

        Examples
        --------
        >>> import tempfile
        >>> from pathlib import Path
        >>> import glianeat
        >>> config = glianeat.ExperimentConfig()
        >>> config = config.replace(
        ...     evolution=config.evolution.replace(population=4, generations=1)
        ... )
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     with glianeat.evolve(config, runs=Path(folder)) as run:
        ...         evaluation = run.best.evaluate(seeds=[7, 8, 7])
        >>> len(evaluation.returns)
        3
        >>> evaluation.returns[0] == evaluation.returns[2]
        True
        """
        plan = plan_of(seeds, damage)
        return evaluate_under(condition, self.run.test_evaluator, self.genome, plan)

    def robustness(
        self, damage: str | Damage | Sequence[str | Damage], seeds: int | Sequence[int] = 100
    ) -> Robustness:
        """Live the same episodes without damage, and under damage of one share after the other.

        Parameters
        ----------
        damage : str, Damage, or several of them
            What dies in every episode, such as ``sensors=0.2,0.4,0.6@4s``; several die in the same
            episodes, of which one may have several shares.
        seeds : int or sequence of int
            Seeds of the episodes, or how many fresh ones, as for `evaluate`.

        Returns
        -------
        Robustness
            Mean return with its standard error, the part of the return that is kept, and power, by
            share; the first row is without damage.

        Raises
        ------
        ConfigError
            If the damage is written in a way that is not known, or of a region that is not there.
        EvaluationError
            If an episode failed.

        Examples
        --------
        >>> import tempfile
        >>> from pathlib import Path
        >>> import glianeat
        >>> config = glianeat.ExperimentConfig()
        >>> config = config.replace(
        ...     evolution=config.evolution.replace(population=4, generations=1)
        ... )
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     with glianeat.evolve(config, runs=Path(folder)) as run:
        ...         found = run.best.robustness("sensors=0.5,1@100ms", seeds=[7, 8])
        >>> [row.share for row in found.rows]
        [0.0, 0.5, 1.0]
        """
        return robustness(self.run.test_evaluator, self.genome, damage, plan_of(seeds))

    def what_if(
        self,
        *,
        lesions: Sequence[Lesion] = (),
        traits: Sequence[TraitChange] = (),
        episodes: int = 10,
    ) -> WhatIf:
        """Live the same fresh episodes as it is, and without some cells or with other traits.

        Parameters
        ----------
        lesions : sequence of Lesion
            What is taken away from the network.
        traits : sequence of TraitChange
            Which traits are set; then the genome develops anew.
        episodes : int
            How many episodes, the same that ``glianeat replay`` shows.

        Returns
        -------
        WhatIf
            Return, power in all and by kind, spikes, measures and sizes, before and after, and the
            standard error of the difference.

        Raises
        ------
        ConfigError
            If there is no such gene, cell or trait, or a value is out of its trait's bounds.
        EvaluationError
            If an episode failed.

        Examples
        --------
        >>> import tempfile
        >>> from pathlib import Path
        >>> import glianeat
        >>> config = glianeat.ExperimentConfig()
        >>> config = config.replace(
        ...     evolution=config.evolution.replace(population=4, generations=1)
        ... )
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     with glianeat.evolve(config, runs=Path(folder)) as run:
        ...         lesion = glianeat.Lesion("astrocyte", "*")
        ...         without = run.best.what_if(lesions=[lesion], episodes=2)
        >>> without["astrocytes"].after
        0.0
        """
        changes = Changes(traits=tuple(traits), lesions=tuple(lesions))
        plan = EpisodePlan(purpose=Purpose.REPLAY, episodes=checked_number(episodes))
        config = self.run.config
        seeds, rewards = plan.episode_seeds(config.seed), config.task.rewards
        return what_if(self.run.test_evaluator, self.genome, changes, seeds, config.energy, rewards)

    def record(self, path: str | Path, episodes: int = 1) -> "Recording":
        """Film fresh episodes, the same that ``glianeat replay`` shows.

        Parameters
        ----------
        path : str or Path
            The file, .gif, .png or .apng (which are animated PNGs), or .mp4 (which takes ffmpeg).
        episodes : int
            How many.

        Returns
        -------
        Recording
            How many frames there are, and whether all could be kept.

        Raises
        ------
        ConfigError
            If the file is of another kind, or the task cannot show itself.
        EvaluationError
            If an episode failed; then nothing is written.
        """
        from glianeat.run.recording import record

        plan = EpisodePlan(purpose=Purpose.REPLAY, episodes=checked_number(episodes))
        return record(self.run.experiment.rollout, self.genome, plan, Path(path))[0]

    def _repr_html_(self) -> str:
        """Return a table of how it did, for notebooks."""
        return Front([self]).markup(f"Genome {self.key} of {self.run.name}")


class Front(list[Solution]):
    """Genomes of a run in a list that notebooks show as a table."""

    def markup(self, caption: str) -> str:
        """Return a table of the genomes, with a caption."""
        head = ("genome", "generation", "return", "EU/s", "spikes/s", "neurons", "astrocytes")
        rows = [_row(solution) for solution in self]
        return table_markup(caption, head, rows)

    def _repr_html_(self) -> str:
        return self.markup(f"Pareto front: {counted(len(self), 'genome')}")


def _row(solution: Solution) -> tuple[object, ...]:
    evaluation = solution.evaluation
    return (
        solution.key,
        solution.generation,
        solution.mean_return,
        solution.power,
        evaluation.spikes_per_second,
        evaluation.neurons,
        sum(evaluation.astrocytes),
    )
