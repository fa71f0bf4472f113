"""Layout of packed genomes: all genes of a genome in one row of 64-bit words.

A gene is a row of words: its innovation number, its fields, its traits, the latter as float64. The
genes of a family stand together, sorted by innovation number; the families stand in the order of
the schema. How wide the rows are and which trait is where is handed to the kernels in a record, so
that a new trait needs no new code; the fields are named here.
"""

from typing import NamedTuple

from glianeat.typing import FloatArray, IntArray, WordArray

N_FAMILIES = 4
REGIONS, NEURONS, ASTROCYTES, SYNAPSES = range(N_FAMILIES)

# Places in a row
NUMBER = 0
INDEX = 1  # region
ROLE, CHANNEL, ORIGIN, REGION, SIGN = 1, 2, 3, 4, 5  # neuron
HOME, OCCURRENCE = 1, 2  # astrocyte
SOURCE, TARGET, ENABLED = 1, 2, 3  # synapse
STRUCTURE = (1, 3, 2, 2)  # leading fields of each family that the number is the hash of

# Rows of a distribution: how each trait of a family is born and perturbed
INIT_MEAN, INIT_STDEV, MUTATE_RATE, REPLACE_RATE = range(4)
LOG_POWER, LINEAR_POWER, MAX_STEP = range(4, 7)  # zero for other scales; a step < 0: an option
MAGNITUDE, INTEGER, LOW, HIGH = range(7, 11)
VARIES = 11  # … for each role of neurons
N_ROWS = 14

# Options
WEIGHT, DELAY, X, Y = range(4)  # columns of these traits
SPLIT_WEIGHT, SPLIT_DISABLES, HIDDEN_EXCITATORY, FEED_FORWARD = range(4, 8)
MUTATION_SPREAD, INHERIT_DISABLED, POWER_SPREAD = range(8, 11)
ACTIVATION, N_ACTIVATIONS = 11, 12  # column of the trait; how many are allowed
ANY_AT_BIRTH = 13  # 1: new neurons have any of them
ACTIVATIONS = 14  # their numbers
MOST_ACTIVATIONS = 24
RATES = ACTIVATIONS + MOST_ACTIVATIONS  # of each operator
OPERATORS = (
    "split_synapse",
    "add_synapse",
    "delete_synapse",
    "delete_neuron",
    "toggle_synapse",
    "rewire_synapse",
    "add_astrocyte",
    "delete_astrocyte",
    "add_region",
    "split_region",
    "remove_region",
    "flip_sign",
    "traits",
)
(
    SPLIT_SYNAPSE,
    ADD_SYNAPSE,
    DELETE_SYNAPSE,
    DELETE_NEURON,
    TOGGLE_SYNAPSE,
    REWIRE_SYNAPSE,
    ADD_ASTROCYTE,
    DELETE_ASTROCYTE,
    ADD_REGION,
    SPLIT_REGION,
    REMOVE_REGION,
    FLIP_SIGN,
    TRAITS,
) = range(len(OPERATORS))
N_OPTIONS = RATES + len(OPERATORS)

# Head of a draft
BASE = 0  # where each family begins
ROOM = 4  # rows each may have: its structural cap, or what there is memory for
N_GENES = 8  # rows each has
WIDTH = 12  # words of a row
N_FIELDS = 16
N_TRAITS = 20
STATE = 24  # of the random stream
MOST_TRAITS = 28  # width of a row of a distribution
SEED = 29  # of the generation
MARKS = 30  # room for a mark on each neuron

INPUT, OUTPUT, HIDDEN = range(3)  # schema.Role
FIRST_ASSOCIATION = 2  # indices below it are the sensory and the motor region's


class PackedGenomes(NamedTuple):
    """Genomes in one block of memory."""

    words: IntArray
    reals: FloatArray  # the same memory
    start: IntArray  # (n,) place of the first word of each
    end: IntArray  # (n,) place behind its last
    counts: IntArray  # (n, 4) [rows]
    digest: WordArray  # (n,) hash of all genes, see `breeding`, or 0 where it is not known
