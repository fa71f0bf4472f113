"""The table of sections, and what is made of it."""

import subprocess
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import glianeat
from glianeat.compile.cache import sources
from glianeat.errors import ConfigError, SimulationError
from glianeat.simulate import at
from glianeat.simulate.glia.channels import CHANNELS
from glianeat.simulate.models import MODELS
from glianeat.simulate.models.galif import GALIF
from glianeat.simulate.models.izhikevich import IZHIKEVICH
from glianeat.simulate.network_io import NetworkIO
from glianeat.simulate.reset import reset_dynamics
from glianeat.simulate.section import Scalar, Section
from glianeat.simulate.sections import PADDED, TABLE, assemble, c_header
from glianeat.simulate.settings import AstrocyteConfig, NeuronConfig, SimulationConfig
from glianeat.simulate.simulator import Simulator
from tests.reference.registered import reference_of
from tests.simulate.test_ledger_of import busy_network


def running(model="galif", n_steps=333):
    simulator = Simulator(
        busy_network(),
        SimulationConfig(
            neuron=NeuronConfig(model=model),
            astrocyte=AstrocyteConfig(slow_current=True, gap_junction=0.1),
        ),
        NetworkIO(rate_inputs=model == "risp"),
    )
    fresh = {name: simulator.section(name).copy() for name in simulator.used}
    simulator.inject(np.full(simulator.network.n_neurons, 2.0))
    simulator.step(np.array([0.7]), n_steps)
    return simulator, fresh


MODEL_NAMES = [model.name for model in MODELS]


@pytest.mark.parametrize("model", MODEL_NAMES)
def test_sections_do_not_overlap_and_begin_at_full_vectors(model):
    simulator, _ = running(model)
    taken = []
    for name in simulator.used:
        row = TABLE.sections[name]
        start, length = (
            int(n) for n in simulator.buffer.view(np.uint32)[2 * TABLE.index(name) :][:2]
        )
        size = np.dtype(row.kind).itemsize
        assert start * size % 64 == 0
        assert not set(row.shape[-1:]) & PADDED or length % 8 == 0
        taken.append((start * size, (start + length) * size))
    taken.sort()
    assert taken[0][0] >= 4 * at.HEAD
    assert all(end <= start for (_, end), (start, _) in pairwise(taken))
    assert taken[-1][1] <= simulator.buffer.nbytes


@pytest.mark.parametrize("model", MODEL_NAMES)
def test_a_network_has_no_sections_of_models_and_channels_that_it_does_not_use(model):
    simulator = Simulator(
        busy_network(),
        SimulationConfig(
            neuron=NeuronConfig(model=model),
            astrocyte=AstrocyteConfig(metabolic=False, gain=False, slow_current=False),
        ),
        NetworkIO(rate_inputs=model == "risp"),
    )
    others = [*CHANNELS, *(other for other in MODELS if other.name != model)]
    for section in (section for owner in others for section in owner.sections):
        assert section.name not in simulator.used
        with pytest.raises(SimulationError, match=f"got '{section.name}'"):
            simulator.section(section.name)


@pytest.mark.parametrize("model", MODEL_NAMES)
def test_a_return_to_rest_restores_what_the_table_says_and_nothing_else(model):
    simulator, fresh = running(model)
    before = {name: simulator.section(name).copy() for name in simulator.used}
    counted = {"emitted": "recent", "released_sum": "released"}
    _reset(simulator)
    for name in simulator.used - {"scalars"}:
        found = simulator.section(name)
        if name in counted:
            assert np.array_equal(found, before[name] + before[counted[name]])
        elif name in counted.values():
            assert not found.any()
        elif TABLE.sections[name].resets:
            assert np.allclose(found, fresh[name], rtol=1e-15), name
        else:
            assert np.array_equal(found, before[name]), name
    changed = [
        n for n in simulator.used if TABLE.sections[n].resets and (before[n] != fresh[n]).any()
    ]
    assert len(changed) > 4


def _reset(simulator):
    from glianeat.compile.decorators import kernel

    kernel(_rest)(simulator.buffer)


def _rest(buffer):
    reset_dynamics(buffer)


def test_the_scalars_of_a_network_go_by_name():
    simulator, _ = running(n_steps=20)
    assert simulator.scalar("clock") == 20.0
    assert simulator.scalar("full_supply") == pytest.approx(0.041)


def test_an_unknown_section_is_refused_with_the_nearest_name():
    simulator, _ = running()
    with pytest.raises(SimulationError, match="did you mean 'potential'"):
        simulator.section("potentials")


def test_sections_of_the_same_name_are_refused_by_owner_and_name():
    clash = replace(
        IZHIKEVICH, name="mine", sections=(Section("potential", ("slots",), "mV", "v"),)
    )
    with pytest.raises(SimulationError, match="mine: 'potential' is declared already, by galif"):
        assemble((GALIF, clash))
    clash = replace(IZHIKEVICH, name="mine", sections=(), scalars=(Scalar("floor", "mV", "least"),))
    with pytest.raises(SimulationError, match="mine: 'floor' is declared already, by galif"):
        assemble((GALIF, clash))


def test_the_header_of_the_c_reference_has_the_numbers_of_the_kernels(tmp_path):
    lines = [line.split() for line in c_header().splitlines() if line.startswith("#define")]
    assert {name: int(value) for _, name, value in lines} == {
        f"AT_{name}": value for name, value in TABLE.constants.items()
    }
    assert TABLE.index("ring") == at.RING
    source = Path(__file__).parents[2] / "scripts" / "reference_kernel.c"
    (tmp_path / "reference_kernel.h").write_text(c_header())
    command = ["cc", "-fsyntax-only", "-Wno-psabi", "-I", str(tmp_path), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("owner", [*MODELS, *CHANNELS], ids=lambda owner: owner.name)
def test_every_registered_model_and_channel_has_a_slow_reference(owner):
    assert reference_of(owner).__module__.startswith("tests.reference.")


def test_machine_code_depends_on_the_whole_simulator():
    package = Path(glianeat.__file__).parent
    files = set((package / "simulate").rglob("*.py"))
    assert package / "simulate" / "sections.py" in files
    assert files <= set(sources())


def test_a_channel_that_does_not_exist_is_refused():
    with pytest.raises(ConfigError, match=r"astrocyte.channels: .* got 'dopamine'"):
        AstrocyteConfig(channels=("dopamine",))


def test_outputs_show_no_potential_of_a_model_that_has_no_threshold():
    with pytest.raises(ConfigError, match="graded outputs must be galif, got 'izhikevich'"):
        Simulator(
            busy_network(),
            SimulationConfig(neuron=NeuronConfig(model="izhikevich")),
            NetworkIO(readout="membrane"),
        )
