"""Small functions of compiled code that are built by hand."""

# Numba is typed in part, llvmlite not at all.
# mypy: disable-error-code="attr-defined, import-untyped, no-untyped-call, untyped-decorator"

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


def section_of(
    kind: DTypeLike, stored_as: DTypeLike | None = None
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Compile `function(buffer, name)`, which returns a section of a packed state.

    The buffer's words ``2 * name`` and ``2 * name + 1``, as uint32, say where the section begins
    and its length, both in elements of `stored_as`, by default `kind`; the array returned is of
    type `kind`. Called from Python, the function itself runs. It is built by hand because there
    are a hundred such calls: inferring the types of as many slices took five of the seven seconds
    that the simulator took to compile.
    """
    array = types.Array(from_dtype(np.dtype(kind)), 1, "C")
    unit = np.dtype(kind if stored_as is None else stored_as).itemsize

    def merge(function: Callable[P, R]) -> Callable[P, R]:
        @type_callable(function)
        def _infer(_: Any) -> Callable[..., Any]:
            return lambda buffer, _name: signature(array, buffer, types.intp)

        @lower_builtin(function, types.Array, types.intp)
        def _build(context: Any, builder: Any, call: Any, args: Any) -> Any:
            data = _data(context, builder, call, args)
            return _view(context, builder, data, (args[1], array, unit))

        return function

    return merge


def record_of(
    record: type[Any], row: Callable[[str], tuple[int, str]]
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Compile `function(buffer)`, which returns a named tuple of sections of a packed state.

    `row` gives the number and the type of the section of each field, asked for when a caller is
    compiled.
    """

    def merge(function: Callable[P, R]) -> Callable[P, R]:
        @type_callable(function)
        def _infer(_: Any) -> Callable[..., Any]:
            return lambda buffer: signature(_record_type(record, row), buffer)

        @lower_builtin(function, types.Array)
        def _build(context: Any, builder: Any, call: Any, args: Any) -> Any:
            data = _data(context, builder, call, args)
            views = []
            for name, array in zip(record._fields, call.return_type, strict=True):
                number = ir.IntType(64)(row(name)[0])
                unit = np.dtype(row(name)[1]).itemsize
                views.append(_view(context, builder, data, (number, array, unit)))
            return context.make_tuple(builder, call.return_type, views)

        return function

    return merge


def _record_type(record: type[Any], row: Callable[[str], tuple[int, str]]) -> Any:
    kinds = [from_dtype(np.dtype(row(name)[1])) for name in record._fields]
    return types.BaseTuple.from_types([types.Array(kind, 1, "C") for kind in kinds], record)


def _view(context: Any, builder: Any, data: Any, section: tuple[Any, Any, int]) -> Any:
    """Return section `name` as an array of type `array`, stored in units of `unit` bytes."""
    name, array, unit = section
    word = builder.bitcast(data, ir.IntType(32).as_pointer())
    place = builder.gep(word, [builder.mul(name, name.type(2))])
    start = builder.zext(builder.load(place), name.type)
    length = builder.zext(builder.load(builder.gep(place, [name.type(1)])), name.type)
    item = context.get_abi_sizeof(context.get_data_type(array.dtype))
    if item != unit:
        length = builder.udiv(length, name.type(item // unit))
    octets = builder.bitcast(data, ir.IntType(8).as_pointer())
    first = builder.gep(octets, [builder.mul(start, name.type(unit))])
    view = make_array(array)(context, builder)
    populate_array(
        view,
        data=builder.bitcast(first, view.data.type),
        shape=[length],
        strides=[name.type(item)],
        itemsize=name.type(item),
        meminfo=cgutils.get_null_value(view.meminfo.type),
    )
    return view._getvalue()  # noqa: SLF001 - as Numba's own array functions do


def head_number(function: Callable[P, R]) -> Callable[P, R]:
    """Compile `function(buffer, name)`, which returns word `name` of the buffer, as uint32."""

    @type_callable(function)
    def _infer(_: Any) -> Callable[..., Any]:
        return lambda buffer, _name: signature(types.intp, buffer, types.intp)

    @lower_builtin(function, types.Array, types.intp)
    def _build(context: Any, builder: Any, call: Any, args: Any) -> Any:
        return _head_word(context, builder, call, args)

    return function


def _data(context: Any, builder: Any, call: Any, args: Any) -> Any:
    return make_array(call.args[0])(context, builder, args[0]).data


def _head_word(context: Any, builder: Any, call: Any, args: Any) -> Any:
    data = _data(context, builder, call, args)
    words = builder.bitcast(data, ir.IntType(32).as_pointer())
    return builder.zext(builder.load(builder.gep(words, [args[1]])), args[1].type)


def lowest_bit(word: Any) -> int:
    """Return the place of the lowest bit that is set in a uint64 other than 0."""
    whole = int(word)
    return (whole & -whole).bit_length() - 1


@type_callable(lowest_bit)
def _infer_lowest_bit(_: Any) -> Callable[..., Any]:
    return lambda _word: signature(types.uint64, types.uint64)


@lower_builtin(lowest_bit, types.uint64)
def _build_lowest_bit(_context: Any, builder: Any, _call: Any, args: Any) -> Any:
    return builder.cttz(args[0], ir.IntType(1)(1))
