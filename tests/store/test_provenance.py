import msgspec
import numpy as np

import glianeat
from glianeat.store.provenance import provenance


def test_versions_are_those_that_run():
    made_with = provenance()
    assert (made_with["glianeat"], made_with["packages"]["numpy"]) == (
        glianeat.__version__,
        np.__version__,
    )


def test_it_can_be_kept_as_json():
    made_with = provenance()
    assert msgspec.json.decode(msgspec.json.encode(made_with)) == made_with
