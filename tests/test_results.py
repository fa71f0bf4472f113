"""The figures of docs/results.md and of the README are those of the boards."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
RESULTS = (ROOT / "docs" / "results.md").read_text()
README = (ROOT / "README.md").read_text()
SUMMARY = re.compile(r"solved (\d+)/(\d+), evaluations: median (\d+), most (\d+) of \d+")
ROW = re.compile(r"\| `(\w+)` \| ([^|]+) \| [^|]+ \| (\d+) of (\d+) \| ([\d,]+) \(([\d,]+)\) \|")
SHORT = re.compile(r"\| (\w[^|]+) \| −?[\d.]+ \| (\d+) of (\d+) \| ([\d,]+) \|")


def numbers(*texts):
    return tuple(int(text.replace(",", "")) for text in texts)


def summaries(board):
    text = (ROOT / "scripts" / "scoreboard" / f"{board}.txt").read_text()
    return [numbers(*found) for found in SUMMARY.findall(text)]


def test_the_table_of_tasks_has_every_arm_of_its_boards():
    rows = ROW.findall(RESULTS)
    found = {board: [] for board, *_ in rows}
    for board, _, *figures in rows:
        found[board].append(numbers(*figures))
    assert len(rows) == 13
    assert found == {board: summaries(board) for board in found}


def test_the_table_of_the_readme_agrees_with_the_page():
    whole = {
        name.partition(",")[0] + str("fully" in name): figures
        for _, name, *figures in ROW.findall(RESULTS)
    }
    rows = SHORT.findall(README)
    assert len(rows) == 4
    for name, *figures in rows:
        task = name.partition(",")[0].partition(" (under")[0] + str("fully" in name)
        assert numbers(*figures) == numbers(*whole[task])[:3]


@pytest.mark.parametrize(
    ("board", "figures"),
    [
        ("double_pole_hidden_graded_1", "median 3,075, mean 4,485"),
        ("double_pole_hidden_graded_10", "median 2,625, mean 3,859"),
        ("double_pole_hidden_membrane_10", "median 3,600, mean 4,271"),
        ("double_pole_hidden_spiking_10", "median 6,300, mean 7,725"),
        ("double_pole", "median 1,342, mean 3,441"),
    ],
)
def test_the_figures_of_the_poles_are_those_of_their_boards(board, figures):
    text = (ROOT / "scripts" / "scoreboard" / f"{board}.txt").read_text()
    median, mean = figures.replace(",", "").split()[1::2]
    assert figures in RESULTS
    assert f"median {median}" in text
    assert f"mean {mean}" in text


# Floors and ceilings of faults

FLOORS = (ROOT / "docs" / "tasks.md").read_text().partition("| task | nothing |")[2]
CELLS = (  # wrapper, share and policy of each column
    *(("Faults", 0.0, "nothing"), ("Faults", 0.6, "random networks"), ("Faults", 0.0, "informed")),
    *(("Faults", 0.6, "blind"), ("Faults", 0.6, "informed")),
    *(("GainShift", None, "blind"), ("GainShift", None, "informed")),
)


def test_floors_of_faults_are_those_that_were_measured():
    lines = (ROOT / "scripts" / "results" / "fault_floors.jsonl").read_text().splitlines()
    means = {}
    for row in (row for row in map(json.loads, lines) if "policy" in row):
        name = row["task"].removeprefix("glianeat/").partition("-")[0]
        means[name, row["wrapper"], row["share"], row["policy"]] = row["mean"]
    for name in dict.fromkeys(key[0] for key in means):
        cells = [f"{means[name, *cell]:.1f}".replace("-", "−") for cell in CELLS]
        assert f"| {name} | {' | '.join(cells)} |" in FLOORS
