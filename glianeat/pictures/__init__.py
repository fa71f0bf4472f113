"""Pictures for papers: topology, fronts, curves, activity, lineage."""
