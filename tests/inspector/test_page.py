"""Every view, driven as a person would."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.inspector.made_pages import VIEWS, resources_of, write_page
from tests.inspector.synthetic import Made
from tests.inspector.visitor import complaints, figure, go

POPULATION = 24


@pytest.fixture(scope="module")
def made() -> Made:
    return Made(generations=30, population=POPULATION)


@pytest.fixture(scope="module")
def path(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_page(tmp_path_factory.mktemp("page"), resources_of(made))


def genome(page: Page) -> int:
    """Return the key that is selected."""
    return int(page.get_by_label("Genome", exact=True).first.input_value())


@pytest.mark.parametrize(("scheme", "rules"), [("light", ()), ("dark", ("color-contrast",))])
def test_no_view_has_serious_faults_of_accessibility(visitor, tmp_path, scheme, rules):
    small = Made(generations=4, population=4)  # the checker looks at every cell of every table
    page = visitor.open(write_page(tmp_path, resources_of(small)), scheme=scheme)
    found = {}
    for view in VIEWS:
        panel = go(page, view)
        for toggle in panel.get_by_role("button", name=re.compile("^Table of")).all():
            toggle.click()
        found[view] = complaints(page, rules)
    assert found == {view: [] for view in VIEWS}


def test_tabs_are_reached_and_moved_along_by_keyboard(visitor, path):
    page = visitor.open(path, "view=front")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the view")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.get_by_role("tab", name="Front").focus()
    for view in VIEWS[1:]:
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("tab", name=view)).to_be_focused()
        expect(page.get_by_role("tabpanel", name=view)).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Topology")).to_be_focused()
    page.keyboard.press("End")
    expect(page.get_by_role("tab", name="Comparison")).to_be_focused()


def test_the_address_says_what_is_selected(visitor, path, made):
    key = made.fronts[-1][0]
    page = visitor.open(path, f"view=lineage&genome={key}")
    expect(page.get_by_role("tabpanel", name="Lineage")).to_be_visible()
    assert genome(page) == key
    page.get_by_role("button", name="Best").click()
    go(page, "Front")
    expect(page).to_have_url(re.compile(rf"#view=front&genome={made.best}$"))


def test_the_theme_is_chosen_and_remembered(visitor, path):
    page = visitor.open(path)
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(ground)
    page.get_by_label("Theme").select_option("Dark")
    dark = page.evaluate(ground)
    assert dark != light
    page.reload()
    page.get_by_role("tablist").wait_for()
    assert page.evaluate(ground) == dark


@pytest.mark.parametrize("view", VIEWS)
def test_nothing_is_wider_than_a_phone(visitor, path, view):
    page = visitor.open(path, f"view={view.lower()}", width=400, height=800)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


# Front


def test_a_click_on_a_point_selects_its_genome_everywhere(visitor, path, made):
    page = visitor.open(path, "view=front")
    scatter = figure(page, "Front").get_by_role("application")
    scatter.focus()
    page.keyboard.press("Home")
    tip = scatter.locator(".tip")
    key = int(re.findall(r"Genome (\d+)", tip.inner_text())[0])
    assert key in made.fronts[-1]
    page.keyboard.press("Enter")
    assert genome(page) == key
    go(page, "Lineage")
    expect(figure(page, "Ancestors").locator("li.step.chosen")).to_contain_text(f"Genome {key}")


def test_a_point_is_hovered_and_clicked_with_the_mouse(visitor, path):
    page = visitor.open(path, "view=front")
    scatter = figure(page, "Front").get_by_role("application")
    box = scatter.bounding_box()
    tip = scatter.locator(".tip")
    before = genome(page)
    for share in range(20, 80, 2):
        page.mouse.move(box["x"] + box["width"] * share / 100, box["y"] + box["height"] * 0.5)
        if tip.is_visible() and f"Genome {before}\n" not in tip.inner_text():
            break
    key = int(re.findall(r"Genome (\d+)", tip.inner_text())[0])
    page.mouse.down()
    page.mouse.up()
    assert genome(page) == key


def brush(page: Page) -> None:
    """Drag over the left half of the front."""
    box = figure(page, "Front").get_by_role("application").bounding_box()
    page.mouse.move(box["x"] + 70, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.6, steps=4)
    page.mouse.up()


def test_a_drag_brushes_and_the_table_follows(visitor, path):
    page = visitor.open(path, "view=front")
    frame = figure(page, "Front")
    all_of_them = 30 * POPULATION
    expect(frame.locator(".found")).to_contain_text(f"{all_of_them} individuals.")
    brush(page)
    words = frame.locator(".found").inner_text()
    inside = int(re.findall(r"^(\d+) individual", words)[0])
    assert 0 < inside < all_of_them
    frame.get_by_role("button", name="Table of Front").click()
    expect(frame.locator(".pager")).to_contain_text(f"{inside} rows")
    chips = figure(page, "Brush").get_by_role("listitem")
    expect(chips).to_have_count(3)
    frame.get_by_role("application").focus()
    page.keyboard.press("Escape")
    expect(frame.locator(".found")).to_contain_text(f"{all_of_them} individuals.")


def test_a_brush_is_typed_and_dims_the_phylogeny(visitor, path):
    page = visitor.open(path, "view=front")
    panel = figure(page, "Brush")
    panel.get_by_label("Value to brush").select_option("ratio motor")
    panel.get_by_label("From", exact=True).fill("1.2")
    panel.get_by_label("To", exact=True).fill("1.3")
    panel.get_by_role("button", name="Brush").click()
    expect(panel).to_contain_text("ratio motor: 1.2 to 1.3")
    expect(figure(page, "Front").locator(".found")).to_contain_text("selected")
    picture = "document.querySelector('.tree canvas').toDataURL()"
    go(page, "Lineage")
    dimmed = page.evaluate(picture)
    go(page, "Front")
    panel.get_by_role("button", name=re.compile("^Remove")).first.click()
    go(page, "Lineage")
    page.wait_for_function(f"{picture} !== {dimmed!r}")


def test_axes_and_colours_are_chosen(visitor, path):
    page = visitor.open(path, "view=front")
    frame = figure(page, "Front")
    picture = "document.querySelector('.scatter canvas').toDataURL()"
    seen = {page.evaluate(picture)}
    for name, choice in (("Across", "ratio motor"), ("Up", "neurons"), ("Colour", "species")):
        frame.get_by_label(name).select_option(choice)
        seen.add(page.evaluate(picture))
    frame.get_by_label("all individuals").uncheck()
    seen.add(page.evaluate(picture))
    assert len(seen) == 5
    entry = frame.locator(".legend").get_by_role("button").first
    entry.click()
    expect(frame.locator(".found")).to_contain_text("selected")
    expect(figure(page, "Brush")).to_contain_text("species")


def test_rows_are_sorted_and_select_genomes(visitor, path, made):
    page = visitor.open(path, "view=front")
    frame = figure(page, "Front")
    frame.get_by_role("button", name="Table of Front").click()
    frame.get_by_role("button", name="reward", exact=True).click()
    head = frame.get_by_role("columnheader", name="reward")
    expect(head).to_have_attribute("aria-sort", "descending")
    top = frame.get_by_role("row").nth(1)
    assert f"{made.reward.max():.0f}" in top.inner_text()
    key = int(top.get_by_role("button").inner_text())
    top.get_by_role("button").click()
    assert genome(page) == key
    expect(frame.locator("tr.chosen")).to_have_count(1)


# Evolution


def test_a_generation_is_selected_by_mouse_and_by_keyboard(visitor, path):
    page = visitor.open(path, "view=evolution")
    plot = figure(page, "Glia per neuron, by region").get_by_role("application")
    plot.focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    expect(plot.get_by_role("status")).to_contain_text("generation 28")
    expect(plot.get_by_role("status")).to_contain_text("motor: predicted")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("generation=28"))
    box = plot.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page).not_to_have_url(re.compile("generation=28"))


def test_ratios_come_first_with_bands_and_prediction(visitor, path):
    page = visitor.open(path, "view=evolution")
    frame = page.get_by_role("tabpanel", name="Evolution").locator(".figure").first
    expect(frame.get_by_role("heading")).to_have_text("Glia per neuron, by region")
    frame.get_by_role("button", name=re.compile("^Table")).click()
    for name in ("motor", "motor, 1st quartile", "motor, 3rd quartile", "motor: predicted"):
        expect(frame.get_by_role("columnheader", name=name, exact=True)).to_be_visible()
    expect(frame.locator(".pager")).to_be_hidden()


def test_numbers_are_saved_as_csv(visitor, path, tmp_path):
    page = visitor.open(path, "view=evolution")
    with page.expect_download() as saving:
        figure(page, "Power").get_by_role("button", name="Save Power as CSV").click()
    saving.value.save_as(tmp_path / "power.csv")
    lines = (tmp_path / "power.csv").read_text().splitlines()
    assert saving.value.suggested_filename == "power.csv"
    assert lines[0].startswith("generation,evaluations,power [EU/s],")
    assert len(lines) == 31


def test_a_species_is_selected_in_all_views(visitor, path):
    page = visitor.open(path, "view=evolution")
    entry = figure(page, "Species").locator(".legend").get_by_role("button").first
    name = entry.inner_text()
    entry.click()
    go(page, "Front")
    expect(figure(page, "Brush")).to_contain_text(name)


def test_curves_are_drawn_over_time_and_lines_hidden(visitor, path):
    page = visitor.open(path, "view=evolution")
    picture = "document.querySelector('.view-evolution canvas').toDataURL()"
    seen = {page.evaluate(picture)}
    page.get_by_label("Over").select_option("time [s]")
    seen.add(page.evaluate(picture))
    page.get_by_role("button", name="motor", exact=True).click()
    expect(page.get_by_role("button", name="motor", exact=True)).to_have_attribute(
        "aria-pressed", "false"
    )
    page.wait_for_timeout(50)  # drawn in the next microtask
    seen.add(page.evaluate(picture))
    assert len(seen) == 3


# Lineage


def test_ancestors_are_read_searched_and_opened(visitor, path, made):
    page = visitor.open(path, "view=lineage")
    frame = figure(page, "Ancestors")
    steps = frame.locator("li.step")
    expect(steps).to_have_count(10)
    expect(steps.first).to_contain_text(f"Genome {made.best}")
    frame.get_by_role("button", name="Show all 30 steps").click()
    expect(steps).to_have_count(30)
    expect(steps.last).to_contain_text("A founder.")
    frame.get_by_label("Find a change").fill("+astrocyte")
    assert 0 < steps.count() < 30
    frame.get_by_label("Find a change").fill("")
    parent = int(made.parent[made.best])
    frame.get_by_role("button", name=f"Genome {parent}", exact=True).click()
    assert genome(page) == parent
    expect(steps.first).to_contain_text(f"Genome {parent}")


def test_two_genomes_are_compared_either_way(visitor, path, made):
    page = visitor.open(path, "view=lineage")
    frame = figure(page, "Difference of two genomes")
    expect(frame).to_contain_text("3 genes differ. Their compatibility distance is 0.42.")
    row = frame.get_by_role("row", name=re.compile("ratio of motor"))
    expect(row.get_by_role("cell").nth(2)).to_have_text("1.4")
    frame.get_by_role("button", name="Swap").click()
    expect(row.get_by_role("cell").nth(2)).to_have_text("0.9")
    frame.get_by_label("against").fill("1")
    frame.get_by_role("button", name="Compare").click()
    expect(frame).to_contain_text("This page does not hold genome")


def test_the_phylogeny_names_where_lines_meet_and_is_walked(visitor, path, made):
    page = visitor.open(path, "view=lineage")
    frame = figure(page, "Phylogeny")
    expect(frame.locator(".found")).to_contain_text("All survivors descend from genome")
    frame.get_by_role("application").focus()
    page.keyboard.press("ArrowLeft")
    parent = int(made.parent[made.best])
    expect(frame.locator(".tip")).to_contain_text(f"Genome {parent}")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    assert genome(page) == parent


# Health and comparison


def test_failures_have_reasons_and_tracebacks(visitor, path):
    page = visitor.open(path, "view=health")
    frame = figure(page, "Failures")
    traceback = frame.get_by_text("Traceback (most recent call last)")
    expect(traceback).to_be_hidden()
    frame.get_by_text("Traceback", exact=True).click()
    expect(traceback).to_be_visible()
    key = frame.locator(".keys").get_by_role("button").first
    wanted = int(key.inner_text())
    key.click()
    assert genome(page) == wanted


def test_the_digest_is_copied(visitor, path, made):
    page = visitor.open(path, "view=health")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the digest").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == made.overview()["digest"]


def test_a_comparison_shows_groups_tests_and_every_run(visitor, path):
    page = visitor.open(path, "view=comparison")
    expect(page.get_by_role("heading", name="CartPole-v1: 10 runs in 2 groups")).to_be_visible()
    expect(figure(page, "Tests")).to_contain_text("0.031")
    expect(figure(page, "Runs").get_by_role("row")).to_have_count(11)
    curves = figure(page, "Learning curves")
    curves.get_by_role("button", name=re.compile("^Table")).click()
    expect(curves.get_by_role("columnheader", name="with glia, low")).to_be_visible()
