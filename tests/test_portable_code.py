"""No code that decides a result calls what is rounded otherwise on another processor."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SHOWS_ONLY = {"cli", "inspector", "pictures", "studies", "history"}  # no part of a result
FUNCTIONS = {
    *("exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "pow", "power", "float_power"),
    *("sin", "cos", "tan", "sinh", "cosh", "tanh", "asin", "acos", "atan", "atan2", "asinh"),
    *("acosh", "atanh", "arcsin", "arccos", "arctan", "arctan2", "arcsinh", "arccosh", "arctanh"),
    *("hypot", "cbrt", "erf", "erfc", "gamma", "lgamma", "logaddexp", "sinc"),
    *("dot", "vdot", "inner", "matmul", "einsum", "tensordot", "linalg", "convolve", "correlate"),
    *("cov", "corrcoef", "polyfit", "interp", "trapezoid"),
}
DISTRIBUTIONS = {
    *("normal", "standard_normal", "lognormal", "exponential", "standard_exponential", "gamma"),
    *("standard_gamma", "beta", "poisson", "binomial", "geometric", "dirichlet", "laplace"),
    *("gumbel", "logistic", "pareto", "power", "rayleigh", "vonmises", "wald", "weibull", "zipf"),
    *("multivariate_normal", "multinomial", "chisquare", "standard_t", "standard_cauchy"),
}
TELLS_ONLY = {"run/foresight.py"}  # people, before a run
FILES = [
    *(
        path
        for path in sorted((ROOT / "glianeat").rglob("*.py"))
        if path.relative_to(ROOT / "glianeat").parts[0] not in SHOWS_ONLY
        and path.relative_to(ROOT / "glianeat").as_posix() not in TELLS_ONLY
    ),
    *sorted((ROOT / "envs").rglob("*.py")),
]


def calls_of(source):
    """Yield the number of each line that calls the C library, NumPy's or BLAS's in its place."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and is_foreign(node):
            yield node.lineno
        if isinstance(node, ast.BinOp | ast.AugAssign) and is_inexact(node):
            yield node.lineno


def is_foreign(node):
    """Return whether an attribute is a function or a distribution that differs by processor."""
    owner = node.value
    if isinstance(owner, ast.Name) and owner.id in {"math", "np", "numpy"}:
        return node.attr in FUNCTIONS
    name = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
    return (
        name in {"rng", "generator", "np_random", "random", "_rng"} and node.attr in DISTRIBUTIONS
    )


def is_inexact(node):
    """Return whether an operation is a matrix product or a power."""
    is_power = isinstance(node.op, ast.Pow) and not is_constant(node)
    return is_power or isinstance(node.op, ast.MatMult)


def is_constant(node):
    """Return whether a power is one of numbers that stand there."""
    sides = (node.left, node.right) if isinstance(node, ast.BinOp) else (node.target, node.value)
    return all(
        isinstance(side.operand if isinstance(side, ast.UnaryOp) else side, ast.Constant)
        for side in sides
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_result_depends_on_the_processor(path):
    assert list(calls_of(path.read_text())) == []


@pytest.mark.parametrize(
    "source",
    [
        "math.exp(x)",
        "np.tanh(x)",
        "a @ b",
        "x ** 2",
        "x **= 0.5",
        "np.linalg.solve(a, b)",
        "rng.standard_normal(3)",
        "self.np_random.normal()",
        "np.dot(a, b)",
    ],
)
def test_what_is_forbidden_is_found(source):
    assert list(calls_of(source)) == [1]


@pytest.mark.parametrize("source", ["2.0**-53", "math.sqrt(x)", "x * x", "rng.random()", "exp(x)"])
def test_what_is_allowed_is_not(source):
    assert list(calls_of(source)) == []
