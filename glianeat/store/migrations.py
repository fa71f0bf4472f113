"""From older schemas to the newest, in one transaction: a run is of one schema or the other.

Runs are read in the schema that they are of; only going on with one migrates it.
"""

import sqlite3
from collections.abc import Callable

import msgspec

from glianeat.evolution.standing import StandingSchema, StandingValue
from glianeat.store.checksums import checksum
from glianeat.store.database import transaction
from glianeat.store.records import Summary
from glianeat.store.rows import summary_checksum
from glianeat.store.run_schema import RunSchema, encode_schema
from glianeat.store.steps import LIVED, steps_of
from glianeat.store.tables import SCHEMA_VERSION, statement_of

SCHEMA = "schema"  # key under which a run keeps its names
PARETO_STANDING = StandingSchema(
    (
        StandingValue("rank", "integer", "Number of the front, 0 for the best one."),
        StandingValue("crowding", "real", "Crowding distance within the front."),
        StandingValue("species", "integer", "Number of the species; -1 if there are none."),
    ),
    front="rank",
    species="species",
)
"""What survivors stand by in runs before schema 4."""
_SUMMARY = (
    "number",
    "evaluations",
    "best_key",
    "best_return",
    "best_power",
    "best_spikes",
    "mean_return",
    "front_size",
    "failures",
    "digest",
)  # columns that have a checksum of their own, before schema 5
_TRAITS = {
    "regions": ("log2_ratio", "x", "y", "energy_reserve"),
    "neurons": (
        "bias",
        "tau_membrane",
        "adaptation",
        "tau_adaptation",
        "afterdepolarisation",
        "tau_afterdepolarisation",
        "threshold_jump",
        "tau_threshold",
        "size",
        "receptor_gain",
        "receptor_bias",
        "phasic",
        "tau_phasic",
        "activation",
    ),
    "astrocytes": (
        "tau_calcium",
        "calcium_threshold",
        "gain",
        "supply_gain",
        "plasticity_gain",
        "slow_current",
        "reach",
    ),
    "synapses": ("weight", "delay"),
}
UNNAMED = RunSchema(
    fields={
        "regions": ("index",),
        "neurons": ("role", "index", "origin", "region", "sign"),
        "astrocytes": ("region", "occurrence"),
        "synapses": ("source", "target", "enabled"),
    },
    traits=_TRAITS,
    varying=_TRAITS,
    energy=(
        "spike",
        "excitatory",
        "inhibitory",
        "graded",
        "rest",
        "astrocyte",
        "connection",
        "wire",
        "release",
        "plasticity",
        "build_neuron",
        "build_synapse",
        "build_astrocyte",
    ),
    counts=("spikes", "excitatory_events", "inhibitory_events", "releases"),
    standing=PARETO_STANDING,
)
"""The names of runs before schema 4, which do not name them. It never changes."""


def migrate(connection: sqlite3.Connection, version: int) -> None:
    """Bring the database of a run to the newest schema: all of it or nothing.

    Parameters
    ----------
    connection : sqlite3.Connection
        To the database, outside a transaction.
    version : int
        Schema that it is of.
    """
    # tables are made anew under their names: what refers to them goes on to
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute("PRAGMA legacy_alter_table=ON")
    try:
        with transaction(connection):
            for step in range(version, SCHEMA_VERSION):
                _STEPS[step](connection)
            connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
    finally:
        connection.execute("PRAGMA legacy_alter_table=OFF")
        connection.execute("PRAGMA foreign_keys=ON")


def _give_summaries_checksums(connection: sqlite3.Connection) -> None:
    """Lead from schema 2 to 3."""
    connection.execute("ALTER TABLE generation RENAME TO generation_2")
    connection.execute(statement_of("generation", 3))
    names = ", ".join(_SUMMARY)
    sums = [
        (row[0], checksum("summary", *row))
        for row in connection.execute(f"SELECT {names} FROM generation_2")
    ]
    connection.execute("INSERT INTO generation SELECT *, 0 FROM generation_2")
    connection.executemany(
        "UPDATE generation SET summary_seal = ? WHERE number = ?",
        [(value, number) for number, value in sums],
    )
    connection.execute("DROP TABLE generation_2")


def _name_everything(connection: sqlite3.Connection) -> None:
    """Lead from schema 3 to 4."""
    for table in ("meta", "generation", "individual", "statistics", "validation"):
        connection.execute(f"ALTER TABLE {table} RENAME COLUMN seal TO checksum")
    for table, old, new in (
        ("generation", "summary_seal", "summary_checksum"),
        ("individual", "other_parent", "mate"),
        ("individual", "assessments", "evaluations"),
    ):
        connection.execute(f"ALTER TABLE {table} RENAME COLUMN {old} TO {new}")
    connection.execute("ALTER TABLE survivor RENAME TO survivor_3")
    connection.execute(statement_of("survivor", 4))
    rows = connection.execute(
        "SELECT generation, key, place, rank, crowding, species FROM survivor_3"
    )
    connection.executemany(
        "INSERT INTO survivor VALUES (?, ?, ?, ?)",
        [(*row[:3], msgspec.msgpack.encode(row[3:])) for row in rows],
    )
    connection.execute("DROP TABLE survivor_3")
    value = encode_schema(UNNAMED)
    connection.execute(
        "INSERT INTO meta VALUES (?, ?, ?)", (SCHEMA, value, checksum(SCHEMA, value))
    )


def _count_steps(connection: sqlite3.Connection) -> None:
    """Lead from schema 4 to 5."""
    steps = steps_of(connection.execute(LIVED))
    connection.execute("ALTER TABLE generation RENAME TO generation_4")
    connection.execute(statement_of("generation", 5))
    connection.execute(
        "INSERT INTO generation SELECT number, time, seconds, evaluations, 0, next_key, "
        "reward_minimum, best_key, best_return, best_power, best_spikes, mean_return, front_size, "
        "failures, digest, state, checksum, summary_checksum FROM generation_4"
    )
    rows = connection.execute(f"SELECT {', '.join(_SUMMARY)} FROM generation_4").fetchall()
    for row in rows:
        number = row[0]
        summary = Summary(**dict(zip(_SUMMARY, row, strict=True)), steps=steps.get(number, 0))
        connection.execute(
            "UPDATE generation SET steps = ?, summary_checksum = ? WHERE number = ?",
            (summary.steps, summary_checksum(summary), number),
        )
    connection.execute("DROP TABLE generation_4")
    connection.execute(statement_of("progress", 5))


_STEPS: dict[int, Callable[[sqlite3.Connection], None]] = {
    2: _give_summaries_checksums,
    3: _name_everything,
    4: _count_steps,
}
"""What leads from each schema to the next."""
