"""The topology and its episode, used as a person would."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.inspector.made_network import N_MS, episode, genome, resources
from tests.inspector.made_pages import write_page
from tests.inspector.visitor import complaints, figure

HOSTILE = "<img src=x onerror=\"throw 'run'\"></script>"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_page(tmp_path_factory.mktemp("network"), resources())


def network(page: Page):
    return page.get_by_role("application", name=re.compile("Picture of the network"))


def clock(page: Page) -> int:
    """Return the time of the episode [ms]."""
    return int(re.findall(r"(\d+) ms", page.locator(".clock").inner_text())[0])


def place(page: Page, track: str):
    """Return where a track of the episode is on the screen."""
    canvas = page.locator(f"[data-track={track}] canvas")
    canvas.scroll_into_view_if_needed()
    return canvas.bounding_box()


def tables(page: Page):
    """Return the buttons that show tables of the network."""
    return figure(page, "All parts of the network").locator(".tools")


def selected(page: Page):
    return page.get_by_role("region", name="Selection")


def test_arrow_keys_walk_from_neuron_to_neuron_and_say_what_is_there(visitor, path):
    page = visitor.open(path)
    network(page).focus()
    page.keyboard.press("ArrowDown")
    expect(selected(page).get_by_role("heading")).to_have_text("angle +")
    page.keyboard.press("ArrowDown")
    expect(selected(page).get_by_role("heading")).to_have_text("angle −")
    expect(selected(page)).to_contain_text("0.25 ms")
    expect(selected(page)).to_contain_text("time constant")
    page.keyboard.press("ArrowRight")
    expect(selected(page).get_by_role("heading")).to_have_text(re.compile("hidden 000[45]"))
    expect(page).to_have_url(re.compile("neuron=000[45]"))
    page.keyboard.press("Escape")
    expect(selected(page)).to_contain_text("Where its 180 EU/s go")


def test_the_pointer_finds_parts_and_a_click_selects_them(visitor, path):
    page = visitor.open(path)
    box = network(page).bounding_box()
    hint = page.get_by_role("tooltip")
    found = set()
    for across in range(4, 96, 2):
        page.mouse.move(box["x"] + box["width"] * across / 100, box["y"] + box["height"] * 0.62)
        if hint.is_visible():
            found.add(hint.locator("strong").inner_text())
            last = (across, hint.locator("strong").inner_text())
    assert found
    x = box["x"] + box["width"] * last[0] / 100
    page.mouse.click(x, box["y"] + box["height"] * 0.62)
    expect(selected(page).get_by_role("heading")).to_have_text(last[1])


def test_a_row_of_a_table_selects_its_part_everywhere(visitor, path):
    page = visitor.open(path)
    parts = figure(page, "All parts of the network")
    tables(page).get_by_role("button", name="synapses").click()
    parts.get_by_role("button", name="angle + → hidden 0004").click()
    expect(selected(page)).to_contain_text("excitatory synapse, weight 2, delay 3 ms")
    expect(page).to_have_url(re.compile("synapse=0000000000000064"))
    tables(page).get_by_role("button", name="astrocytes").click()
    parts.get_by_role("button", name="sensory 1").click()
    expect(selected(page)).to_contain_text("4 astrocytes over 2 neurons")


def test_time_moves_by_keys_scrubber_and_clicks(visitor, path):
    page = visitor.open(path)
    page.keyboard.press("ArrowRight")
    assert clock(page) == 1
    page.keyboard.press("Shift+ArrowRight")
    assert clock(page) == 21
    expect(page.locator(".task-step")).to_have_text("Step 2 of 40 · return 2")
    page.get_by_label("Time in the episode").focus()
    page.keyboard.press("End")
    assert clock(page) == N_MS
    expect(page.locator(".option.chosen")).to_have_text("push right")
    page.keyboard.press("Home")
    expect(page.locator(".option.chosen")).to_have_text("push left")
    raster = place(page, "raster")
    page.mouse.click(raster["x"] + raster["width"] * 0.55, raster["y"] + 8)
    assert 0.4 * N_MS < clock(page) < 0.6 * N_MS
    expect(selected(page).get_by_role("heading")).to_have_text("angle +")
    expect(page).to_have_url(re.compile(f"time={clock(page)}"))


def test_space_plays_and_pauses(visitor, path):
    page = visitor.open(path)
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(page.locator(".clock")).not_to_have_text("0 ms · step 1")
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    rested = clock(page)
    page.keyboard.press(".")
    assert clock(page) == rested + 1


def test_a_brush_zooms_into_the_episode_and_a_button_shows_all_of_it(visitor, path):
    page = visitor.open(path)
    frame = figure(page, "Episode")
    whole = frame.get_by_role("button", name="Whole episode")
    expect(whole).to_be_disabled()
    lane = place(page, "pools")
    page.mouse.move(lane["x"] + lane["width"] * 0.5, lane["y"] + 20)
    page.mouse.down()
    page.mouse.move(lane["x"] + lane["width"] * 0.75, lane["y"] + 20, steps=4)
    page.mouse.up()
    expect(frame.locator(".board-range")).to_have_text(re.compile(r"^\d+.* ms to \d+.* ms$"))
    whole.click()
    expect(whole).to_be_disabled()


def test_filters_leave_fewer_synapses_and_say_how_many(visitor, path):
    page = visitor.open(path)
    page.get_by_role("button", name="Filter").click()
    left = page.locator(".filters .left")
    expect(left).to_have_text("5 of 5 synapses shown")
    kinds = page.locator(".filters").get_by_label("Synapses")
    kinds.select_option("Inhibitory")
    expect(left).to_have_text("1 of 5 synapses shown")
    kinds.select_option("All")
    page.get_by_label("Least weight of a synapse [threshold]").focus()
    for _ in range(5):
        page.keyboard.press("PageUp")
    expect(left).to_have_text("3 of 5 synapses shown")
    page.get_by_role("button", name="Show everything").click()
    page.get_by_label("association", exact=True).uncheck()
    expect(left).to_have_text("0 of 5 synapses shown")
    expect(page.get_by_role("button", name="Filter (1)")).to_be_visible()


def test_hops_count_from_the_selection(visitor, path):
    page = visitor.open(path, "neuron=0006000000000000")
    page.get_by_role("button", name="Filter").click()
    page.get_by_label("Around the selection").select_option("2 hops")
    expect(page.locator(".filters .left")).to_have_text("3 of 5 synapses shown")


def test_dormant_genes_are_shown_on_request_with_the_reason(visitor, path):
    page = visitor.open(path)
    parts = figure(page, "All parts of the network")
    tables(page).get_by_role("button", name="neurons").click()
    expect(parts).not_to_contain_text("no output can be reached")
    page.get_by_label("Dormant genes").check()
    expect(parts).to_contain_text("no output can be reached")
    expect(page.locator(".stage-main .legend")).to_contain_text("dormant gene")


def test_the_numbers_of_an_episode_are_in_tables(visitor, path):
    page = visitor.open(path)
    frame = figure(page, "Episode")
    frame.get_by_role("button", name="Table of Episode").click()
    expect(frame.get_by_role("row").nth(1)).to_contain_text("push left")
    frame.locator("select").select_option("rates of neurons")
    expect(frame.get_by_role("table")).to_contain_text("hidden 0004")
    frame.locator("select").select_option("calcium and releases")
    expect(frame.get_by_role("row")).to_have_count(3)


def test_efficacies_have_a_track_and_a_column_where_anything_is_scaled(visitor, tmp_path, path):
    cells = len(genome()["neurons"]["id"]) - genome()["neurons"]["role"].count(0)
    scaled = {"efficacy_time": [9, 500], "efficacy": [[1.0, 0.5], *[[1.0, 1.0]] * (cells - 1)]}
    for page_path, number in (
        (write_page(tmp_path, resources(episode=episode() | scaled)), 1),
        (path, 0),
    ):
        frame = figure(visitor.open(page_path), "Episode")
        expect(frame.get_by_text("of what arrives at each cell")).to_have_count(number)
        frame.get_by_role("button", name="Table of Episode").click()
        frame.locator("select").select_option("rates of neurons")
        expect(frame.get_by_role("columnheader", name="mean efficacy")).to_have_count(number)


def test_names_of_strangers_stay_text(visitor, tmp_path):
    page = visitor.open(write_page(tmp_path, resources(HOSTILE)))
    for kind in ("synapses", "astrocytes", "regions", "neurons"):
        tables(page).get_by_role("button", name=kind).click()
    page.get_by_label("Dormant genes").check()
    network(page).focus()
    page.keyboard.press("ArrowDown")
    expect(selected(page).get_by_role("heading")).to_have_text(f"angle +{HOSTILE}")
    figure(page, "Episode").get_by_role("button", name="Table of Episode").click()
    assert page.locator("img").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_topology_has_no_serious_faults_of_accessibility(visitor, path, scheme):
    page = visitor.open(path, "neuron=0004000000000000", scheme=scheme)
    page.get_by_role("button", name="Filter").click()
    tables(page).get_by_role("button", name="regions").click()
    assert complaints(page) == []


def test_the_topology_fits_a_phone(visitor, path):
    page = visitor.open(path, width=360, height=740)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_what_is_missing_is_said(visitor, tmp_path):
    page = visitor.open(write_page(tmp_path, resources(episode=None)))
    expect(figure(page, "Episode")).to_contain_text("does not hold the episode of genome 7")
    expect(page.get_by_role("button", name="Play")).to_be_hidden()
    network(page).focus()
    page.keyboard.press("ArrowDown")
    expect(selected(page).get_by_role("heading")).to_have_text("angle +")


def test_a_task_without_pictures_says_why(visitor, tmp_path):
    page = visitor.open(write_page(tmp_path, resources(episode=episode(frames=False))))
    expect(page.get_by_role("region", name="Task")).to_contain_text("This task cannot be drawn.")


def test_a_network_without_synapses_and_astrocytes_is_shown(visitor, tmp_path):
    bare = genome()
    bare["synapses"] = {name: [] for name in bare["synapses"]} | {"traits": None}
    bare["astrocytes"] = {name: [] for name in bare["astrocytes"]}
    bare["covers"] = {name: [] for name in bare["covers"]}
    quiet = episode() | {"calcium": [], "release_time": [], "release_astrocyte": []}
    page = visitor.open(write_page(tmp_path, resources(genome=bare, episode=quiet)))
    expect(page.locator(".genome-facts")).to_contain_text("0 synapses · 0 astrocytes")
    page.keyboard.press("End")
    page.get_by_role("button", name="+1 ms").click()
