import re
from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pytest

from glianeat.energetics.ledger import KINDS
from glianeat.errors import CheckpointError, ConfigError
from glianeat.pictures.calcium import draw_calcium
from glianeat.pictures.energy import draw_energy
from glianeat.pictures.raster import draw_raster
from glianeat.run.config import ExperimentConfig
from tests.pictures.episodes import SPIKING, episode_of, small_network
from tests.pictures.svg import Svg
from tests.simulate.builders import Builder

DRAW = {"raster": draw_raster, "calcium": draw_calcium, "energy": draw_energy}
SPIKES = [(5, 0), (9, 1), (50, 3), (60, 3), (61, 4), (70, 2), (900, 2), (901, 4)]
RELEASES = [(99, 0), (199, 1), (199, 2), (899, 1)]
KIND = {kind: place for place, kind in enumerate(KINDS)}
OUT = 2  # of the small network


@pytest.fixture(scope="module")
def episode():
    amounts = np.zeros((10, len(KINDS), 3))
    amounts[:, KIND["rest"], :] = 0.1  # seconds of a neuron
    amounts[4, KIND["spike"], 2] = 30.0
    amounts[:, KIND["excitatory"], 1] = 2.0
    return episode_of(small_network(), spikes=SPIKES, releases=RELEASES, amounts=amounts)


def drawn(what, episode, folder, **options):
    path = folder / f"{what}.svg"
    DRAW[what](episode, path, **options)
    return Svg(path)


def test_every_spike_is_one_stroke_in_the_colour_of_its_sign(episode, tmp_path):
    svg = drawn("raster", episode, tmp_path)
    assert len(svg.strokes("spikes-excitatory")) == 6
    assert len(svg.strokes("spikes-inhibitory")) == 2


def test_inhibitory_spikes_are_lower_than_excitatory_ones(episode, tmp_path):
    svg = drawn("raster", episode, tmp_path)
    heights = [
        {round(abs(y - end), 2) for _, y, _, end in svg.strokes(f"spikes-{kind}")}
        for kind in ("excitatory", "inhibitory")
    ]
    assert [len(found) for found in heights] == [1, 1]
    assert heights[1].pop() < 0.6 * heights[0].pop()


def test_rows_run_from_sensory_to_motor(episode, tmp_path):
    svg = drawn("raster", episode, tmp_path)
    rows = sorted({round(y, 1): x for x, y, *_ in svg.strokes("spikes-excitatory")})
    assert len(rows) == 4  # two inputs, a hidden neuron, the output
    texts = svg.texts
    places = [texts.index(name) for name in ("in 0", "in 1", "push")]
    assert places == sorted(places)
    at_right = [name for name in texts if name in {"sensory", "association", "motor"}]
    assert at_right[:3] == ["sensory", "association", "motor"]
    assert texts.count("2 neurons") == 2


def test_outputs_that_act_by_their_potential_have_lines(episode, tmp_path):
    svg = drawn("raster", episode_of(episode.network, potentials=[OUT]), tmp_path)
    assert svg.ids("potential-") == [f"potential-{OUT}"]
    assert svg.texts.count("push") == 2  # beside its row and in the legend
    assert "[threshold]" in svg.texts
    assert not drawn("raster", episode, tmp_path).ids("potential-")


def test_channels_without_names_are_numbered(episode, tmp_path):
    unnamed = episode_of(episode.network, spikes=SPIKES, input_names=(), output_names=())
    assert {"in 0", "in 1", "out 0"} <= set(drawn("raster", unnamed, tmp_path).texts)


def test_inputs_that_do_not_spike_have_no_row(episode, tmp_path):
    graded = episode_of(episode.network, spikes=SPIKES, config=ExperimentConfig())
    svg = drawn("raster", graded, tmp_path)
    assert "in 0" not in svg.texts
    assert len(svg.strokes("spikes-excitatory")) == 4


def test_part_of_an_episode_shows_the_spikes_of_that_time(episode, tmp_path):
    svg = drawn("raster", episode, tmp_path, start=0.05, end=0.06)
    assert len(svg.strokes("spikes-excitatory")) == 1  # at 50 ms, not at 60
    assert "0.050" in svg.texts


@pytest.mark.parametrize(
    "times", [(-1.0, None), (2.0, None), (0.5, 0.5), (0.8, 0.2), (np.nan, 1.0)]
)
@pytest.mark.parametrize("what", DRAW)
def test_a_time_of_which_nothing_was_recorded_is_refused(what, times, episode, tmp_path):
    with pytest.raises(ConfigError, match=r"time: must lie in the 1 s .*, got "):
        drawn(what, episode, tmp_path, start=times[0], end=times[1])
    assert not list(tmp_path.iterdir())


def test_releases_are_marked_in_the_row_of_their_region(episode, tmp_path):
    svg = drawn("raster", episode, tmp_path)
    assert svg.ids("releases-") == ["releases-0", "releases-2"]
    assert [len(svg.strokes(name)) for name in ("releases-0", "releases-2")] == [1, 3]


def test_efficacies_have_a_line_for_each_region_with_cells_where_anything_is_scaled(tmp_path):
    quiet = episode_of(small_network())  # which releases nothing
    assert not drawn("raster", quiet, tmp_path).ids("efficacy-")
    assert not drawn("raster", quiet, tmp_path).ids("releases-")
    times = np.arange(9, 1000, 10, dtype=np.uint32)
    scaled = np.linspace(1.0, 0.5, len(times))[:, None] * np.ones((1, 3), dtype=np.float32)
    trace = replace(quiet.trace, efficacy_time=times, efficacy=scaled.astype(np.float32))
    svg = drawn("raster", replace(quiet, trace=trace), tmp_path)
    assert svg.ids("efficacy-") == ["efficacy-1", "efficacy-2"]


def test_without_astrocytes_there_is_no_panel_of_theirs(tmp_path):
    bare = episode_of(small_network(astrocytes=False), spikes=SPIKES)
    svg = drawn("raster", bare, tmp_path)
    assert not svg.ids("releases-")
    assert "releases" not in svg.texts
    assert "no astrocytes" in drawn("calcium", bare, tmp_path).texts


@pytest.mark.parametrize(("on", "panels"), [(True, 1), (False, 0)])
def test_pools_are_shown_where_astrocytes_fill_them(on, panels, episode, tmp_path):
    metabolic = SPIKING.replace(astrocyte=SPIKING.astrocyte.replace(metabolic=on))
    svg = drawn("raster", episode_of(episode.network, config=metabolic), tmp_path)
    assert svg.texts.count("fill of pool") == panels
    assert svg.texts.count("gate sets in") == panels


def test_a_silent_network_says_so(episode, tmp_path):
    silent = drawn("raster", episode_of(episode.network), tmp_path)
    assert "no spikes" in silent.texts


def test_a_network_without_synapses_and_hidden_neurons_is_drawn(tmp_path):
    net = Builder(n_regions=2)
    net.input()
    net.output(region=1)
    episode = episode_of(net.build(), spikes=[(3, 0)])
    for what in DRAW:
        assert drawn(what, episode, tmp_path).texts


def test_a_thousand_neurons_stay_readable_and_the_file_small(tmp_path):
    net = Builder(n_regions=3)
    source = net.input()
    out = net.output(region=1)
    cells = net.cells(1000, region=2)
    net.join(source, cells[0], 1.0).join(cells[0], out, 1.0)
    rng = np.random.default_rng(0)
    spikes = np.stack([rng.integers(0, 1000, 21_000), rng.integers(0, 1002, 21_000)], axis=1)
    svg = drawn("raster", episode_of(net.build(), spikes=spikes.tolist()), tmp_path)
    assert svg.images  # of spikes, not 21,000 strokes
    assert "1,002 neurons" in svg.texts
    assert "in 0" not in svg.texts  # it would be lower than a hair
    assert (tmp_path / "raster.svg").stat().st_size < 3_000_000


def test_every_astrocyte_has_a_trace(episode, tmp_path):
    svg = drawn("calcium", episode, tmp_path)
    assert svg.ids("calcium-") == ["calcium-0", "calcium-1", "calcium-2"]
    assert len(svg.points("calcium-1")) > 10
    assert "4 astrocytes" in svg.texts
    assert "1 astrocyte" in svg.texts


def test_thresholds_of_release_are_marked_once_each(episode, tmp_path):
    svg = drawn("calcium", episode, tmp_path)
    assert svg.ids("threshold-") == ["threshold-0-0", "threshold-2-0", "threshold-2-1"]


def test_the_power_of_a_region_stands_beside_its_bar(episode, tmp_path):
    texts = drawn("energy", episode, tmp_path).texts
    energy = episode.trace.ledgers()
    total = sum(ledger.total(SPIKING.energy) for ledger in energy) / 1.0
    by_region = sum(ledger.energy(SPIKING.energy).sum(axis=0) for ledger in energy)
    for value in (total, *by_region.tolist()):
        assert f"{value:.4g}" in texts
    assert "mean power [EU/s]" in texts
    assert "300" in texts  # on the axis over time, which the 30 EU of 0.1 s reach
    assert texts.count("power [EU/s]") == 2


def test_kinds_of_which_nothing_was_spent_are_left_out(episode, tmp_path):
    svg = drawn("energy", episode, tmp_path)
    assert "spikes" in svg.texts
    assert "releases" not in svg.texts
    assert svg.ids("kind-") == ["kind-0", "kind-1", "kind-2"]
    assert svg.ids("region-") == ["region-0", "region-1", "region-2"]


def test_an_episode_that_cost_nothing_says_so(episode, tmp_path):
    assert "nothing was spent" in drawn("energy", episode_of(episode.network), tmp_path).texts


def test_the_energy_of_a_part_is_that_of_its_time(episode, tmp_path):
    spikes = drawn("energy", episode, tmp_path, start=0.4, end=0.5)
    assert f"{30.0 / 0.1 + 2.87:.4g}" in spikes.texts


@pytest.mark.parametrize("what", DRAW)
@pytest.mark.parametrize("suffix", [".svg", ".pdf", ".png"])
def test_equal_episodes_make_equal_files(what, suffix, episode, tmp_path):
    first, second = tmp_path / f"first{suffix}", tmp_path / f"second{suffix}"
    DRAW[what](episode, first, title="twice")
    with mpl.rc_context({"font.size": 20.0, "savefig.facecolor": "red", "pdf.fonttype": 3}):
        DRAW[what](episode, second, title="twice")
    assert first.read_bytes() == second.read_bytes()


def test_a_pdf_holds_its_fonts_and_no_date(episode, tmp_path):
    draw_raster(episode, tmp_path / "raster.pdf", title="Spikes")
    data = (tmp_path / "raster.pdf").read_bytes()
    assert b"/FontFile2" in data  # TrueType
    assert b"/Type3" not in data
    assert b"Date" not in data
    assert b"/Title (Spikes)" in data


@pytest.mark.parametrize("what", DRAW)
def test_a_picture_is_as_wide_as_asked_for(what, episode, tmp_path):
    svg = drawn(what, episode, tmp_path, width=85.0)
    assert float(re.match(r"[\d.]+", svg.root.get("width"))[0]) == pytest.approx(85.0 / 25.4 * 72)


HOSTILE = ["$x^2$", "_name", "<b>]]>&", "a\x00\x1b\u202eb", "速度 🐁", "W" * 300]


@pytest.mark.parametrize("suffix", [".svg", ".pdf"])
def test_any_name_is_drawn_as_it_stands(suffix, tmp_path):
    net = Builder(n_regions=2)
    inputs = [net.input() for _ in HOSTILE]
    out = net.output(region=1)
    for source in inputs:
        net.join(source, out, 1.0)
    episode = episode_of(net.build(), input_names=tuple(HOSTILE), output_names=("$y$",))
    path = tmp_path / f"raster{suffix}"
    draw_raster(episode, path, title=HOSTILE[0])
    if suffix == ".svg":
        texts = Svg(path).texts
        for name in ("_name", "<b>]]>&", "速度 🐁", "$y$"):
            assert name in texts
        assert texts.count("$x^2$") == 2  # the title, too
        assert "a\\u0000\\u001b\\u202eb" in texts


@pytest.mark.parametrize("what", ["calcium", "energy"])
def test_any_title_is_drawn_as_it_stands(what, episode, tmp_path):
    for text in HOSTILE[:4]:
        svg = drawn(what, episode, tmp_path, title=text)
        assert not list(svg.root.iter("{http://www.w3.org/2000/svg}b"))
    assert "$x^2$" in drawn(what, episode, tmp_path, title="$x^2$").texts


def test_another_ending_or_a_missing_folder_is_refused(episode, tmp_path):
    with pytest.raises(ConfigError, match=r"must end in \.svg, \.pdf or \.png, got \.eps"):
        draw_raster(episode, tmp_path / "raster.eps")
    with pytest.raises(CheckpointError, match="no such folder"):
        draw_energy(episode, tmp_path / "absent" / "energy.pdf")
