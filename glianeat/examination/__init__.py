"""Whether a task is fit for evolution: checks before a run."""
