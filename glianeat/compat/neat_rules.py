"""What each key of neat-python's [DefaultGenome] becomes here, and what it does without a key."""

import math
from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from glianeat.compat.neat_activations import KNOWN, STEEPNESS, THEIRS, shared_activation
from glianeat.compat.neat_ini import Ini
from glianeat.compat.neat_keys import ATTRIBUTES, GENOME
from glianeat.compat.neat_report import Outcome, approximated, mapped, not_mapped
from glianeat.elementary import exp, log
from glianeat.genome.schema import FAMILIES, NEURONS, SYNAPSES, Family, Trait
from glianeat.genome.variation import MAX_LOG_POWER

Outcomes: TypeAlias = dict[str, Outcome]
_UNIFORM = 2.0 / math.sqrt(3.0)  # stdev of neat-python's uniform distribution over its init_stdev
_DISABLED = 0.875  # half of such genes are drawn disabled, and 0.75 of the others disabled after
_CTRNN = "networks in continuous time are none of ours"


class Scales(NamedTuple):
    """What numbers of neat-python's are multiplied by."""

    bias: float
    weight: float


def scales(ini: Ini) -> Scales:
    """Return the scales under the activations and the response of a file."""
    names = activations(ini)
    steepness = STEEPNESS.get(names[0], 1.0) if len(names) == 1 else 1.0
    return Scales(steepness, steepness * ini.number(GENOME, "response_init_mean"))


def structure_rules(ini: Ini) -> Outcomes:
    """Return what becomes of the keys of [DefaultGenome] that shape networks."""
    hidden, each = "founders have no hidden neurons", "every structural mutation has its own chance"
    none = ini.count(GENOME, "num_hidden") == 0
    single = ini.truth(GENOME, "single_structural_mutation")
    add = "outputs may be sources, too, and ten pairs are looked at"
    split = "only enabled synapses are split; biases of new neurons are drawn, not 0"
    chances = {
        part: min(max(ini.number(GENOME, f"{part}_prob"), 0.0), 1.0)  # never, always
        for part in ("conn_add", "conn_delete", "node_add", "node_delete")
    }
    return {
        "num_hidden": mapped(note=hidden) if none else not_mapped(hidden),
        "feed_forward": mapped({"genome.feed_forward": ini.truth(GENOME, "feed_forward")}),
        "initial_connection": _connection(ini),
        "conn_add_prob": approximated({"genome.add_synapse": chances["conn_add"]}, add),
        "conn_delete_prob": mapped({"genome.delete_synapse": chances["conn_delete"]}),
        "node_add_prob": approximated({"genome.split_synapse": chances["node_add"]}, split),
        "node_delete_prob": mapped({"genome.delete_neuron": chances["node_delete"]}),
        "single_structural_mutation": not_mapped(each) if single else mapped(),
        "structural_mutation_surer": not_mapped("a mutation that finds nothing to do is let be"),
    }


def enabled_rules(ini: Ini) -> Outcomes:
    """Return what becomes of the keys of [DefaultGenome] that enable connections."""
    rate = min(max(ini.number(GENOME, "enabled_mutate_rate"), 0.0), 1.0)
    flips = 0.5 * rate  # half of the draws change nothing
    n_founded = ini.count(GENOME, "num_inputs") * ini.count(GENOME, "num_outputs")
    chance = 1.0 - exp(n_founded * log(1.0 - flips))
    toggle = "the chance that any of a founder's synapses is toggled; then one of a child's is"
    enabled = ini.text(GENOME, "enabled_default").lower() in {"1", "on", "yes", "true"}
    rules = {
        "enabled_default": mapped() if enabled else not_mapped("new synapses are enabled"),
        "enabled_mutate_rate": approximated({"genome.toggle_synapse": chance}, toggle),
    }
    for way in ("true", "false"):
        key = f"enabled_rate_to_{way}_add"
        even = ini.number(GENOME, key) == 0.0
        rules[key] = mapped() if even else not_mapped("both ways are as likely")
    return rules


def function_rules(ini: Ini) -> Outcomes:
    """Return what becomes of the keys of [DefaultGenome] that choose functions."""
    sums = ini.text(GENOME, "aggregation_default") in {"sum", "random", "none"}
    rules = _activation_rules(ini) | {
        "aggregation_default": mapped() if sums else not_mapped("graded neurons sum their inputs")
    }
    share = "graded neurons sum their inputs, which does not evolve"
    several = len(set(_words(ini, "aggregation_options"))) > 1
    varies = several and ini.number(GENOME, "aggregation_mutate_rate") > 0.0
    rules["aggregation_options"] = not_mapped(share) if several else mapped()
    rules["aggregation_mutate_rate"] = not_mapped(share) if varies else mapped()
    return rules


def activations(ini: Ini) -> list[str]:
    """Return the activations of neat-python's that neurons may have, the usual one first.

    Those of the user's own are left out; if there are no others, tanh stands for them.
    """
    default, options = ini.text(GENOME, "activation_default"), _words(ini, "activation_options")
    fixed = ini.number(GENOME, "activation_mutate_rate") <= 0.0
    if default.lower() in {"random", "none"}:
        names = options
    else:
        names = [default] if fixed else [default, *options]
    return [name for name in dict.fromkeys(names) if name in KNOWN] or ["tanh"]


def _activation_rules(ini: Ini) -> Outcomes:
    """Return what becomes of the keys that choose activations."""
    names = activations(ini)
    default, options = ini.text(GENOME, "activation_default"), _words(ini, "activation_options")
    anyone = default.lower() in {"random", "none"}
    usual = {"neuron.activation": shared_activation(names)}
    first = mapped(usual)
    if not anyone and default not in KNOWN:
        first = approximated(usual, f"{default} is none of neat-python's own; {names[0]} is taken")
    rate = min(max(ini.number(GENOME, "activation_mutate_rate"), 0.0), 1.0)
    lost = [name for name in dict.fromkeys(options) if name not in KNOWN]
    note = f"left out, being none of neat-python's own: {', '.join(lost)}" if lost else ""
    if len(names) == 1:
        return {
            "activation_default": first,
            "activation_options": approximated(note=note) if lost else mapped(),
            "activation_mutate_rate": mapped(),
        }
    ours = ["shared", *(THEIRS.get(name, name) for name in names[1:])]
    chosen = {"genome.activations": ours, "genome.birth_activation": "any" if anyone else "shared"}
    return {
        "activation_default": first,
        "activation_options": approximated(chosen, note) if lost else mapped(chosen),
        "activation_mutate_rate": mapped({"genome.traits.neurons.activation.mutate_rate": rate}),
    }


def _words(ini: Ini, key: str) -> list[str]:
    return ini.text(GENOME, key).replace(",", " ").split()


def attribute_rules(ini: Ini) -> Outcomes:
    """Return what becomes of the keys of [DefaultGenome] that say how numbers vary."""
    bias, weight = scales(ini)
    rules = _trait_rules(ini, "bias", NEURONS, bias) | _trait_rules(ini, "weight", SYNAPSES, weight)
    idle = all(
        ini.number(GENOME, f"response_{part}") == 0.0
        for part in ("init_stdev", "mutate_rate", "replace_rate")
    )
    fixed = mapped(note="responses are 1 here, and do not evolve")
    evolves = not_mapped("responses do not evolve: weights onto a neuron do what they would")
    for key in _keys_of(ini, "response"):
        rules[key] = fixed if idle else evolves
    rules["response_init_mean"] = mapped(note=f"part of the factor {weight:.6g} of weights")
    return rules | {key: not_mapped(_CTRNN) for key in _keys_of(ini, "time_constant")}


def built_in(ini: Ini) -> Outcomes:
    """Return what neat-python does without having a key for it."""
    weight = scales(ini).weight
    relay = min(abs(weight), SYNAPSES.traits[SYNAPSES.column("weight")].max_value)
    return {
        "graded neurons": mapped({"neuron.model": "graded", "genome.dale": False}),
        "no glia": mapped(_NO_GLIA, "three regions there are, but nothing depends on them"),
        "one fitness": mapped({"evolution.algorithm": "neat", "selection.objectives": ["reward"]}),
        "add node: disables the connection, weight 1 into the node": mapped(
            {"genome.split_disables": True, "genome.split_weight": relay or 1.0}
        ),
        "a gene disabled in one parent is disabled": mapped(
            {"genome.inherit_disabled": _DISABLED}, "so neat-python 2.0.0, not the 0.75 it quotes"
        ),
        "all children have two parents of one species, and mutate": approximated(
            {"neat.mutation_only": 0.0, "neat.mutate_crossed": 1.0},
            "offspring follow mean fitness, without neat-python's slow change of sizes",
        ),
        "no refocusing": mapped({"neat.refocus": 0}),
        "inputs as they are": approximated(
            {"codec.encoder": "signed"}, "one receptor for each number observed, which is scaled"
        ),
        "what neat-python has not": mapped(_ABSENT),
    }


_NO_GLIA: Mapping[str, object] = {
    "development.glia": "fixed",
    "development.preset": "none",
    "astrocyte.metabolic": False,
    "astrocyte.gain": False,
}
_ABSENT: Mapping[str, object] = {
    **{
        f"genome.{operator}": 0.0
        for operator in (
            "rewire_synapse",
            "add_astrocyte",
            "delete_astrocyte",
            "add_region",
            "split_region",
            "remove_region",
            "mutation_spread",
        )
    },
    "genome.traits.synapses.delay.init_mean": 1.0,
    **{
        f"genome.traits.{family.name}.{trait.name}.{part}": 0.0
        for family in FAMILIES
        for trait in family.traits
        for part in ("init_stdev", "mutate_rate", "replace_rate")
        if trait.name not in {"bias", "weight"} and getattr(trait, part)
    },
}


def _connection(ini: Ini) -> Outcome:
    """Return how founders are connected."""
    kind, _, share = ini.text(GENOME, "initial_connection").partition(" ")
    every = "every output has one at least"
    if kind.startswith("full"):
        settings = {"genome.connection": 1.0}
        if ini.truth(GENOME, "feed_forward"):
            return mapped(settings)
        return approximated(settings, "no neuron is connected to itself at first")
    if kind.startswith("partial"):
        try:
            chance = float(share)
        except ValueError:
            return not_mapped("the share of connections is not a number")
        note = f"each synapse is there with this chance; {every}"
        return approximated({"genome.connection": chance, "genome.connect_fully_below": 0}, note)
    chance = 0.0 if kind == "unconnected" else 1.0 / ini.count(GENOME, "num_inputs")
    if kind != "unconnected" and not kind.startswith("fs_neat"):
        return not_mapped("neat-python has no such connection")
    note = every if chance == 0.0 else f"each input is chosen with this chance; {every}"
    return approximated({"genome.connection": chance, "genome.connect_fully_below": 0}, note)


def _keys_of(ini: Ini, name: str) -> list[str]:
    return [key for key in ini.values[GENOME] if key.startswith(f"{name}_") and name in ATTRIBUTES]


def _trait_rules(ini: Ini, name: str, family: Family, scale: float) -> Outcomes:
    """Return what becomes of the keys of an attribute that is a trait of ours."""
    trait, path = family.traits[family.column(name)], f"genome.traits.{family.name}.{name}"
    uniform = "uniform" in ini.text(GENOME, f"{name}_init_type").lower()
    rules = {}
    mutates = min(max(ini.number(GENOME, f"{name}_mutate_rate"), 0.0), 1.0)
    limits = _limits(trait) | {"replace_rate": 1.0 - mutates}  # the rest is never looked at
    for part, most in limits.items():
        value = ini.number(GENOME, f"{name}_{part}")
        factor = 1.0 if part.endswith("rate") else scale
        factor *= _UNIFORM if uniform and part == "init_stdev" else 1.0
        factor = factor if part == "init_mean" else abs(factor)
        note = "" if factor == 1.0 else f"times {factor:.6g}"
        least = 0.0 if part.endswith("rate") else -most  # never
        kept = min(max(value * factor, least), most)
        outcome = mapped if kept == value * factor else approximated
        if kept != value * factor:
            edge = f"at least {least:.6g}" if kept == least else f"at most {most:.6g}"
            note = f"{note}; {edge}".removeprefix("; ")
        rules[f"{name}_{part}"] = outcome({f"{path}.{part}": kept}, note)
    for part, bound in (("min_value", trait.min_value), ("max_value", trait.max_value)):
        wanted = ini.number(GENOME, f"{name}_{part}") * abs(scale)
        note = f"{bound:g} here, {bound / abs(scale):.4g} in neat-python's unit" if scale else ""
        rules[f"{name}_{part}"] = mapped() if wanted == bound else approximated(note=note)
    kind = approximated(note="drawn from a normal distribution as wide") if uniform else mapped()
    return rules | {f"{name}_init_type": kind}


def _limits(trait: Trait) -> dict[str, float]:
    """Return what each number that says how a trait varies may be at most."""
    span = trait.max_value - trait.min_value
    return {
        "init_mean": trait.max_value,
        "init_stdev": span,
        "mutate_power": MAX_LOG_POWER if trait.scale == "log" else span,
        "mutate_rate": 1.0,
    }
