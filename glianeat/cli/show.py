"""``glianeat show``."""

import math
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
    from glianeat.evaluate.objectives import Objective
    from glianeat.evaluate.schedule import Schedule
    from glianeat.run.generalisation import FreshTrial
    from glianeat.run.run import Run, Solution

_OTHERS: dict[str, tuple[str, Callable[[dict[str, Any]], str]]] = {
    # by the objective that makes a column of its own of it: its head, and what stands in it
    "energy": ("EU/s", lambda row: f"{row['energy']:.0f}"),
    "spikes": ("spikes/s", lambda row: f"{row['spikes_per_second']:.0f}"),
    "neurons": ("neurons", lambda row: str(row["neurons"])),
    "synapses": ("synapses", lambda row: str(row["synapses"])),
    "astrocytes": ("astrocytes", lambda row: str(sum(row["astrocytes"].values()))),
}
"""Columns that every table has, whatever the objectives."""
_FEW = 5  # sources of genomes that are named


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
            report["statistics"] = describe_statistics(run)
    if as_json:
        say_json(report)
    else:
        _print(report)


def describe_run(run: "Run") -> dict[str, Any]:
    """Return a run as `show --json` prints it."""
    summaries = run.summaries
    last = summaries[-1] if summaries else None
    names = run.config.task.rewards
    objectives = run.objectives
    front = [describe_solution(solution, names, objectives) for solution in run.front]
    best = describe_solution(run.best, names, objectives) if summaries else None
    return {
        "name": run.name,
        "task": run.config.task.id,
        "seed": run.config.seed,
        "start": msgspec.to_builtins(run.config.start),
        "finished": run.finished or None,
        "generations": len(summaries),
        "evaluations": last.evaluations if last else 0,
        "steps": last.steps if last else 0,
        "validation_steps": run.validation_steps,
        "episodes": _describe_schedule(run.schedule),
        "progress": [_describe_trial(trial) for trial in run.progress],
        "generalisation_gap": run.generalisation_gap,
        "best_return": last.best_return if last else None,
        "rewards": list(names),
        "objectives": [one.name for one in objectives],
        "directions": {one.name: "max" if one.direction > 0 else "min" for one in objectives},
        "units": {one.name: one.unit for one in objectives},
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


def describe_solution(
    solution: "Solution", rewards: Sequence[str] = (), objectives: "Sequence[Objective]" = ()
) -> dict[str, Any]:
    """Return a genome of a run in numbers; `rewards` are the names of several at once."""
    from glianeat.run.run import gene_ratios

    evaluation, tried = solution.evaluation, solution.validation
    genes = gene_ratios(solution.genome).values()
    names = solution.run.history.region_names_of(solution.genome)  # as in all views of the run
    return {
        "key": solution.key,
        "generation": solution.generation,
        "mean_return": evaluation.mean_return if evaluation.is_ok else None,
        "validation_return": tried.mean_return if tried and tried.is_ok else None,
        "rewards": dict(zip(rewards, evaluation.rewards, strict=False)),  # a failure has none
        "objectives": {one.name: _finite(one.value(evaluation)) for one in objectives},
        "measures": evaluation.measures,
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
        "ratio_genes": dict(zip(names, genes, strict=True)),
    }


def _describe_schedule(schedule: "Schedule | None") -> dict[str, Any] | None:
    if schedule is None:
        return None
    end, number, new = schedule.episodes
    luck = _finite(1.0 - schedule.reliability)
    return {"newborn": number, "new": new, "so_far": end, "luck": luck}


def _schedule_text(episodes: dict[str, Any] | None) -> str:
    if episodes is None:
        return ""
    luck = "" if episodes["luck"] is None else f", {episodes['luck']:.0%} of their differences luck"
    return f"\n  {counted(episodes['newborn'], 'episode')} for a newborn genome, measured{luck}"


def _describe_trial(trial: "FreshTrial") -> dict[str, Any]:
    evaluation = trial.evaluation
    return {
        "generation": trial.generation,
        "steps": trial.steps,
        "key": evaluation.key,
        "training_return": trial.training_return,
        "fresh_return": evaluation.mean_return if evaluation.is_ok else None,
        "fresh_episodes": len(evaluation.returns),
        "standard_error": _finite(evaluation.standard_error),
    }


def _print(report: dict[str, Any]) -> None:
    from glianeat.evaluate.failures import Failure

    console = make_console()
    ended = ended_by(report["finished"]) if report["finished"] else "can be resumed"
    console.print(
        f"run {safe(report['name'])}: {safe(report['task'])}, seed {report['seed']}, "
        f"{counted(report['generations'], 'generation')}, "
        f"{counted(report['evaluations'], 'evaluation')}, {safe(ended)}\n"
        f"  {report['steps']:,} environment steps of training, "
        f"{report['validation_steps']:,} of validation{_schedule_text(report['episodes'])}",
        soft_wrap=True,
    )
    origin = _origin(report)
    if origin:
        console.print(safe(origin), soft_wrap=True)
    best = report["best"]
    if best is None:
        console.print("no generation is finished yet")
        return
    told = [Failure(**failure) for failure in report["failed"]]
    lines = failure_lines(told, report["task"], all_failed=report["all_failed"])
    if lines:
        console.print("\n".join(lines), soft_wrap=True)
    console.print(safe_lines(_best_lines(best)))
    progress = _progress_lines(report)
    if progress:
        console.print(progress, soft_wrap=True)
    console.print(_front(report))
    if report.get("statistics"):
        print_statistics(report["statistics"], console)
    console.print(f"digest {safe(report['digest'])}")


def _progress_lines(report: dict[str, Any]) -> str:
    """Return the latest trial on fresh episodes, and what is lost by them; nothing without one."""
    if not report["progress"]:
        return ""
    last = report["progress"][-1]
    error = "" if last["standard_error"] is None else f" ± {return_text(last['standard_error'])}"
    lines = (
        f"genome {last['key']}, best of generation {last['generation'] + 1}: training "
        f"{return_text(last['training_return'])}, fresh {_number(last['fresh_return'])}{error} "
        f"({counted(last['fresh_episodes'], 'episode')})"
    )
    gap = report["generalisation_gap"]
    return f"{lines}\n  {gap}" if gap else lines


def _origin(report: dict[str, Any]) -> str:
    """Return what founders came from; nothing if they were made anew."""
    start = report["start"]
    if start["run"]:
        number = "?" if start["generation"] is None else start["generation"] + 1
        place = f"generation {number}, digest {start['digest'][:12]}…"
        return f"forked from {start['run']} after {place}"
    if not start["genomes"]:
        return ""
    records = report["provenance"].get("start")
    told = [_source(one) for one in records] if isinstance(records, list) else []
    return f"started from {', '.join(told[:_FEW])}{', …' if len(told) > _FEW else ''}"


def _source(record: object) -> str:
    """Return where a genome came from, as a provenance says that nobody has checked."""
    known = record if isinstance(record, dict) else {}
    if "genome" in known:
        return f"genome {known['genome']} of {known.get('run')}"
    return str(known.get("file", "a genome"))


def _front(report: dict[str, Any]) -> Table:
    """Return a table of the front: first its objectives, then what else there is."""
    objectives = report["objectives"]
    table = Table(title=safe(_title(report)))
    table.title_justify = "left"
    others = [column for name, column in _OTHERS.items() if name not in objectives]
    kept = report["front"][0]["measures"] if report["front"] else {}
    measures = [name for name in kept if name not in objectives]
    heads = [_head(name, report["units"][name]) for name in objectives]
    for column in ("genome", *heads, *(head for head, _ in others), *measures):
        table.add_column(safe(column), justify="right", overflow="fold")
    for row in report["front"]:
        add_row(
            table,
            str(row["key"]),
            *(_value(name, row["objectives"][name]) for name in objectives),
            *(text(row) for _, text in others),
            *(return_text(row["measures"][name]) for name in measures),
        )
    return table


def _head(name: str, unit: str) -> str:
    own = {"energy": "EU/s", "spikes": "spikes/s", "reward": "return"}
    return own.get(name, f"{name} [{unit}]" if unit not in {"", "1"} else name)


def _value(name: str, value: float | None) -> str:
    whole = name in _OTHERS or name in {"hidden", "size"}
    return f"{value:.0f}" if whole and value is not None else _number(value)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _title(report: dict[str, Any]) -> str:
    """Return what the genomes of the first rank are compared by."""
    natural = {**dict.fromkeys(report["rewards"], "max"), "reward": "max"}
    names = []
    for name in report["objectives"]:
        turned = report["directions"][name] != natural.get(name, "min")
        own = "return" if name == "reward" else name
        names.append(f"high {own}" if turned else own)
    if report["has_front"]:
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
        f"  astrocytes and glia-to-neuron ratio: {ratios}{measure_lines(best['measures'])}"
    )


def measure_lines(measures: dict[str, float]) -> str:
    """Return a line for each measure; nothing if there is none."""
    return "".join(f"\n  {name} {return_text(value)}" for name, value in measures.items())


def ended_by(reason: str) -> str:
    """Return why a run ended; one whose wall-clock time was up is not over."""
    return f"ended by: {reason}" + (", and can be resumed" if reason == "hours" else "")


def spikes_of_outputs(rate: float) -> str:
    """Return how much of the spiking is the outputs'; an agent without is graded, not spiking."""
    return f"{rate:.0f} of outputs" if rate > 0.0 else "none of outputs: graded, not spiking"


def _number(value: float | None) -> str:
    return "failed" if value is None else return_text(value)
