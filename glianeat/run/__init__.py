"""One run: from a configuration to results on disk, and back."""
