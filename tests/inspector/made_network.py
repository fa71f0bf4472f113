"""A made-up genome and an episode of it, with names as hostile as wanted."""

import math
from typing import Any

KEY = 7
STEPS, STEP_MS = 40, 20
N_MS = STEPS * STEP_MS
_ROLES = [0, 0, 0, 0, 2, 2, 1, 1]
_REGIONS = [0, 0, 0, 0, 2, 2, 1, 1]
_SYNAPSES = [(0, 4, 2.0, 3), (1, 4, 0.5, 1), (2, 5, 4.0, 5), (4, 6, 1.0, 2), (5, 7, 8.0, 1)]
_PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M/wHwAEBgIA"
    "fp2Z0QAAAABJRU5ErkJggg=="
)


def genome(suffix: str = "") -> dict[str, Any]:
    """Return a genome of eight neurons in three regions; `suffix` ends every name."""
    n = len(_ROLES)
    names = ["angle +", "angle −", "speed +", "speed −", "", "", "push left", "push right"]
    return {
        "key": KEY,
        "generation": 3,
        "parents": [5, -1],
        "operators": ["weights"],
        "status": "ok",
        "values": {"return": 40.0, "power": 120.0},
        "validation": {"return": 39.5, "power": 121.0},
        "regions": [_region(index, suffix) for index in range(3)],
        "neurons": {
            "id": [f"{index:04x}{0:012x}" for index in range(n)],
            "name": [name and name + suffix for name in names],
            "role": _ROLES,
            "region": _REGIONS,
            "sign": [1, 1, 1, 1, 1, -1, 1, 1],
            "x": [0.0] * n,
            "y": [0.1 * index for index in range(n)],
            "traits": [[0.25] for _ in range(n)],
        },
        "synapses": _synapses(),
        "astrocytes": {
            "gene": ["aa", "bb"],
            "region": [0, 2],
            "count": [4, 1],
            "x": [0.0, 0.0],
            "y": [0.0, 0.0],
            "traits": [[500.0], [300.0]],
        },
        "covers": {"astrocyte": [0, 0, 1, 1], "neuron": [0, 1, 4, 5], "share": [1.0] * 4},
        "dormant": _dormant(suffix),
        "energy": {
            "kinds": ["spike", "rest"],
            "regions": ["a", "b", "c"],
            "power": [[0, 60, 30]] * 2,
        },
    }


def _region(index: int, suffix: str) -> dict[str, Any]:
    return {
        "name": ["sensory", "motor", "association"][index] + suffix,
        "innovation": f"{index:016x}",
        "neurons": _REGIONS.count(index),
        "astrocytes": [4, 0, 1][index],
        "ratio": [1.0, 0.0, 0.5][index],
        "ratio_gene": 1.0,
        "traits": [50.0],
    }


def _synapses() -> dict[str, Any]:
    return {
        "id": [f"{100 + index:016x}" for index in range(len(_SYNAPSES))],
        "source": [one[0] for one in _SYNAPSES],
        "target": [one[1] for one in _SYNAPSES],
        "weight": [one[2] for one in _SYNAPSES],
        "delay": [one[3] for one in _SYNAPSES],
        "inhibits": [int(one[0] == 5) for one in _SYNAPSES],
        "traits": None,
    }


def _dormant(suffix: str) -> dict[str, Any]:
    neuron = {"id": "dead", "name": "", "role": 2, "region": 2, "x": 0.5, "y": 0.5}
    return {
        "neurons": [{**neuron, "why": "no output can be reached from it" + suffix}],
        "synapses": [
            {
                "id": "beef",
                "source": f"{0:016x}",
                "target": "dead",
                "weight": 1.0,
                "why": "its target is not expressed" + suffix,
            }
        ],
        "astrocytes": [{"gene": "cc", "region": 2, "why": "more genes than the ratio asks for"}],
    }


_FRAMES = {"step": [0, 20], "width": 4, "height": 3, "image": [_PIXEL] * 2}


def episode(suffix: str = "", *, frames: bool = True) -> dict[str, Any]:
    """Return an episode in which hidden neurons and outputs spike in turn."""
    spikes = [(time, 4 + time // 10 % 4) for time in range(5, N_MS, 10)]
    times = list(range(0, N_MS, 10))
    windows = list(range(100, N_MS + 1, 100))
    return {
        "key": KEY,
        "purpose": "a fresh episode" + suffix,
        "seed": 11,
        "episode_return": float(STEPS),
        "steps": STEPS,
        "complete": True,
        "step_ms": STEP_MS,
        "n_ms": N_MS,
        "observation": [[math.sin(step / 6), math.cos(step / 6)] for step in range(STEPS)],
        "observation_names": ["angle" + suffix, "speed" + suffix],
        "action": [[step // 10 % 2] for step in range(STEPS)],
        "action_names": ["action" + suffix],
        "action_choices": [["push left" + suffix, "push right" + suffix]],
        "action_lowest": [0],
        "reward": [1.0] * STEPS,
        "spike_time": [time for time, _ in spikes],
        "spike_neuron": [neuron for _, neuron in spikes],
        "efficacy_time": [],
        "efficacy": [],
        "calcium_time": times,
        "calcium": [[0.5 + math.sin(time / 90) / 2 for time in times] for _ in range(2)],
        "release_time": [150, 400],
        "release_astrocyte": [0, 1],
        "fill_time": times,
        "fill": [[0.9 for _ in times] for _ in range(3)],
        "output_time": [],
        "output": [],
        "energy_time": windows,
        "energy_kinds": ["spike", "rest"],
        "energy": [[60.0 for _ in windows], [40.0 for _ in windows]],
        "energy_region": [[30.0 for _ in windows] for _ in range(3)],
        "frames": _FRAMES if frames else None,
        "frames_note": "" if frames else "This task cannot be drawn.",
    }


def resources(suffix: str = "", **changed: Any) -> dict[str, Any]:
    """Return the resources of a page of one genome; `changed` replaces some, None drops them."""
    trait = {"name": "tau_membrane", "unit": "ms", "meaning": "time constant" + suffix}
    overview = {
        "name": "made-up" + suffix,
        "task": "CartPole-v1" + suffix,
        "seed": 1,
        "finished": "solved",
        "generations": 4,
        "evaluations": 40,
        "individuals": 40,
        "digest": "0",
        "strategy": "nsga2",
        "has_front": True,
        "objectives": [{"name": "return", "unit": "", "direction": 1}],
        "measures": [],
        "regions": [one["name"] for one in genome(suffix)["regions"]],
        "species": False,
        "observations": ["angle +", "angle −", "speed +", "speed −"],
        "actions": ["push left" + suffix, "push right" + suffix],
        "traits": {name: [trait] for name in ("regions", "neurons", "astrocytes", "synapses")},
        "energy_kinds": [],
        "operators": [],
        "genomes": [KEY],
        "episodes": [KEY],
        "best": KEY,
        "shown": KEY,
        "front": [KEY],
        "notes": [],
        "provenance": [],
        "config": [],
    }
    site = {
        "version": "1.0",
        "live": False,
        "token": "",
        "runs": [{"name": "made-up", "task": "t"}],
    }
    made = {"genome": genome(suffix), "episode": episode(suffix)} | changed
    values = {"site": {**site, "comparison": False}, "run/0/overview": overview}
    return values | {f"run/0/{name}/{KEY}": value for name, value in made.items() if value}
