"""The table of sections: every array of the packed state, declared once.

A network's state and wiring are one float64 buffer, because every array argument of a compiled
call costs about 55 ns, and a call that simulates 10 ms of a small network should take little more
than a microsecond. The head of the buffer, read as uint32, holds where each section begins, in
units of its own type, and its length, two words a section; then the whole numbers.

From this table come the constants that kernels use (`at`), the packing (`buffer`), what a return
to rest restores (`reset`), the records of arrays (`views`), snapshots (`Simulator.section`), and
the header of the C reference. Nothing depends on the order of its rows.

*Slots* are the places of cells in the section arrays. The cells of a region stand together, padded
to a multiple of `VECTOR` with cells that never spike, so that loops run in full vectors. *Senders*
are the places of what sends: inputs first, then slots. Sections begin at multiples of 64 bytes.
Those whose last axis is in `PADDED` are padded to full vectors, too: what follows their numbers is
zero at first, and means nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from glianeat.errors import SimulationError
from glianeat.simulate.energy.body import BODY
from glianeat.simulate.energy.gates import GATE, GATES
from glianeat.simulate.energy.pools import POOLS
from glianeat.simulate.glia.astrocytes import ASTROCYTES
from glianeat.simulate.glia.channels import CHANNELS
from glianeat.simulate.models import MODELS
from glianeat.simulate.receptor_delays import RECEPTOR_DELAYS
from glianeat.simulate.section import VECTOR, Owner, Scalar, Section, Whole, parameter, scratch
from glianeat.simulate.slow_gain import SLOW_CELLS

SIZES = (
    "inputs",
    "slots",
    "senders",
    "synapses",
    "regions",
    "astrocytes",
    "outputs",
    "delays",  # of the delay ring [ms]
    "covers",  # pairs of astrocyte and ensheathed cell
    "sensed",  # pairs of astrocyte and sender that it senses
    "neighbours",  # pairs of astrocytes joined by gap junctions
)
"""Sizes of every network, each a whole number of the head; owners may have others of their own."""
PADDED = frozenset({"inputs", "regions", "astrocytes"})
"""Sizes that are rounded up to full vectors where they are the last axis of a section."""
READOUTS = ("count", "membrane", "first_spike", "twitch")
"""How outputs are read, by number."""

NETWORK = Owner(
    name="network",
    wholes=(
        Whole("model", "number of the neuron model"),
        Whole("advance_low", "address of the compiled step of the model, low word"),
        Whole("advance_high", "high word"),
        Whole("rate_inputs", "1: inputs spike; 2: in trains; 0: they transmit gradedly"),
        Whole("train_spikes", "most spikes of a train"),
        Whole("train_interval", "ms between two of them"),
        Whole("readout_kind", "how outputs are read, see `READOUTS`"),
        Whole("glial_period", "steps between two glial steps"),
    ),
    scalars=(
        Scalar("clock", "ms", "steps since the last reset"),
        Scalar("keep_excitation", "1", "exp(-dt / τ) of excitatory current"),
        Scalar("keep_inhibition", "1", "… of inhibitory current"),
        Scalar("keep_readout", "1", "… of the leaky spike count, or of twitches"),
        Scalar("max_rate", "/ms", "spikes of a rate input at amplitude 1"),
        Scalar("train_since", "ms", "step from which trains run"),
        Scalar("base_utilisation", "1", "U₀ of short-term plasticity; 0: there is none"),
        Scalar("facilitation_rate", "/ms", "Ω_f"),
        Scalar("recovery_rate", "/ms", "Ω_d"),
        Scalar("graded_output_cost", "EU/ms", "of an output at unit potential"),
        Scalar("graded_per_step", "1", "spikes that a step of unit graded transmission stands for"),
        Scalar("read_since", "ms", "step from which first spikes are awaited"),
        Scalar("glia_since", "ms", "step from which glial periods are counted"),
    ),
    sections=(
        # cells
        Section("excitation", ("slots",), "threshold", "i_E", resets=True, decays=True),
        Section("inhibition", ("slots",), "threshold", "i_I", resets=True, decays=True),
        Section("efficacy", ("slots",), "1", "glial factor on arrivals", initial=1.0, resets=True),
        Section("graded_current", ("slots",), "threshold", "from graded inputs"),
        Section("slow_inward", ("slots",), "threshold", "current from astrocytes", resets=True),
        Section("external", ("slots",), "threshold", "injected current"),
        Section("drive", ("slots",), "threshold", "all that is constant within a glial step"),
        parameter("bias", ("slots",), "threshold", "steady current"),
        parameter("threshold", ("slots",), "threshold", "infinite: never spikes"),
        scratch("fired", ("slots",), "1: spiked in this step", "u1"),
        Section("ring", ("delays", 2, "slots"), "threshold", "arrivals, by sign", resets=True),
        # inputs
        Section("amplitude", ("inputs",), "1", "of each input"),
        Section("charge", ("inputs",), "1", "of the perfect integrator", resets=True),
        scratch("input_fired", ("inputs",), "1: spiked in this step", "u1"),
        # senders
        Section("emitted", ("senders",), "1", "spikes, or graded equivalents, till a glial step"),
        Section("recent", ("senders",), "1", "… since then"),
        Section("released_sum", ("senders",), "1", "spikes weighted by short-term plasticity"),
        Section("released", ("senders",), "1", "… since the last glial step"),
        Section("resource", ("senders",), "1", "x", initial=1.0, resets=True),
        Section("utilisation", ("senders",), "1", "u", resets=True),
        Section("last_spike", ("senders",), "ms", "step of the last spike"),
        parameter("spike_cost", ("senders",), "EU", "of one spike"),
        parameter("event_cost", ("senders", "regions"), "EU", "of all deliveries of one spike"),
        parameter("sender_start", ("sender_bounds",), "1", "first synapse of each sender", "u4"),
        parameter("sender_region", ("senders",), "1", "region of each sender", "u4"),
        scratch("spiked", ("senders",), "room for a list of the senders that spiked", "u4"),
        # synapses
        parameter("weight", ("synapses",), "threshold", "charge-normalised; signed if graded"),
        parameter("synapse_ring", ("synapses",), "1", "place in the ring, from the present", "u4"),
        parameter("synapse_slot", ("synapses",), "1", "slot of the target", "u4"),
        # outputs
        Section("readout", ("outputs",), "1", "count, twitches, potential, 1 / time", resets=True),
        Section("graded_sum", ("outputs",), "1", "sum of |potential| over steps"),
        Section("rising", ("outputs",), "1", "spikes whose twitches still rise", resets=True),
        parameter("output_slot", ("outputs",), "1", "slot of each output", "u4"),
        parameter("output_region", ("outputs",), "1", "region of each output", "u4"),
    ),
)
SCALARS = "scalars"
SPANS = ("state", "decaying", "zeroed", "restored")
"""Ranges of sections that stand together: all state; what decays; what is reset to 0, or copied."""
IMAGE = "image"
"""What is copied to `restored` at a return to rest."""


@dataclass(frozen=True)
class Table:
    """All rows, by name, and the numbers by which kernels find them."""

    sections: dict[str, Section]
    scalars: tuple[str, ...]
    constants: dict[str, int]

    def index(self, name: str) -> int:
        """Return the number of a section, or of a span of sections."""
        return self.numbers[name]

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The constants by their names as rows have them."""
        return {name.lower(): value for name, value in self.constants.items()}


def assemble(owners: Iterable[Owner]) -> Table:
    """Return the table of the sections of all owners.

    Raises
    ------
    SimulationError
        If two owners, or two rows of one, declare the same name.
    """
    known: dict[str, str] = {}
    sections: dict[str, Section] = {}
    scalars: list[str] = []
    wholes = [f"n_{size}" for size in SIZES]
    for owner in owners:
        rows: tuple[Section | Scalar | Whole, ...] = (
            *owner.sections,
            *owner.scalars,
            *owner.wholes,
        )
        for row in rows:
            if row.name in known or row.name in {*SPANS, IMAGE, SCALARS, *wholes}:
                by = known.get(row.name, "every network")
                raise SimulationError(
                    f"{owner.name}: {row.name!r} is declared already, by {by}; "
                    "sections, scalars and whole numbers need names of their own"
                )
            known[row.name] = owner.name
        sections |= {section.name: section for section in owner.sections}
        scalars += [scalar.name for scalar in owner.scalars]
        wholes += [whole.name for whole in owner.wholes]
    scalar_row = Section(SCALARS, (len(scalars),), "1", "the scalars", initial=None)
    sections |= {SCALARS: scalar_row}
    named = [*sections, *SPANS, IMAGE]
    constants = {name.upper(): index for index, name in enumerate(named)}
    constants |= {name.upper(): 2 * len(named) + k for k, name in enumerate(wholes)}
    constants |= {name.upper(): k for k, name in enumerate(scalars)}
    constants |= {f"READ_{name.upper()}": k for k, name in enumerate(READOUTS)}
    constants |= {f"GATE_{name.upper()}": k for k, name in enumerate(GATES)}
    constants["FIRST_CHANNEL"] = constants[f"{CHANNELS[0].name.upper()}_ON"]
    sizes = {"N_SECTIONS": len(named), "N_SCALARS": len(scalars), "N_WHOLES": len(wholes)}
    constants |= sizes | {"HEAD": 2 * len(named) + len(wholes), "VECTOR": VECTOR}
    return Table(sections, tuple(scalars), constants)


_OF_ALL = (NETWORK, ASTROCYTES, POOLS, GATE, BODY)
TABLE = assemble((*_OF_ALL, *MODELS, *CHANNELS, SLOW_CELLS, RECEPTOR_DELAYS))
COMMON = frozenset({SCALARS}).union(
    *({section.name for section in owner.sections} for owner in _OF_ALL)
)
"""Sections that every network has."""


def c_header(table: Table = TABLE) -> str:
    """Return the constants as the header that the C reference is compiled with."""
    lines = [f"#define AT_{name} {value}\n" for name, value in table.constants.items()]
    return "/* Generated from glianeat/simulate/sections.py. */\n" + "".join(lines)
