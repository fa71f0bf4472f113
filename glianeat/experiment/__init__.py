"""One experiment: its configuration, its run, and what came out of it."""
