"""What docs/measures.md says of measures is what there is."""

import re
from pathlib import Path

from glianeat.analyse.activity import MEASURES

DOCUMENT = (Path(__file__).parent.parent / "docs" / "measures.md").read_text()


def test_the_page_lists_every_measure_with_unit_direction_and_need():
    rows = re.findall(
        r"^\| `(\w+)` \| (.+?) \| (more|less) \| .+ \| (counts|trace) \|$", DOCUMENT, re.MULTILINE
    )
    expected = [
        (
            one.name,
            one.unit,
            "more" if one.direction > 0 else "less",
            "trace" if one.needs_trace else "counts",
        )
        for one in MEASURES
    ]
    assert rows == expected
