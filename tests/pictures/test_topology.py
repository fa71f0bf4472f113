import dataclasses
import re
import subprocess
import sys
from xml.etree import ElementTree as ET

import matplotlib as mpl
import numpy as np
import pytest

from glianeat.develop.decode import develop
from glianeat.develop.network import Wiring
from glianeat.develop.settings import DevelopmentConfig
from glianeat.errors import CheckpointError, ConfigError
from glianeat.genome.founders import SENSORY, found_genome
from glianeat.genome.mutation import mutate
from glianeat.genome.schema import ACTIVATIONS, NEURONS, Role
from glianeat.genome.variation import GenomeConfig, Variation
from glianeat.pictures.layout import curve, groups_of, hull, lay_out
from glianeat.pictures.names import neuron_names
from glianeat.pictures.style import EXCITATORY, INHIBITORY
from glianeat.pictures.topology import draw_network
from tests.simulate.builders import Builder


def network_of(seed, n_inputs=4, n_outputs=2, *, mutations=0, log2_ratio=2.0, copies=1, **settings):
    law = {"init_mean": log2_ratio, "init_stdev": 0.0, "mutate_rate": 0.0}
    settings = {"connection": 1.0, "delete_neuron": 0.0, "delete_synapse": 0.0} | settings
    config = GenomeConfig(traits={"regions": {"log2_ratio": law}}, **settings)
    variation, rng = Variation(config), np.random.default_rng(seed)
    genome = found_genome(0, n_inputs, n_outputs, variation, rng)
    for _ in range(mutations):
        genome = mutate(genome, variation, rng)
    return develop(genome, DevelopmentConfig(output_copies=copies))


@pytest.fixture(scope="module")
def founder():
    return network_of(0)


@pytest.fixture(scope="module")
def grown():
    """Hidden neurons of both signs, recurrent synapses, more neurons than astrocytes."""
    return network_of(
        2, mutations=40, log2_ratio=-1.0, split_synapse=0.4, add_synapse=0.8, hidden_excitatory=0.5
    )


def drawn(network, folder, **texts):
    path = folder / "network.svg"
    draw_network(network, path, **texts)
    return ET.parse(path).getroot()


def names_in(svg, prefix):
    found = [element.get("id") for element in svg.iter() if element.get("id")]
    return sorted(name for name in found if name.startswith(prefix))


def texts_in(svg):
    return [element.text for element in svg.iter("{http://www.w3.org/2000/svg}text")]


def names_of(network):
    return [""] * network.n_neurons


def test_a_grown_network_has_what_these_tests_are_about(grown):
    source = np.repeat(np.arange(grown.n_neurons), np.diff(grown.wiring.offsets))
    assert (grown.cells.role == Role.HIDDEN).sum() >= 10
    assert set(grown.cells.sign.tolist()) == {-1, 1}
    assert (source == grown.wiring.target).any()
    assert (grown.wiring.delay > 1).any()


def test_copies_of_an_output_are_drawn_apart_and_named_once(tmp_path):
    network = network_of(0, copies=3)
    svg = drawn(network, tmp_path, output_names=["left", "right"])
    ids = names_in(svg, "neuron-") + names_in(svg, "synapse-")
    assert len(set(ids)) == len(ids) == network.n_neurons + network.n_synapses
    assert texts_in(svg).count("left") == texts_in(svg).count("right") == 1


def test_a_png_is_a_png(founder, tmp_path):
    draw_network(founder, tmp_path / "network.png")
    assert (tmp_path / "network.png").read_bytes().startswith(b"\x89PNG\r\n\x1a\n")


def test_every_neuron_is_drawn_once_under_its_node_id(grown, tmp_path):
    expected = sorted(f"neuron-{number:016x}" for number in grown.cells.node_id.tolist())
    assert names_in(drawn(grown, tmp_path), "neuron-") == expected


def test_every_synapse_is_drawn_once_under_its_innovation_number(grown, tmp_path):
    expected = sorted(f"synapse-{number:016x}" for number in grown.wiring.innovation.tolist())
    assert names_in(drawn(grown, tmp_path), "synapse-") == expected


def test_every_territory_is_drawn_with_its_astrocyte(grown, tmp_path):
    covering = np.unique(grown.glia.cover_astrocyte).tolist()
    svg = drawn(grown, tmp_path)
    territories = {name.split("-")[1] for name in names_in(svg, "territory-")}
    assert territories == {str(astrocyte) for astrocyte in covering}
    assert {f"astrocyte-{astrocyte}" for astrocyte in covering} <= set(names_in(svg, "astrocyte-"))


def test_astrocytes_of_one_territory_are_one_hexagon_with_their_number(tmp_path):
    network = network_of(
        0, n_inputs=1, n_outputs=1, log2_ratio=5.0, mutations=30, add_astrocyte=0.9
    )
    sensory = network.glia.region == SENSORY
    assert sensory.sum() > 1  # of different genes
    svg = drawn(network, tmp_path)
    assert len(names_in(svg, "astrocyte-")) == network.n_neurons
    assert str(network.glia.count[sensory].sum()) in texts_in(svg)


def test_astrocytes_without_neurons_are_drawn_too(founder, tmp_path):
    glia = founder.glia
    spare = dataclasses.replace(
        glia,
        gene=np.append(glia.gene, 0),
        region=np.append(glia.region, SENSORY),
        count=np.append(glia.count, 1),
        traits=np.concatenate([glia.traits, glia.traits[:1]]),
        position=np.concatenate([glia.position, glia.position[:1]]),
    )
    svg = drawn(dataclasses.replace(founder, glia=spare), tmp_path)
    assert f"astrocyte-{len(glia.gene)}" in names_in(svg, "astrocyte-")
    assert f"territory-{len(glia.gene)}" not in names_in(svg, "territory-")


def test_a_network_without_astrocytes_is_drawn_without_territories(tmp_path):
    svg = drawn(network_of(0, log2_ratio=-5.0), tmp_path)
    assert names_in(svg, "territory-") == names_in(svg, "astrocyte-") == []
    assert "glia-to-neuron ratio 0.00" in texts_in(svg)


def test_lanes_tell_the_ratio_and_the_counts(founder, tmp_path):
    texts = texts_in(drawn(founder, tmp_path))
    for expected in ("Sensory", "Motor", "16 astrocytes : 4 neurons", "glia-to-neuron ratio 4.00"):
        assert expected in texts
    assert "Association" not in texts  # it has no neurons


def test_delays_above_one_are_written_in_small_networks(founder, tmp_path):
    wiring = dataclasses.replace(founder.wiring, delay=np.full(founder.n_synapses, 17))
    texts = texts_in(drawn(dataclasses.replace(founder, wiring=wiring), tmp_path))
    assert texts.count("17") == founder.n_synapses


def test_inputs_and_outputs_have_names_by_channel(founder, tmp_path):
    inputs = ["left +", "left -", "right +", "right -"]
    texts = texts_in(drawn(founder, tmp_path, input_names=inputs, output_names=["push", "pull"]))
    assert {*inputs, "push", "pull"} <= set(texts)
    assert {"in 0", "in 3", "out 1"} <= set(texts_in(drawn(founder, tmp_path)))


def test_names_count_channels_that_lead_nowhere(tmp_path):
    network = network_of(0, n_inputs=9, connection=0.05, connect_fully_below=0)
    used = network.cells.channel[: network.n_inputs].tolist()
    assert len(used) < network.n_channels
    texts = texts_in(drawn(network, tmp_path, input_names=[f"sense {c}" for c in range(9)]))
    assert [text for text in texts if text and text.startswith("sense")] == [
        f"sense {channel}" for channel in used
    ]


@pytest.mark.parametrize("suffix", [".svg", ".pdf", ".png"])
def test_equal_networks_make_equal_files(suffix, grown, tmp_path):
    first, second = tmp_path / f"first{suffix}", tmp_path / f"second{suffix}"
    draw_network(grown, first, title="twice")
    with mpl.rc_context({"font.size": 20.0, "savefig.facecolor": "red", "savefig.dpi": 30}):
        draw_network(grown, second, title="twice")
    assert first.read_bytes() == second.read_bytes()


def test_no_setting_of_matplotlib_is_changed(founder, tmp_path):
    with mpl.rc_context({"svg.hashsalt": "of the user", "lines.linewidth": 7.0}):
        before = dict(mpl.rcParams)
        draw_network(founder, tmp_path / "network.svg")
        assert dict(mpl.rcParams) == before


@pytest.mark.parametrize("suffix", [".svg", ".pdf", ".png"])
@pytest.mark.parametrize(
    "text",
    ["$x^2$", r"$\frac{", "<img src=x onerror=alert(1)>", "]]>&lt;--", "a\x00\x1b\u202e\ud800b",
     "速度 🐁", "", "two\nlines", "W" * 500],
)  # fmt: skip
def test_any_text_is_drawn_as_it_stands(text, suffix, founder, tmp_path):
    path = tmp_path / f"network{suffix}"
    draw_network(founder, path, title=text, input_names=[text] * 4, output_names=[text] * 2)
    if suffix == ".svg":
        svg = ET.parse(path).getroot()
        assert not list(svg.iter("{http://www.w3.org/2000/svg}img"))
        if text.isprintable() and 0 < len(text) < 28:
            assert texts_in(svg).count(text) == 7


@pytest.mark.parametrize("name", ["network.eps", "network", "network.svg.gz"])
def test_other_endings_are_refused(name, founder, tmp_path):
    with pytest.raises(ConfigError, match=r"must end in \.svg, \.pdf or \.png, got "):
        draw_network(founder, tmp_path / name)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("names", [{"input_names": ["one"]}, {"output_names": ["a", "b", "c"]}])
def test_a_wrong_number_of_names_is_refused(names, founder, tmp_path):
    with pytest.raises(ConfigError, match=r"(in|out)put_names: must be [24] names"):
        draw_network(founder, tmp_path / "network.svg", **names)


def test_a_missing_folder_is_named(founder, tmp_path):
    with pytest.raises(CheckpointError, match="absent"):
        draw_network(founder, tmp_path / "absent" / "network.svg")


def test_a_file_is_replaced_and_nothing_else_is_left(founder, tmp_path):
    path = tmp_path / "network.svg"
    path.write_text("old")
    draw_network(founder, path)
    assert path.read_text(encoding="utf-8").startswith("<?xml")
    assert list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_replaced_stays(founder, tmp_path):
    path = tmp_path / "network.svg"
    path.mkdir()
    with pytest.raises(CheckpointError, match="cannot be written"):
        draw_network(founder, path)
    assert list(tmp_path.iterdir()) == [path]


def test_of_very_many_synapses_the_strongest_are_drawn(founder, tmp_path):
    many = 3100
    wiring = Wiring(
        offsets=np.append(np.zeros(founder.n_neurons), many).astype(np.int64),
        target=np.zeros(many, dtype=np.int64),
        weight=np.linspace(0.0, 12.0, many),
        delay=np.ones(many, dtype=np.int64),
        length=np.ones(many),
        innovation=np.arange(many),
    )
    svg = drawn(dataclasses.replace(founder, wiring=wiring), tmp_path)
    assert names_in(svg, "synapse-") == [f"synapse-{number:016x}" for number in range(100, many)]
    assert any(text and "the strongest 3,000 drawn" in text for text in texts_in(svg))


def test_signed_weights_are_drawn_by_their_size_in_the_colour_of_their_sign(founder, tmp_path):
    weight = np.ones(founder.n_synapses)
    weight[0] = -9.0
    wiring = dataclasses.replace(founder.wiring, weight=weight)
    svg = drawn(dataclasses.replace(founder, wiring=wiring), tmp_path)
    strong = svg.find(f".//*[@id='synapse-{founder.wiring.innovation[0]:016x}']")
    lines = "".join(ET.tostring(strong, encoding="unicode").lower().split())
    assert INHIBITORY.lower() in lines
    assert EXCITATORY.lower() not in lines
    widths = [float(found) for found in re.findall(r"stroke-width:([\d.]+)", lines)]
    assert max(widths) == pytest.approx(0.4 + 0.22 * 9.0)


def test_neurons_keep_apart_and_inside_their_lanes(grown):
    layout = lay_out(grown, names_of(grown))
    gap = layout.place[:, None, :] - layout.place[None, :, :]
    distance = np.hypot(gap[..., 0], gap[..., 1]) + 9.0 * np.eye(grown.n_neurons)
    assert distance.min() > 2.6 * layout.radius
    for (x, y), index in zip(layout.place.tolist(), layout.lane.tolist(), strict=True):
        lane = layout.lanes[index]
        assert lane.left < x < lane.right
        assert lane.bottom < y < lane.top


def test_neurons_in_one_place_are_parted(grown):
    cells = dataclasses.replace(grown.cells, position=np.zeros((grown.n_neurons, 2)))
    layout = lay_out(dataclasses.replace(grown, cells=cells), names_of(grown))
    gap = layout.place[:, None, :] - layout.place[None, :, :]
    distance = np.hypot(gap[..., 0], gap[..., 1]) + 9.0 * np.eye(grown.n_neurons)
    assert distance.min() > 2.0 * layout.radius


def test_regions_run_from_sensory_to_motor_and_channels_from_top_to_bottom(tmp_path):
    network = network_of(2, mutations=60, association_regions=5, split_synapse=0.6, add_synapse=0.3)
    layout = lay_out(network, names_of(network))
    lefts = [lane.left for lane in layout.lanes]
    assert [layout.lanes[0].name, layout.lanes[-1].name] == ["Sensory", "Motor"]
    assert lefts == sorted(lefts)
    for role in (Role.INPUT, Role.OUTPUT):
        column = layout.place[network.cells.role == role]
        assert np.ptp(column[:, 0]) == 0.0
        assert (np.diff(column[:, 1]) < 0.0).all()


def test_no_two_lanes_overlap():
    network = network_of(2, mutations=60, association_regions=5, split_synapse=0.6)
    lanes = lay_out(network, names_of(network)).lanes
    assert len(lanes) > 4
    for i, a in enumerate(lanes):
        for b in lanes[:i]:
            assert a.left >= b.right or b.left >= a.right or a.bottom >= b.top or b.bottom >= a.top


def test_a_hull_holds_its_points_with_their_margin():
    points = np.random.default_rng(0).normal(size=(20, 2))
    corners = hull(points, 0.5)
    along = np.roll(corners, -1, axis=0) - corners
    for point in points:
        to = point - corners
        outside = (to[:, 0] * along[:, 1] - to[:, 1] * along[:, 0]) / np.hypot(*along.T)
        assert outside.max() < -0.49


def test_neighbours_of_a_column_and_hidden_neurons_are_groups():
    role = np.array([Role.INPUT] * 4 + [Role.OUTPUT] * 2 + [Role.HIDDEN] * 3)
    groups = groups_of(np.array([0, 2, 3, 4, 6, 8]), role)
    assert [group.tolist() for group in groups] == [[6, 8], [0], [2, 3], [4]]


@pytest.mark.parametrize("end", [(3.0, 1.0), (-2.0, 0.5), (0.0, -4.0), (0.0, 0.0)])
@pytest.mark.parametrize("ahead", [False, True])
def test_a_curve_runs_from_rim_to_rim_within_its_band(end, ahead):
    start, stop = np.zeros(2), np.array(end)
    line = curve(start, stop, (0.1, 0.2), (-4.2, 1.2), ahead=ahead)
    assert np.hypot(*(line[0] - start)) == pytest.approx(0.1)
    assert np.hypot(*(line[3] - stop)) == pytest.approx(0.2)
    assert -4.2 <= line[:, 1].min() <= line[:, 1].max() <= 1.2


def test_the_library_is_imported_without_matplotlib():
    program = "import glianeat, glianeat.pictures, sys; print('matplotlib' in sys.modules)"
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "False"


def test_activations_of_their_own_stand_beside_neurons():
    net = Builder()
    source, out, cell = net.input(), net.output(), net.cell()
    network = net.join(source, cell, 1.0).join(cell, out, 1.0).build()
    column = NEURONS.column("activation")
    network.cells.traits[[out, cell], column] = [ACTIVATIONS.index(n) for n in ("sin", "relu")]
    assert neuron_names(network, ["eye"], ["leg"]) == ["eye", "leg sin", "relu"]
