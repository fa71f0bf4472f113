"""Which traits, energy kinds, counts and measures a run has, by name, once.

Genomes, ledgers and standings hold values in the order of these names. What a run has not and this
version has takes its declared default: a trait its initial mean, a kind of energy nothing. What a
run has and this version has not is refused by name if it matters: a trait that varies, a measure,
amounts that are not zero; and whatever it is, if the run is to go on.
"""

from collections.abc import Collection, Iterable

import msgspec

from glianeat.analyse.activity import MEASURE_BY_NAME
from glianeat.energetics.ledger import COUNTS, KINDS
from glianeat.errors import CheckpointError, ConfigError, GenomeError
from glianeat.evolution.standing import StandingSchema
from glianeat.genome.packed import OWN_FIELDS, PackedLayout
from glianeat.genome.schema import ALL_TRAITS, Names
from glianeat.store.unknown import unknown_name


class RunSchema(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The names of a run; they never change while it goes on."""

    fields: dict[str, tuple[str, ...]]
    """Integer fields of each gene family."""
    traits: dict[str, tuple[str, ...]]
    """Traits of each gene family, in the order in which genomes are packed."""
    varying: dict[str, tuple[str, ...]]
    """Traits that mutate and count in distances; nothing reads the others, which keep their
    initial means."""
    energy: tuple[str, ...]
    """Kinds of charges, in the order of the rows of ledgers."""
    counts: tuple[str, ...]
    """Raw counts, in the order of the rows of ledgers."""
    measures: tuple[str, ...] = ()
    """Measures of activity that every evaluation keeps, by name."""
    standing: StandingSchema
    """What the standings of survivors are made of."""

    def layout(self, thing: str) -> PackedLayout:
        """Return how the genomes of the run are packed; `thing` is what messages call the run.

        Raises
        ------
        CheckpointError
            If the run has families or fields of genes that this version does not know.
        """
        try:
            return PackedLayout(self.traits, self.fields)
        except GenomeError as error:
            raise CheckpointError(f"{thing}: cannot be read: {error}") from None

    def check(self, thing: str, *, writable: bool) -> None:
        """Raise `CheckpointError` if the run has names that matter and that nobody knows here.

        Parameters
        ----------
        thing : str
            What messages call the run.
        writable : bool
            Whether the run is to go on: then every name matters.
        """
        for family, name in self.layout(thing).unknown:
            if writable or name in self.varying.get(family, ()):
                raise unknown_name(thing, "trait", name, ALL_TRAITS[family], of=family)
        _check_names(thing, "measure", self.measures, MEASURE_BY_NAME)  # computed of everybody
        if writable:
            _check_names(thing, "energy kind", self.energy, KINDS)
            _check_names(thing, "count", self.counts, COUNTS)


def _check_names(thing: str, kind: str, names: Iterable[str], known: Collection[str]) -> None:
    for name in names:
        if name not in known:
            raise unknown_name(thing, kind, name, known)


def own_schema(
    standing: StandingSchema, *, varying: Names = ALL_TRAITS, measures: tuple[str, ...] = ()
) -> RunSchema:
    """Return the schema of a run that this version begins.

    Parameters
    ----------
    standing : StandingSchema
        What the strategy says of survivors.
    varying : mapping of str to sequence of str
        Traits of each family that mutate and count in distances.
    measures : tuple of str
        Measures that are kept of every evaluation.
    """
    return RunSchema(
        fields={name: tuple(fields) for name, fields in OWN_FIELDS.items()},
        traits={name: tuple(traits) for name, traits in ALL_TRAITS.items()},
        varying={name: tuple(traits) for name, traits in varying.items()},
        energy=KINDS,
        counts=COUNTS,
        measures=measures,
        standing=standing,
    )


def encode_schema(schema: RunSchema) -> bytes:
    """Return a schema as a run keeps it."""
    return msgspec.json.encode(schema)


def decode_schema(data: bytes, thing: str) -> RunSchema:
    """Return the schema that a run keeps; raise `CheckpointError` if it is damaged."""
    try:
        schema = msgspec.json.decode(data, type=RunSchema)
    except (msgspec.DecodeError, ConfigError, RecursionError, UnicodeDecodeError) as error:
        raise CheckpointError(f"{thing}: damaged schema: {error}") from None
    for names in (schema.energy, schema.counts, schema.measures):
        if len(set(names)) < len(names):
            raise CheckpointError(f"{thing}: damaged schema: a name is there twice")
    return schema
