"""Which section of an INI file plays which part.

neat-python looks for the settings of a genome, a species set, and so on under the name of the class
that is handed to ``neat.Config``. Many projects have classes of their own, so files name these
sections in many ways; what a section holds tells what it is.
"""

from collections.abc import Mapping, Sequence

from glianeat.compat.neat_keys import GENOME, KEYS, NEAT, REPRODUCTION, SPECIES, STAGNATION

_CLUES = {  # words in the name of a section, for those that hold no key of neat-python's
    SPECIES: ("species",),
    STAGNATION: ("stagnation",),
    REPRODUCTION: ("reproduction",),
    GENOME: ("genome",),
    NEAT: ("neat",),
}


def find_sections(held: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return the name in the file of each section of neat-python's that is there.

    A section of neat-python's own name is what its name says. For any other part, the section that
    holds the most of its keys is taken, of equal ones the first; if there is none, one whose name
    contains its word, such as "stagnation".

    Parameters
    ----------
    held : mapping of str to sequence of str
        Keys of each section, in the order of the file.

    Returns
    -------
    dict of str to str
        Names in the file, by neat-python's own.
    """
    found = {name: name for name in KEYS if name in held}
    for part in (GENOME, SPECIES, REPRODUCTION, STAGNATION, NEAT):
        free = [name for name in held if name not in found.values()]
        if part in found or not free:
            continue
        numbers = [sum(key in KEYS[part] for key in held[name]) for name in free]
        if max(numbers) > 0:
            found[part] = free[numbers.index(max(numbers))]
            continue
        named = [name for name in free if any(word in name.lower() for word in _CLUES[part])]
        if named:
            found[part] = named[0]
    return found


def told(part: str, keys: Sequence[str]) -> str:
    """Return why a section of another name was taken for one of neat-python's."""
    own = sum(key in KEYS[part] for key in keys)
    why = f"which has {own} of its keys" if own else "for its name"
    return f"taken for neat-python's [{part}], {why}"


def misplaced(key: str, held: Mapping[str, Sequence[str]]) -> str:
    """Return a hint if a key that is missing from a section stands in another one, else ""."""
    others = [name for name, keys in held.items() if key in keys]
    if not others:
        return ""
    return f"; it stands in [{others[0]}], where neat-python does not look for it: move it here"
