"""Every example in a docstring is run."""

import doctest
import importlib
import pkgutil

import glianeat


def test_docstring_examples_hold():
    names = [m.name for m in pkgutil.walk_packages(glianeat.__path__, "glianeat.")]
    modules = [glianeat, *(importlib.import_module(n) for n in names if "__main__" not in n)]
    results = {module.__name__: doctest.testmod(module) for module in modules}
    assert {name for name, result in results.items() if result.failed} == set()
    assert sum(result.attempted for result in results.values()) > 0
