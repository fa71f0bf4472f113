"""``glianeat show``."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec
from rich.table import Table

from glianeat.cli.failures import failure_lines
from glianeat.cli.options import find_run, return_text, runs_option
from glianeat.cli.statistics import describe_statistics, print_statistics
from glianeat.cli.terminal import add_row, make_console, say_json
from glianeat.text import counted, safe, safe_lines

if TYPE_CHECKING:
    from glianeat.run.run import Run, Solution

_SIZES: dict[str, Callable[[dict[str, Any]], int]] = {  # objectives without a column
    "hidden": lambda row: row["hidden"],
    "size": lambda row: row["neurons"] + row["synapses"] + sum(row["astrocytes"].values()),
}


@click.command()
@click.argument("name", metavar="RUN")
@click.option("--json", "as_json", is_flag=True, help="Print JSON; its field names are stable.")
@click.option("--statistics", is_flag=True, help="Show every generation's survivors in numbers.")
@runs_option
def show(name: str, *, as_json: bool, statistics: bool, runs: Path) -> None:
    """Show what RUN has found: best return, energy, Pareto front, sizes, glia-to-neuron ratios.

    Its statistics are quantiles over the survivors of each generation, the front's hypervolume,
    and how the children of each operator of mutation did.
    """
    from glianeat.run.run import Run

    with Run(find_run(runs, name)) as run:
        report = describe_run(run)
        if statistics:
            report["statistics"] = describe_statistics(run.statistics)
    if as_json:
        say_json(report)
    else:
        _print(report)


def describe_run(run: "Run") -> dict[str, Any]:
    """Return a run as `show --json` prints it."""
    summaries = run.summaries
    last = summaries[-1] if summaries else None
    names = run.config.task.rewards
    front = [describe_solution(solution, names) for solution in run.front]
    best = describe_solution(run.best, names) if summaries else None
    return {
        "name": run.name,
        "task": run.config.task.id,
        "seed": run.config.seed,
        "finished": run.finished or None,
        "generations": len(summaries),
        "evaluations": last.evaluations if last else 0,
        "best_return": last.best_return if last else None,
        "rewards": list(names),
        "objectives": [one.name for one in run.objectives],
        "has_front": run.has_front,
        "best": best,
        "front": front,
        "ratios": best["ratios"] if best else {},
        "failures": sum(summary.failures for summary in summaries),
        "failed": [msgspec.to_builtins(failure) for failure in run.failures],
        "all_failed": run.has_only_failures,
        "digest": run.digest,
        "provenance": run.provenance,
    }


def describe_solution(solution: "Solution", rewards: Sequence[str] = ()) -> dict[str, Any]:
    """Return a genome of a run in numbers; `rewards` are the names of several at once."""
    from glianeat.run.run import gene_ratios, region_names

    evaluation, tried = solution.evaluation, solution.validation
    names = region_names(solution.genome)
    return {
        "key": solution.key,
        "generation": solution.generation,
        "mean_return": evaluation.mean_return if evaluation.is_ok else None,
        "validation_return": tried.mean_return if tried and tried.is_ok else None,
        "rewards": dict(zip(rewards, evaluation.rewards, strict=False)),  # a failure has none
        "energy": evaluation.power,
        "spikes_per_second": evaluation.spikes_per_second,
        "output_spikes_per_second": evaluation.output_spikes_per_second,
        "spiking": evaluation.output_spikes_per_second > 0.0,
        "status": evaluation.status,
        "neurons": evaluation.neurons,
        "hidden": evaluation.hidden,
        "synapses": evaluation.synapses,
        "astrocytes": dict(zip(names, evaluation.astrocytes, strict=False)),
        "ratios": dict(zip(names, evaluation.ratios, strict=False)),
        "ratio_genes": gene_ratios(solution.genome),
    }


def _print(report: dict[str, Any]) -> None:
    from glianeat.evaluate.failures import Failure

    console = make_console()
    ended = ended_by(report["finished"]) if report["finished"] else "can be resumed"
    console.print(
        f"run {safe(report['name'])}: {safe(report['task'])}, seed {report['seed']}, "
        f"{counted(report['generations'], 'generation')}, "
        f"{counted(report['evaluations'], 'evaluation')}, {safe(ended)}",
        soft_wrap=True,
    )
    best = report["best"]
    if best is None:
        console.print("no generation is finished yet")
        return
    told = [Failure(**failure) for failure in report["failed"]]
    lines = failure_lines(told, report["task"], all_failed=report["all_failed"])
    if lines:
        console.print("\n".join(lines), soft_wrap=True)
    console.print(safe_lines(_best_lines(best)))
    console.print(_front(report))
    if report.get("statistics"):
        print_statistics(report["statistics"], console)
    console.print(f"digest {safe(report['digest'])}")


def _front(report: dict[str, Any]) -> Table:
    rewards, objectives = report["rewards"], report["objectives"]
    table = Table(title=safe(_title(objectives, has_front=report["has_front"])))
    table.title_justify = "left"
    more = [name for name in objectives if name in _SIZES]
    counts = ("EU/s", "spikes/s", "neurons", "synapses", "astrocytes", *more)
    for column in ("genome", *(rewards or ["return"]), *counts):
        table.add_column(safe(column), justify="right", overflow="fold")
    for row in report["front"]:
        returns = [row["rewards"].get(name) for name in rewards] or [row["mean_return"]]
        add_row(
            table,
            str(row["key"]),
            *map(_number, returns),
            f"{row['energy']:.0f}",
            f"{row['spikes_per_second']:.0f}",
            str(row["neurons"]),
            str(row["synapses"]),
            str(sum(row["astrocytes"].values())),
            *(str(_SIZES[name](row)) for name in more),
        )
    return table


def _title(objectives: Sequence[str], *, has_front: bool) -> str:
    """Return what the genomes of the first rank are compared by."""
    names = ["return" if name == "reward" else name for name in objectives]
    if has_front:
        return f"Pareto front: {', '.join(names[:-1])} and {names[-1]}"
    ties = f"; of equals, by {', '.join(names[1:])}" if len(names) > 1 else ""
    return f"Best genome by {names[0]}{ties}"


def _best_lines(best: dict[str, Any]) -> str:
    ratios = ", ".join(
        f"{name} {best['astrocytes'][name]} at {ratio:.2f}"
        for name, ratio in best["ratios"].items()
    )
    fresh = best["validation_return"]
    tried = f", {return_text(fresh)} on fresh episodes" if fresh is not None else ""
    several = ", ".join(f"{safe(name)} {_number(value)}" for name, value in best["rewards"].items())
    total = "sum of the rewards" if several else "mean return"
    parts = f"  {several}\n" if several else ""
    return (
        f"best genome {best['key']}: {total} {_number(best['mean_return'])}{tried}\n{parts}"
        f"  {best['energy']:.0f} EU/s, {best['spikes_per_second']:.0f} spikes/s "
        f"({spikes_of_outputs(best['output_spikes_per_second'])})\n"
        f"  {counted(best['neurons'], 'neuron')} ({best['hidden']} hidden), "
        f"{counted(best['synapses'], 'synapse')}\n"
        f"  astrocytes and glia-to-neuron ratio: {ratios}"
    )


def ended_by(reason: str) -> str:
    """Return why a run ended; one whose wall-clock time was up is not over."""
    return f"ended by: {reason}" + (", and can be resumed" if reason == "hours" else "")


def spikes_of_outputs(rate: float) -> str:
    """Return how much of the spiking is the outputs'; an agent without is graded, not spiking."""
    return f"{rate:.0f} of outputs" if rate > 0.0 else "none of outputs: graded, not spiking"


def _number(value: float | None) -> str:
    return "failed" if value is None else return_text(value)
