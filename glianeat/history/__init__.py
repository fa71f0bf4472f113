"""What happened in a run: individuals as columns, fronts, lineage, differences, phylogeny."""
