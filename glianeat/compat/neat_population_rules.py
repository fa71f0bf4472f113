"""What each key of neat-python's becomes here that says how a population evolves."""

from glianeat.compat.neat_ini import Ini
from glianeat.compat.neat_keys import GENOME, NEAT, REPRODUCTION, SPECIES, STAGNATION
from glianeat.compat.neat_report import Outcome, approximated, mapped, not_mapped
from glianeat.compat.neat_rules import Outcomes, scales
from glianeat.develop.settings import DevelopmentConfig
from glianeat.errors import ConfigError
from glianeat.genome.schema import FAMILIES, NEURONS
from glianeat.run.traits import read_traits
from glianeat.simulate.settings import NeuronConfig, SimulationConfig

SPARED = 2  # species that have offspring however long they stagnate
_GRADED = SimulationConfig(neuron=NeuronConfig(model="graded"))  # as imported runs are
_NOTHING = 1e-9  # a factor of weights so small leaves no weights
_LEAST_SHARE = 1e-6  # of a species: its best member alone
_HIGHEST_THRESHOLD = 1000.0


def neat_rules(ini: Ini) -> Outcomes:
    """Return what becomes of the keys of [NEAT].

    Raises
    ------
    ConfigError
        If the lowest fitness is asked for, or what neat-python does not know.
    """
    endless = ini.truth(NEAT, "no_fitness_termination")
    rules = {
        "pop_size": mapped({"evolution.population": ini.count(NEAT, "pop_size")}),
        "fitness_criterion": _criterion(ini.text(NEAT, "fitness_criterion"), endless=endless),
        "fitness_threshold": not_mapped("no_fitness_termination is set")
        if endless
        else approximated(
            {"evolution.solved_return": ini.number(NEAT, "fitness_threshold")},
            "the mean return over fresh episodes is to pass it, by two standard errors",
        ),
        "no_fitness_termination": mapped({"evolution.stop_when_solved": not endless}),
        "reset_on_extinction": not_mapped(
            "species never all die out: the two best are protected_below"
        ),
    }
    if ini.has(NEAT, "seed"):
        seed = {"seed": ini.count(NEAT, "seed")}
        rules["seed"] = mapped(seed, "random streams are not neat-python's")
    return rules


def _criterion(wanted: str, *, endless: bool) -> Outcome:
    if wanted == "max":
        return mapped(note="the best genome decides when to stop")
    if wanted == "mean" or (endless and wanted != "min"):
        return not_mapped("the best genome decides when to stop, not the mean of all")
    if wanted != "min":
        raise ConfigError(f"fitness_criterion: must be 'max', 'mean' or 'min', got {wanted!r}")
    raise ConfigError(
        "fitness_criterion: must be 'max' or 'mean', got 'min': neat-python 2.1 looks for the "
        "lowest fitness then, and earlier versions for the highest, until the worst genome has "
        "it. Here fitness is the return of the task, and the highest is looked for; let rewards "
        "be negative errors, and set 'max'"
    )


def distance_rules(ini: Ini) -> Outcomes:
    """Return what becomes of the coefficients of the compatibility distance; see docs."""
    n_outputs = ini.count(GENOME, "num_outputs")
    n_neurons = ini.count(GENOME, "num_inputs") + n_outputs
    n_synapses = ini.count(GENOME, "num_inputs") * n_outputs
    disjoint = ini.number(GENOME, "compatibility_disjoint_coefficient")
    coefficient = ini.number(GENOME, "compatibility_weight_coefficient")
    apart = 1.0 / (n_outputs + 1) + 2.0 / (n_synapses + 2)
    bias, weight = scales(ini)
    of_nodes = coefficient * n_neurons / n_outputs
    if not ini.truth(GENOME, "compatibility_include_node_genes"):
        of_nodes = 0.0
    settings = {
        "species.distance.weight": coefficient / abs(weight) if abs(weight) > _NOTHING else 0.0,
        "species.distance.trait": of_nodes / bias / _share("bias"),
        "species.distance.activation": of_nodes,
        "species.distance.ratio": 0.0,
        "species.distance.region": 0.0,
    }
    split = (n_neurons + n_synapses + 3) / 3.0
    return {
        "compatibility_disjoint_coefficient": approximated(
            {"species.distance.disjoint": disjoint * apart * split},
            "equal for one split of a fully connected founder; neurons and synapses are counted "
            "together here",
        ),
        "compatibility_weight_coefficient": approximated(
            settings,
            "equal for weights and biases of founders, and for weights wherever structure is "
            "equal; disabled synapses are no difference here",
        ),
        **_later_distance_rules(ini, disjoint),
    }


def _later_distance_rules(ini: Ini, disjoint: float) -> Outcomes:
    """Return what becomes of the keys of distances that neat-python 2.1 added."""
    nodes = ini.truth(GENOME, "compatibility_include_node_genes")
    even = ini.number(GENOME, "compatibility_enable_penalty") == 0.0
    excess = ini.text(GENOME, "compatibility_excess_coefficient").lower()
    equal = excess in {"auto", f"{disjoint:g}", f"{disjoint}"}
    return {
        "compatibility_excess_coefficient": mapped()
        if equal
        else approximated(note="innovation numbers have no order here: excess genes are disjoint"),
        "compatibility_include_node_genes": mapped()
        if nodes
        else approximated(note="biases do not count; neurons that only one genome has still do"),
        "compatibility_enable_penalty": mapped()
        if even
        else not_mapped("disabled synapses are no difference here"),
    }


def species_rules(ini: Ini) -> Outcomes:
    """Return what becomes of the keys of [DefaultSpeciesSet].

    Raises
    ------
    ConfigError
        If the number of species is none.
    """
    threshold = min(ini.number(SPECIES, "compatibility_threshold"), _HIGHEST_THRESHOLD)
    target = _target(ini.text(SPECIES, "target_num_species"))
    step = min(max(ini.number(SPECIES, "threshold_adjust_rate"), 0.0), _HIGHEST_THRESHOLD)
    note = "a genome joins the first species that is near enough, not the nearest"
    rules = {
        "compatibility_threshold": approximated(
            {"species.threshold": threshold, "species.target": target}, note
        ),
        "target_num_species": mapped(note="as species.target"),
        "threshold_adjust_rate": not_mapped("target_num_species is none"),
        "threshold_min": not_mapped("target_num_species is none"),
        "threshold_max": not_mapped("target_num_species is none"),
    }
    if target:
        rules |= {
            "threshold_adjust_rate": mapped({"species.threshold_step": step}),
            "threshold_min": approximated(note="threshold_adjust_rate is the lowest threshold"),
            "threshold_max": not_mapped("there is no highest threshold"),
        }
    return rules


def _target(text: str) -> int:
    """Return the wanted number of species, or 0 if there is none."""
    if text.lower() == "none":
        return 0
    if not text.isdecimal() or not 1 <= int(text[:9]) <= 10_000:
        raise ConfigError(
            f"target_num_species: must be 'none' or a whole number >= 1 and <= 10000, got {text!r}"
        )
    return int(text[:9])


def stagnation_rules(ini: Ini) -> Outcomes:
    """Return what becomes of the keys of [DefaultStagnation]."""
    best = ini.text(STAGNATION, "species_fitness_func") == "max"
    elitism, most = (
        ini.count(STAGNATION, "species_elitism"),
        ini.count(STAGNATION, "max_stagnation"),
    )
    note = f"the {SPARED} best species are protected_below"
    age = {"species.stagnation": max(most, 1)}
    return {
        "species_fitness_func": mapped()
        if best
        else approximated(note="a species improves if its best member does"),
        "max_stagnation": mapped(age) if most else approximated(age, "at least 1"),
        "species_elitism": mapped() if elitism == SPARED else approximated(note=note),
    }


def reproduction_rules(ini: Ini) -> Outcomes:
    """Return what becomes of the keys of [DefaultReproduction]."""
    elitism = ini.count(REPRODUCTION, "elitism")
    champion = {"neat.elite_size": min(elitism, 1)}
    share = ini.number(REPRODUCTION, "survival_threshold")
    survival = {"neat.survival": min(max(share, _LEAST_SHARE), 1.0)}
    canonical = ini.text(REPRODUCTION, "fitness_sharing") == "canonical"
    at_once = ini.text(REPRODUCTION, "spawn_method") == "proportional"
    abroad = min(max(ini.number(REPRODUCTION, "interspecies_crossover_prob"), 0.0), 1.0)
    return {
        "elitism": mapped(champion)
        if elitism <= 1
        else approximated(champion, "of each species its champion alone lives on"),
        "survival_threshold": approximated(survival, "at least one member of a species, not two"),
        "min_species_size": not_mapped("species get what their fitness is worth"),
        "fitness_sharing": mapped()
        if canonical
        else approximated(note="canonical; where fitness is negative, it counts from the lowest"),
        "spawn_method": mapped()
        if at_once
        else approximated(note="proportional, without a slow change of sizes"),
        "interspecies_crossover_prob": mapped({"neat.interspecies": abroad}),
    }


def _share(name: str) -> float:
    """Return what a difference of one of a trait of neurons is worth, per unit of coefficient."""
    trait = NEURONS.traits[NEURONS.column(name)]
    span = trait.max_value - trait.min_value
    read = read_traits(_GRADED, DevelopmentConfig())[NEURONS.name]
    numbers = sum(one.scale != "option" and one.name in read for one in NEURONS.traits)
    return 1.0 / len(FAMILIES) / numbers / span
