"""The published networks, and what lives them."""

import json
from pathlib import Path

import msgspec

from glianeat.compat.risp import RispNetwork, to_genome
from glianeat.evaluate.rollout import RolloutWorker
from glianeat.run.config import experiment_from

FILE = Path(__file__).parent / "risp_networks.json"
PUBLISHED = {one["name"]: one for one in json.loads(FILE.read_text())["networks"]}


def network_of(name):
    return msgspec.convert(PUBLISHED[name]["network"], RispNetwork)


def experiment_of(network):
    task = {"id": f"glianeat/Plank{network.level.capitalize()}-v0", "imports": ["glianeat_envs"]}
    settings = {**network.settings, "task": task}
    encoder = "argyle_4" if network.level == "hardest" else "spike_ff_2"
    settings["codec"]["encoder"] = encoder
    return experiment_from(settings).resolve()


def evaluated(network, plan):
    experiment = experiment_of(network)
    worker = RolloutWorker(experiment.rollout, experiment.description)
    return worker.evaluate(to_genome(network, 0), plan)
