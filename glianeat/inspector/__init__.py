"""Pages that show a run: topology, activity, fronts, evolution, lineage, health."""
