"""Networks that developed from evolved genomes."""

from hypothesis import assume
from hypothesis import strategies as st

from glianeat.develop.decode import develop
from glianeat.errors import DevelopmentError
from tests.genome.strategies import evolved_genomes


def developed(genome):
    """Return the network of a genome; give the example up if it has none."""
    try:
        return develop(genome)
    except DevelopmentError:
        assume(False)


@st.composite
def networks(draw, **options):
    return developed(draw(evolved_genomes(**options)))
