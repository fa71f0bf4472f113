"""The page of a comparison of runs."""

import msgspec

from glianeat.inspector.page_file import page_file
from glianeat.inspector.views.site import site
from glianeat.inspector.views.text import without_paths
from glianeat.studies.page import comparison_data
from glianeat.studies.result import Comparison


def comparison_page(comparison: Comparison) -> bytes:
    """Return a self-contained page of a comparison; equal ones make equal bytes."""
    data = comparison_data(comparison)
    data["notes"] = [without_paths(note) for note in data["notes"]]
    blocks = [
        ("site", msgspec.json.encode(site((), comparison=True))),
        ("comparison", msgspec.json.encode(data)),
    ]
    return page_file(f"{comparison.task}: comparison", blocks)
