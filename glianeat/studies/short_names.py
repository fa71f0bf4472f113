"""Short names of settings."""

from collections.abc import Mapping, Sequence


def short_names(paths: Sequence[str]) -> Mapping[str, str]:
    """Return for each dotted path its shortest end that no other of them has."""
    names = {}
    for path in paths:
        parts = path.split(".")
        ends = (".".join(parts[-count:]) for count in range(1, len(parts) + 1))
        others = [other for other in paths if other != path]
        names[path] = next(
            (end for end in ends if not any(f".{other}".endswith(f".{end}") for other in others)),
            path,
        )
    return names
