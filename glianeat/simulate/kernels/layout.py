"""Layout of the packed state: one float64 buffer that holds all of a network's state and wiring.

One buffer, because every array argument of a compiled call costs about 55 ns, and a call that
simulates 10 ms of a small network should take little more than a microsecond. The head of the
buffer, read as uint32, holds the whole numbers named here and then the offset of every section, in
units of the section's own type.

*Lanes* are the places of cells in the section arrays. The cells of a region stand together, padded
to a multiple of `LANES` with cells that never spike, so that loops run in full vectors. *Rows* are
the places of senders: inputs first, then lanes. Sections begin at multiples of 64 bytes, so that
those of regions, inputs and astrocytes can be read in full vectors, too: what follows their
numbers is zero at first, and means nothing.
"""

LANES = 8  # float64 numbers in a 512-bit vector
GALIF, IZHIKEVICH, GRADED = 0, 1, 2
THRESHOLD_GATE, HARD_GATE, NO_GATE = 0, 1, 2
COUNTS, MEMBRANES, FIRST_SPIKES, TWITCHES = 0, 1, 2, 3

# Whole numbers in the head (uint32)
N_INPUTS = 0  # I
N_LANES = 1  # M
N_REGIONS = 2  # R
N_ASTROCYTES = 3  # A
N_OUTPUTS = 4  # O
N_SLOTS = 5  # D: slots of the delay ring
N_COVERS = 6  # P: pairs of astrocyte and ensheathed cell
N_NEIGHBOURS = 7  # Q: pairs of astrocytes joined by gap junctions
MODEL = 8  # GALIF, IZHIKEVICH or GRADED
GATE = 9  # THRESHOLD_GATE, HARD_GATE or NO_GATE
RATE_INPUTS = 10  # 1: inputs spike; 0: they transmit gradedly
OUTPUTS = 11  # how outputs are read: COUNTS, MEMBRANES, FIRST_SPIKES or TWITCHES
SUPPLIED = 12  # 1: pools live on glia; 0: they stay full
GAIN = 13  # 1: gliotransmission scales the synapses of a territory
CURRENT = 14  # 1: gliotransmission drives a slow inward current
GLIAL_PERIOD = 15  # steps between two glial steps
N_ORDERED = 16  # C: graded cells
ACTIVATION = 17  # of graded cells, see `activations`; MIXED: each has its own
HEAD = 18  # where the offsets of the sections begin

# Scalars (float64, the first section)
CLOCK = 0  # steps since the last reset
KEEP_EXCITATION = 1  # exp(-dt / tau) of excitatory current
KEEP_INHIBITION = 2  # … of inhibitory current
KEEP_READOUT = 3  # … of the leaky spike count, or of twitches
FLOOR = 4  # lowest membrane potential [threshold]
REFRACTORY_STEPS = 5  # length of the refractory period
PER_ONSET = 6  # 1 over the pool fill below which thresholds rise
GATE_GAIN = 7  # rise of the threshold at an empty pool
HARD_LIMIT = 8  # energy below which a hard gate shuts [EU]
MAX_RATE = 9  # spikes of a rate input at amplitude 1 [/ms]
KEEP_STORE = 10  # exp(-dt_g / tau_x), gliotransmitter store
KEEP_TRANSMITTER = 11  # exp(-dt_g / tau_G), gliotransmitter
UPTAKE = 12  # U_A, share of the store that a release takes
RELEASE_COST = 13  # [EU]
GAP = 14  # D, share of the calcium gap closed each step
BASELINE = 15  # G_0 of the plasticity channel
ASTROCYTE_SUPPLY = 16  # s_g [EU/ms]
BASE_UTILISATION = 17  # U_0 of short-term plasticity
FACILITATION = 18  # Omega_f [/ms]
RECOVERY = 19  # Omega_d [/ms]
GRADED_OUTPUT_COST = 20  # [EU/ms] at unit potential
CURRENT_SCALE = 21  # Izhikevich current per unit of drive
GRADED_PER_STEP = 22  # spikes that a step of unit graded transmission stands for
READ_SINCE = 23  # step from which first spikes are awaited
GLIA_SINCE = 24  # step from which glial periods are counted
N_SCALARS = 25

# Sections: float64, state
SCALARS = 0
# cells (M,)
POTENTIAL = 1  # v; what graded cells show
EXCITATION = 2  # i_E
INHIBITION = 3  # i_I
SLOW = 4  # a; Izhikevich: u
FAST = 5  # u
RISE = 6  # h
REFRACTORY = 7  # steps left
GATES = 8  # g_E
EFFICACY = 9  # gliotransmission: factor on arrivals
GRADED_CURRENT = 10  # from graded inputs
SLOW_INWARD = 11  # from astrocytes
EXTERNAL = 12  # injected
DRIVE = 13  # all that is constant within a glial step
# delay ring (D, 2, M)
RING = 14  # excitatory and inhibitory arrivals
# inputs (I,)
AMPLITUDE = 15
CHARGE = 16  # of the perfect integrator
# rows (I + M,)
EMITTED = 17  # spikes or graded equivalents up to the last glial step
RECENT = 18  # … since then
RELEASED_SUM = 19  # spikes weighted by short-term plasticity up to the last glial step
RELEASED = 20  # … since then
RESOURCE = 21  # x
UTILISATION = 22  # u
LAST_SPIKE = 23  # step
# regions (R,)
ENERGY = 24  # E [EU]
SUPPLY = 25  # [EU/ms]
COST = 26  # of this step [EU]
GRADED_COST = 27  # of graded inputs [EU/ms]
SUPPLIED_SUM = 28  # [EU]
SPENT_SUM = 29  # [EU]
UNMET_SUM = 30  # [EU]
FILL_SUM = 31  # sum of x over steps
REGION_GATE = 32  # factor on the thresholds of the region
# astrocytes (A,)
CALCIUM = 33  # c
TRANSMITTER = 34  # G
STORE = 35  # x_A
ARMED = 36  # 1: may release
RELEASES = 37  # number
PLASTICITY = 38  # factor on learning rates
SENSED = 39  # spikes sensed in this glial step
# outputs (O,)
READOUT = 40  # leaky spike count, twitches, v, or 1 over the time of the first spike
GRADED_SUM = 41  # sum of |v| over steps
RISING = 42  # leaky count of spikes whose twitches still rise
N_STATE = 43
# Sections: float64, parameters
# cells (M,)
BIAS = 43
THRESHOLD = 44  # infinite: never spikes
KEEP_POTENTIAL = 45  # Izhikevich: a
KEEP_SLOW = 46  # Izhikevich: b
KEEP_FAST = 47  # Izhikevich: c
KEEP_RISE = 48  # Izhikevich: d
JUMP_SLOW = 49  # J_a
JUMP_FAST = 50  # J_u
RISE_GAIN = 51  # beta
# rows (I + M,)
SPIKE_COST = 52  # [EU]
# rows by region (I + M, R rounded up to a multiple of LANES)
EVENT_COST = 53  # of all deliveries of one spike [EU]
# regions (R,)
CAPACITY = 54  # E_max [EU]
PER_CAPACITY = 55  # 1 / E_max [/EU]
UPKEEP = 56  # [EU/ms]
# astrocytes (A,)
KEEP_CALCIUM = 57  # rho_c
CALCIUM_THRESHOLD = 58  # theta_c
SUPPLY_GAIN = 59  # kappa_c
PLASTICITY_GAIN = 60  # gamma_p
COPIES = 61  # astrocytes it stands for
SENSE_SCALE = 62  # 1 / (|S_g| dt_g f_ref)
# pairs
COVER_GAIN = 63  # (P,) share · gamma, signed, by lane
COVER_CURRENT = 64  # (P,) share · gamma_s
NEIGHBOUR_SHARE = 65  # (Q,) 1 over the number of neighbours
SENSE_NUMBER = 66  # synapses from a row into a territory
# synapses (S,)
WEIGHT = 67  # [threshold], charge-normalised; with its sign where transmission is graded
N_FLOAT = 68
# Sections: other types
# uint32
ROW_START = 68  # (I + M + 1,)
SYNAPSE_SLOT = 69  # (S,) delay · 2M + lane, + M if it inhibits; graded: delay · 2M + lane
SYNAPSE_LANE = 70  # (S,)
ORDER = 71  # (C,) lanes of graded cells, in the order of their updates
ROW_REGION = 72  # (I + M,)
REGION_START = 73  # (R + 1,) lanes
ASTROCYTE_REGION = 74  # (A,)
COVER_ASTROCYTE = 75  # (P,)
COVER_START = 76  # (M + 1,) pairs of each lane
SENSE_START = 77  # (I + M + 1,)
SENSE_ASTROCYTE = 78
NEIGHBOUR_ONE = 79  # (Q,)
NEIGHBOUR_OTHER = 80  # (Q,)
OUTPUT_LANE = 81  # (O,)
OUTPUT_REGION = 82  # (O,)
SPIKED = 83  # (I + M,) room for a list of the rows that spiked
OWN_ACTIVATION = 84  # (M,) of graded cells, if they differ
N_WHOLE = 85
# bytes
FIRED = 85  # (M,) 1: spiked in this step
INPUT_FIRED = 86  # (I in full vectors,)
N_SECTIONS = 87
