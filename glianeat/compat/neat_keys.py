"""The keys of neat-python's configurations, section by section: what kind of value each has."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

NEAT, GENOME = "NEAT", "DefaultGenome"
SPECIES, STAGNATION, REPRODUCTION = "DefaultSpeciesSet", "DefaultStagnation", "DefaultReproduction"
ATTRIBUTES = ("bias", "response", "weight", "time_constant")
Kind = Literal["number", "limit", "count", "truth", "text"]
"""A limit is a number that may be infinite."""
Value = float | int | bool | str


@dataclass(frozen=True)
class Key:
    """A key of neat-python's: the kind of its value, and its default if it may be missing."""

    kind: Kind
    default: Value | None = None
    needed: bool = True
    least: int = 0
    """Lowest count."""


def _attribute(name: str) -> dict[str, Key]:
    """Return the keys of an attribute of genes; networks in continuous time alone need theirs."""
    needed = name != "time_constant"
    numbers = ("init_mean", "init_stdev", "mutate_power", "mutate_rate", "replace_rate")
    keys = {part: Key("number", needed=needed) for part in numbers}
    keys |= {part: Key("limit", needed=needed) for part in ("max_value", "min_value")}
    keys["init_type"] = Key("text", "gaussian")
    return {f"{name}_{part}": key for part, key in keys.items()}


def _choice(name: str) -> dict[str, Key]:
    return {
        f"{name}_default": Key("text", "random"),
        f"{name}_options": Key("text", ""),
        f"{name}_mutate_rate": Key("number"),
    }


KEYS: Mapping[str, Mapping[str, Key]] = {
    NEAT: {
        "pop_size": Key("count"),
        "fitness_criterion": Key("text"),
        "fitness_threshold": Key("limit"),
        "reset_on_extinction": Key("truth"),
        "no_fitness_termination": Key("truth", default=False),
        "seed": Key("count", needed=False),
    },
    GENOME: {
        "num_inputs": Key("count", needed=False, least=1),  # the task decides
        "num_outputs": Key("count", needed=False, least=1),
        "num_hidden": Key("count"),
        "feed_forward": Key("truth"),
        "initial_connection": Key("text", "unconnected"),
        "compatibility_disjoint_coefficient": Key("number"),
        "compatibility_weight_coefficient": Key("number"),
        "conn_add_prob": Key("number"),
        "conn_delete_prob": Key("number"),
        "node_add_prob": Key("number"),
        "node_delete_prob": Key("number"),
        "single_structural_mutation": Key("truth", default=False),
        "structural_mutation_surer": Key("text", "default"),
        **_choice("activation"),
        **_choice("aggregation"),
        "enabled_default": Key("text"),
        "enabled_mutate_rate": Key("number"),
        "enabled_rate_to_true_add": Key("number", 0.0),
        "enabled_rate_to_false_add": Key("number", 0.0),
        **{key: rule for name in ATTRIBUTES for key, rule in _attribute(name).items()},
        # neat-python 2.1
        "compatibility_excess_coefficient": Key("text", "auto"),
        "compatibility_include_node_genes": Key("truth", default=True),
        "compatibility_enable_penalty": Key("number", 1.0),
    },
    SPECIES: {
        "compatibility_threshold": Key("number"),
        # neat-python 2.1
        "target_num_species": Key("text", "none"),
        "threshold_adjust_rate": Key("number", 0.1),
        "threshold_min": Key("number", 0.1),
        "threshold_max": Key("limit", 100.0),
    },
    STAGNATION: {
        "species_fitness_func": Key("text", "mean"),
        "max_stagnation": Key("count", 15),
        "species_elitism": Key("count", 0),
    },
    REPRODUCTION: {
        "elitism": Key("count", 0),
        "survival_threshold": Key("number", 0.2),
        "min_species_size": Key("count", 1),
        # neat-python 2.1
        "fitness_sharing": Key("text", "normalized"),
        "spawn_method": Key("text", "smoothed"),
        "interspecies_crossover_prob": Key("number", 0.0),
    },
}


def home_of(key: str) -> str | None:
    """Return the section in which neat-python looks for a key, or None if it has none such."""
    return next((section for section, keys in KEYS.items() if key in keys), None)
