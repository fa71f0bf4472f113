"""The strings below the fields of a class, which Python throws away."""

import ast
import inspect
import textwrap
from functools import cache


@cache
def attribute_docstrings(kind: type) -> dict[str, str]:
    """Return the string below each annotated field of a class and its bases, on one line each."""
    texts: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        texts |= _own_docstrings(base)
    return texts


def _own_docstrings(kind: type) -> dict[str, str]:
    try:
        body = ast.parse(textwrap.dedent(inspect.getsource(kind))).body[0]
    except (OSError, TypeError):  # the source was not installed, or is not in Python
        return {}
    if not isinstance(body, ast.ClassDef):
        return {}
    texts = {}
    for field, below in zip(body.body, body.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            constant = below.value if isinstance(below, ast.Expr) else None
            if isinstance(constant, ast.Constant):
                texts[field.target.id] = " ".join(str(constant.value).split())
    return texts
