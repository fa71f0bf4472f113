"""Figures of the house: how long, how tangled, how well named, how much is let pass.

python scripts/house.py                 # of this checkout
python scripts/house.py OTHER           # of another one
python scripts/house.py --list          # with all places
"""

import ast
import configparser
import re
import sys
import tokenize
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click
import grimp
import msgspec

ROOT = Path(__file__).parent.parent
FOLDERS = ("glianeat", "envs", "scripts", "tests")
OWN = ("glianeat", "envs", "scripts")  # without tests
LIBRARY = ("glianeat", "envs")
NAMES = Path(__file__).with_name("house_names.txt")
LONGEST_FUNCTION = 40  # lines without the docstring
_COMMENTS = {
    "noqa": re.compile(r"#\s*noqa\b", re.IGNORECASE),
    "type: ignore": re.compile(r"#\s*type:\s*ignore\b"),
    "mypy: disable-error-code": re.compile(r"#\s*mypy:"),
    "pragma: no cover": re.compile(r"#\s*pragma:\s*no\s*cover\b"),
}
_CALLS = {  # in code
    "warnings.simplefilter": "warnings ignored in code",
    "warnings.filterwarnings": "warnings ignored in code",
    "pytest.mark.filterwarnings": "warnings ignored in code",
}
Function = ast.FunctionDef | ast.AsyncFunctionDef


class OldName(msgspec.Struct, frozen=True):
    """A name that was given up: see ``house_names.txt``."""

    name: str
    kind: str
    folders: tuple[str, ...]
    successor: str


class House(msgspec.Struct, frozen=True):
    """What was found; places are ``path:line``, with what is there."""

    lines: dict[str, int]
    """Lines of files by path."""
    long_functions: list[str]
    cycles: list[list[str]]
    """Modules that import one another, directly or not."""
    old_names: list[str]
    suppressions: dict[str, list[str]]
    """Places by kind, without those in tests."""
    in_tests: dict[str, list[str]]
    undocumented: list[str]


def inspect(root: Path) -> House:
    """Return the figures of a checkout."""
    trees = {path: ast.parse(path.read_bytes()) for path in _sources(root, FOLDERS)}
    named = {str(path.relative_to(root)): tree for path, tree in trees.items()}
    own = {path: tree for path, tree in named.items() if path.startswith(OWN)}
    library = {path: tree for path, tree in named.items() if path.startswith(LIBRARY)}
    names = old_names()
    suppressions = suppressed(root, own)
    for kind, places in configured(root).items():
        suppressions.setdefault(kind, []).extend(places)
    return House(
        lines={str(p.relative_to(root)): len(p.read_bytes().splitlines()) for p in trees},
        long_functions=[one for path, tree in named.items() for one in _long(path, tree)],
        cycles=cycles(root),
        old_names=[one for path, tree in named.items() for one in _old(path, tree, names)],
        suppressions=suppressions,
        in_tests=suppressed(root, {p: t for p, t in named.items() if p not in own}),
        undocumented=[one for path, tree in library.items() for one in _bare(path, tree)],
    )


def _sources(root: Path, folders: Sequence[str]) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((root / folder).rglob("*.py"))


def _functions(tree: ast.AST) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def _long(path: str, tree: ast.AST) -> Iterator[str]:
    for node in _functions(tree):
        length = _extent(node) - (_extent(node.body[0]) if ast.get_docstring(node) else 0)
        if length > LONGEST_FUNCTION:
            yield f"{path}:{node.lineno} {node.name} {length}"


def _extent(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


# Imports


def cycles(root: Path) -> list[list[str]]:
    """Return the groups of modules that import one another, wherever in a module that is."""
    sys.path.insert(0, str(root))
    try:
        graph = grimp.build_graph("glianeat", cache_dir=None, exclude_type_checking_imports=True)
    finally:
        sys.path.remove(str(root))
    imports = {one: graph.find_modules_directly_imported_by(one) for one in graph.modules}
    return [sorted(group) for group in components(imports) if len(group) > 1]


def components(imports: Mapping[str, set[str]]) -> list[set[str]]:
    """Return the sets of modules of which each reaches each other one."""
    reached = {one: _reached(one, imports) for one in imports}
    found: list[set[str]] = []
    for one in sorted(imports):
        if not any(one in group for group in found):
            found.append({one} | {o for o in reached[one] if one in reached.get(o, ())})
    return found


def _reached(one: str, imports: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    front = [one]
    while front:
        following = imports.get(front.pop(), set()) - found
        found |= following
        front += following
    return found


# Names


def old_names() -> list[OldName]:
    """Return the names that were given up."""
    rows = [line.split(maxsplit=3) for line in NAMES.read_text().splitlines()]
    return [
        OldName(name, kind, tuple(where.split(",")), successor)
        for name, kind, where, successor in (row for row in rows if row and row[0] != "#")
        if not name.startswith("#")
    ]


def _old(path: str, tree: ast.AST, names: Sequence[OldName]) -> Iterator[str]:
    parts = set(Path(path).parts[:-1])
    wanted = [one for one in names if one.folders == ("*",) or parts & set(one.folders)]
    found = {kind: list(finder(tree)) for kind, finder in _FINDERS.items()}
    found["module"] = [(1, Path(path).stem)]
    for one in wanted:
        for line, name in found[one.kind]:
            if name == one.name:
                yield f"{path}:{line} {name} (now {one.successor})"


def _identifiers(tree: ast.AST) -> Iterator[tuple[int, str]]:
    yield from _definitions(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute):
            yield node.lineno, node.attr
        elif isinstance(node, ast.arg | ast.keyword):
            yield getattr(node, "lineno", 0), node.arg or ""
        elif isinstance(node, ast.alias):
            yield node.lineno, node.asname or node.name


def _definitions(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, Function | ast.ClassDef):
            yield node.lineno, node.name


def _fields(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        for part in node.body if isinstance(node, ast.ClassDef) else ():
            if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
                yield part.lineno, part.target.id


_FINDERS = {"any": _identifiers, "def": _definitions, "field": _fields}


# Suppressions


def suppressed(root: Path, trees: Mapping[str, ast.AST]) -> dict[str, list[str]]:
    """Return where files let something pass, by kind."""
    found: dict[str, list[str]] = {}
    for path, tree in trees.items():
        for kind, line, what in (*_comments(root / path), *_ignoring(tree)):
            found.setdefault(kind, []).append(f"{path}:{line} {what}")
    return found


def _comments(path: Path) -> Iterator[tuple[str, int, str]]:
    with path.open("rb") as file:
        for token in tokenize.tokenize(file.readline):
            for kind, pattern in _COMMENTS.items():
                if token.type == tokenize.COMMENT and pattern.search(token.string):
                    yield kind, token.start[0], token.string.lstrip("# ")


def _ignoring(tree: ast.AST) -> Iterator[tuple[str, int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (kind := _CALLS.get(ast.unparse(node.func))):
            call = ast.unparse(node)
            if "'error'" not in call:  # which lets less pass
                yield kind, node.lineno, call


def configured(root: Path) -> dict[str, list[str]]:
    """Return what the settings of the tools let pass, by kind."""
    lint = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["ruff"]["lint"]
    parser = configparser.ConfigParser()
    parser.read(root / "setup.cfg")
    filters = parser.get("tool:pytest", "filterwarnings", fallback="").split("\n")
    missing = [name for name in parser.sections() if name.startswith("mypy-")]
    per_file = lint.get("per-file-ignores", {})
    return {
        "ruff: ignored everywhere": [f"pyproject.toml {rule}" for rule in lint.get("ignore", [])],
        "ruff: ignored in files": [
            f"pyproject.toml {where} {rule}" for where, rules in per_file.items() for rule in rules
        ],
        "pytest: warnings ignored": [
            f"setup.cfg {one.strip()}" for one in filters if one.strip().startswith("ignore")
        ],
        "mypy: packages without types": [
            f"setup.cfg {one}" for name in missing for one in name.removeprefix("mypy-").split(",")
        ],
    }


# Docstrings


def _bare(path: str, tree: ast.Module) -> Iterator[str]:
    """Yield public modules, classes, functions and methods without a docstring."""
    if not any(part.startswith("_") for part in Path(path).with_suffix("").parts):
        yield from _bare_within(path, Path(path).stem, tree)


def _bare_within(path: str, name: str, node: ast.Module | ast.ClassDef | Function) -> Iterator[str]:
    if ast.get_docstring(node) is None and ast.dump(node) and not _is_setter(node):
        yield f"{path}:{getattr(node, 'lineno', 1)} {name}"
    if not isinstance(node, Function):
        for part in node.body:
            if isinstance(part, Function | ast.ClassDef) and not part.name.startswith("_"):
                yield from _bare_within(path, part.name, part)


def _is_setter(node: ast.AST) -> bool:
    decorators = getattr(node, "decorator_list", [])
    return any(ast.unparse(one).endswith((".setter", "overload")) for one in decorators)


# The table


def report(house: House, *, places: bool) -> Iterator[str]:
    """Yield the figures, a line each, with where they are found if so wished."""
    for title, folders in (("library and scripts", OWN), ("tests", ("tests",))):
        lines = {path: n for path, n in house.lines.items() if path.startswith(folders)}
        longest = max(lines, key=lambda path: lines[path])
        yield f"longest file of {title}: {lines[longest]} lines, {longest}"
    for title, found in (
        (f"functions over {LONGEST_FUNCTION} lines, docstrings not counted", house.long_functions),
        ("import cycles", [" ".join(cycle) for cycle in house.cycles]),
        ("old names", house.old_names),
        ("public names without docstring", house.undocumented),
    ):
        yield f"{title}: {len(found)}"
        yield from (f"    {one}" for one in found if places)
    for title, kinds in (("library and scripts", house.suppressions), ("tests", house.in_tests)):
        yield f"suppressions in {title}: {sum(map(len, kinds.values()))}"
        for kind, found in sorted(kinds.items()):
            yield f"    {kind}: {len(found)}{_codes(found) if kind == 'noqa' else ''}"
            yield from (f"        {one}" for one in found if places)


def _codes(found: Sequence[str]) -> str:
    codes = Counter(code for one in found for code in re.findall(r"\b[A-Z]{1,4}\d{3,4}\b", one))
    return f" ({', '.join(f'{code} {n}' for code, n in codes.most_common())})"


@click.command()
@click.argument("root", type=click.Path(exists=True, file_okay=False, path_type=Path), default=ROOT)
@click.option("--list", "places", is_flag=True, help="Print all places.")
def main(*, root: Path, places: bool) -> None:
    """Print the figures of a checkout."""
    for line in report(inspect(root.resolve()), places=places):
        click.echo(line)


if __name__ == "__main__":
    main()
