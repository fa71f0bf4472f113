"""Configurations of neat-python for tests, made key by key."""

import neat

SECTIONS = {
    "NEAT": {
        "pop_size": "20",
        "fitness_criterion": "max",
        "fitness_threshold": "3.5",
        "reset_on_extinction": "False",
        "no_fitness_termination": "False",
    },
    "DefaultGenome": {
        "num_inputs": "3",
        "num_outputs": "2",
        "num_hidden": "0",
        "feed_forward": "True",
        "initial_connection": "full_direct",
        "compatibility_disjoint_coefficient": "1.0",
        "compatibility_weight_coefficient": "0.5",
        "conn_add_prob": "0.4",
        "conn_delete_prob": "0.2",
        "node_add_prob": "0.3",
        "node_delete_prob": "0.1",
        "single_structural_mutation": "False",
        "structural_mutation_surer": "default",
        "activation_default": "tanh",
        "activation_options": "tanh",
        "activation_mutate_rate": "0.0",
        "aggregation_default": "sum",
        "aggregation_options": "sum",
        "aggregation_mutate_rate": "0.0",
        "enabled_default": "True",
        "enabled_mutate_rate": "0.02",
        "enabled_rate_to_true_add": "0.0",
        "enabled_rate_to_false_add": "0.0",
    },
    "DefaultSpeciesSet": {"compatibility_threshold": "2.5"},
    "DefaultStagnation": {
        "species_fitness_func": "max",
        "max_stagnation": "12",
        "species_elitism": "2",
    },
    "DefaultReproduction": {"elitism": "1", "survival_threshold": "0.3", "min_species_size": "2"},
}
for _name, _stdev, _rate in (("bias", 0.5, 0.6), ("response", 0.0, 0.0), ("weight", 0.8, 0.7)):
    SECTIONS["DefaultGenome"] |= {
        f"{_name}_init_mean": "1.0" if _name == "response" else "0.0",
        f"{_name}_init_stdev": str(_stdev),
        f"{_name}_init_type": "gaussian",
        f"{_name}_mutate_power": "0.4",
        f"{_name}_mutate_rate": str(_rate),
        f"{_name}_replace_rate": str(_rate / 10.0),
        f"{_name}_max_value": "3.0",
        f"{_name}_min_value": "-3.0",
    }

LATER = {  # keys of neat-python 2.1
    "DefaultGenome": ("compatibility_excess_coefficient", "compatibility_enable_penalty"),
    "DefaultReproduction": ("fitness_sharing", "spawn_method"),
}


def text(drop=(), rename=None, extra="", **changes):
    """Return a configuration with some keys changed, whatever their section, or left out."""
    lines, later = [], {}
    for section, keys in LATER.items():
        later[section] = {key: changes.pop(key) for key in keys if key in changes}
    for section, keys in SECTIONS.items():
        lines.append(f"[{(rename or {}).get(section, section)}]")
        values = {key: changes.pop(key, value) for key, value in keys.items() if key not in drop}
        values |= later.get(section, {})
        lines += [f"{key} = {value}" for key, value in values.items()]
    assert not changes
    return "\n".join([*lines, extra])


def write(folder, name="neat.ini", **changes):
    """Write a configuration; return its path."""
    path = folder / name
    path.write_text(text(**changes))
    return path


def neat_config(folder, **changes):
    """Return a configuration as neat-python has it."""
    return neat.Config(
        neat.DefaultGenome,
        neat.DefaultReproduction,
        neat.DefaultSpeciesSet,
        neat.DefaultStagnation,
        str(write(folder, **changes)),
    )
