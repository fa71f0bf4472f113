"""Who survives and who mates: one file for each selection algorithm."""
