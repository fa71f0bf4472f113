"""Lineage, phylogeny, health and comparison of a made-up run."""

from typing import Any

import numpy as np

from tests.inspector.synthetic import OPERATORS, Made

CHANGES = (
    "+astrocyte in association",
    "ratio of motor 0.9 → 1.4",
    "+neuron in association",
    "weight of pole angle + → push left 0.8 → 1.3",
    "−synapse h3 → push right",
)


def lineage(made: Made, key: int) -> dict[str, Any]:
    """Return ``lineage/KEY``."""
    steps = []
    one = key
    while one >= 0:
        bits = int(made.operators[one])
        changes = [CHANGES[(one + k) % len(CHANGES)] + made.suffix for k in range(1 + one % 3)]
        steps.append(
            {
                "key": one,
                "generation": int(made.generation[one]),
                "parent": int(made.parent[one]),
                "mate": int(made.mate[one]),
                "operators": [name for k, name in enumerate(OPERATORS) if bits >> k & 1],
                "values": {"return": float(made.reward[one]), "power": float(made.power[one])},
                "changes": [] if made.parent[one] < 0 else changes,
            }
        )
        one = int(made.parent[one])
    return {"steps": steps}


def difference(made: Made, a: int, b: int) -> dict[str, Any]:
    """Return ``difference/A/B``."""
    s = made.suffix
    rows = [
        {"family": "regions", "id": "1f", "what": "ratio of motor" + s, "a": "0.9", "b": "1.4"},
        {
            "family": "neurons",
            "id": "a07c",
            "what": "hidden in association" + s,
            "a": "",
            "b": "there",
        },
        {
            "family": "synapses",
            "id": "77b2",
            "what": "pole angle + → push left" + s,
            "a": "0.8",
            "b": "",
        },
    ]
    return {"a": a, "b": b, "distance": 0.42, "rows": rows}


def phylogeny(made: Made) -> dict[str, Any]:
    """Return ``phylogeny``."""
    wanted: set[int] = set()
    for key in made.survivors.tolist():
        one = key
        while one >= 0 and one not in wanted:
            wanted.add(one)
            one = int(made.parent[one])
    keys = sorted(wanted)
    index = {key: i for i, key in enumerate(keys)}
    return {
        "key": keys,
        "parent": [index.get(int(made.parent[key]), -1) for key in keys],
        "generation": made.generation[keys].tolist(),
        "value": [round(float(v), 3) for v in made.reward[keys]],
        "survivor": [int(key in set(made.survivors.tolist())) for key in keys],
        "coalescence": _coalescence(made),
        "pruned": len(made.key) - len(keys),
    }


def _coalescence(made: Made) -> int | None:
    alive = set(made.survivors.tolist())
    while len(alive) > 1:
        alive = {int(made.parent[key]) for key in alive}
    (key,) = alive
    return key if key >= 0 else None


def health(made: Made) -> dict[str, Any]:
    """Return ``health``."""
    s = made.suffix
    keys = np.flatnonzero(made.failed).tolist()
    detail = (
        'Traceback (most recent call last):\n  File "task.py", line 12, in step\nValueError: 3' + s
    )
    return {
        "failures": [
            {
                "status": "environment" + s,
                "reason": "the task raised ValueError: 3" + s,
                "detail": detail,
                "count": len(keys),
                "keys": keys[:20],
                "generations": made.generation[keys[:20]].tolist(),
            }
        ],
        "evaluations_per_second": [
            round(90 + 8 * float(np.sin(g / 4)), 2) for g in range(made.generations)
        ],
        "workers": [{"name": "parallel efficiency" + s, "value": "0.93" + s}],
        "digest": made.overview()["digest"],
        "notes": ["Retries are not recorded by serial runs." + s],
    }


def comparison(made: Made) -> dict[str, Any]:
    """Return ``comparison``."""
    s = made.suffix
    rows = [["with glia" + s, 5, 4, 4600, 470.0], ["without glia" + s, 5, 4, 5400, 390.5]]
    return {
        "task": "CartPole-v1" + s,
        "threshold": 475.0,
        "groups": [_group(k, name, s) for k, name in enumerate(("with glia", "without glia"))],
        "objectives": ["power" + s, "reward" + s],
        "directions": [-1, 1],
        "table": {
            "columns": ["group" + s, "runs", "solved", "median evaluations", "final return"],
            "rows": rows,
        },
        "tests": {
            "columns": ["pair" + s, "A12", "p (Holm)"],
            "rows": [["with – without" + s, 0.81, 0.031]],
        },
        "notes": ["Curves are of training." + s],
    }


def _group(k: int, name: str, s: str) -> dict[str, Any]:
    at = [500 * i for i in range(1, 21)]
    middle = [(480 - 90 * k) * (1 - float(np.exp(-x / (2500 + 1500 * k)))) for x in at]
    return {
        "name": name + s,
        "settings": [["glia.channels" + s, ("metabolic", "none")[k] + s]],
        "runs": [_run(k, seed, s) for seed in range(5)],
        "curve": {
            "evaluations": at,
            "middle": middle,
            "low": [one * 0.88 for one in middle],
            "high": [min(500, one * 1.07) for one in middle],
        },
        "attainment": [
            {
                "share": share,
                "points": [[p, 500 - 9000 / p + 60 * share - 40 * k] for p in (60, 80, 100, 140)],
            }
            for share in (0.25, 0.5, 0.75)
        ],
    }


def _run(k: int, seed: int, s: str) -> dict[str, Any]:
    return {
        "name": f"run-{k}-{seed}" + s,
        "seed": seed,
        "solved_at": 4000 + 300 * seed if seed != 3 else None,
        "final_return": 470.0 - 80 * k - seed,
        "power": 110.0 + 20 * k,
        "note": s,
    }
