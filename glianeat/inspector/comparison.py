"""The page of a comparison of runs."""

import msgspec

from glianeat.inspector.page_file import page_file
from glianeat.inspector.views.site import site
from glianeat.inspector.views.text import without_paths
from glianeat.studies.page import comparison_data
from glianeat.studies.result import Comparison


def comparison_page(comparison: Comparison) -> bytes:
    """Return a self-contained page of a comparison; equal ones make equal bytes."""
    blocks = [
        ("site", msgspec.json.encode(site((), comparison=True))),
        ("comparison", comparison_json(comparison)),
    ]
    return page_file(f"{comparison.task}: comparison", blocks)


def comparison_json(comparison: Comparison) -> bytes:
    """Return the resource ``comparison``, as JSON."""
    data = comparison_data(comparison)
    data["notes"] = [without_paths(note) for note in data["notes"]]
    return msgspec.json.encode(data)
