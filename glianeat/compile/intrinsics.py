"""Small functions of compiled code that are built by hand."""

# Numba is typed in part, llvmlite not at all.
# mypy: disable-error-code="attr-defined, import-untyped, no-untyped-call"

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import numpy as np
from llvmlite import ir
from numba import from_dtype, types
from numba.core import cgutils
from numba.core.typing import signature
from numba.extending import lower_builtin, type_callable
from numba.np.arrayobj import make_array, populate_array
from numpy.typing import DTypeLike

P = ParamSpec("P")
R = TypeVar("R")


def section_of(kind: DTypeLike, unit: int, head: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Compile `function(buffer, name, length)`, which returns a section of a packed state.

    The buffer's word `head + name`, as uint32, says where the section begins, in units of `unit`
    bytes; its elements are of type `kind`. Called from Python, the function itself runs. It is
    built by hand because there are a hundred such calls: inferring the types of as many slices
    took five of the seven seconds that the simulator took to compile.
    """
    array = types.Array(from_dtype(np.dtype(kind)), 1, "C")
    item = np.dtype(kind).itemsize

    def merge(function: Callable[P, R]) -> Callable[P, R]:
        @type_callable(function)
        def _infer(_: Any) -> Callable[..., Any]:
            return lambda buffer, _name, _length: signature(array, buffer, types.intp, types.intp)

        @lower_builtin(function, types.Array, types.intp, types.intp)  # type: ignore[untyped-decorator]
        def _build(context: Any, builder: Any, call: Any, args: Any) -> Any:
            start = _head_word(context, builder, call, args, head)
            data = _data(context, builder, call, args)
            octets = builder.bitcast(data, ir.IntType(8).as_pointer())
            first = builder.gep(octets, [builder.mul(start, start.type(unit))])
            view = make_array(array)(context, builder)
            populate_array(
                view,
                data=builder.bitcast(first, view.data.type),
                shape=[args[2]],
                strides=[start.type(item)],
                itemsize=start.type(item),
                meminfo=cgutils.get_null_value(view.meminfo.type),
            )
            return view._getvalue()  # noqa: SLF001 - as Numba's own array functions do

        return function

    return merge


def head_number(function: Callable[P, R]) -> Callable[P, R]:
    """Compile `function(buffer, name)`, which returns word `name` of the buffer, as uint32."""

    @type_callable(function)
    def _infer(_: Any) -> Callable[..., Any]:
        return lambda buffer, _name: signature(types.intp, buffer, types.intp)

    @lower_builtin(function, types.Array, types.intp)  # type: ignore[untyped-decorator]
    def _build(context: Any, builder: Any, call: Any, args: Any) -> Any:
        return _head_word(context, builder, call, args, 0)

    return function


def _data(context: Any, builder: Any, call: Any, args: Any) -> Any:
    return make_array(call.args[0])(context, builder, args[0]).data


def _head_word(context: Any, builder: Any, call: Any, args: Any, first: int) -> Any:
    data = _data(context, builder, call, args)
    words = builder.bitcast(data, ir.IntType(32).as_pointer())
    place = builder.gep(words, [builder.add(args[1], args[1].type(first))])
    return builder.zext(builder.load(place), args[1].type)


def lowest_bit(word: Any) -> int:
    """Return the place of the lowest bit that is set in a uint64 other than 0."""
    whole = int(word)
    return (whole & -whole).bit_length() - 1


@type_callable(lowest_bit)
def _infer_lowest_bit(_: Any) -> Callable[..., Any]:
    return lambda _word: signature(types.uint64, types.uint64)


@lower_builtin(lowest_bit, types.uint64)  # type: ignore[untyped-decorator]
def _build_lowest_bit(_context: Any, builder: Any, _call: Any, args: Any) -> Any:
    return builder.cttz(args[0], ir.IntType(1)(1))
