"""Kernels that other kernels call without containing them."""

# Numba is typed in part, llvmlite not at all.
# mypy: disable-error-code="attr-defined, import-untyped, no-untyped-call, untyped-decorator"

import inspect
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any, ParamSpec, TypeVar

from llvmlite import ir
from llvmlite.binding import add_symbol
from numba import config, typeof, types
from numba.core import cgutils
from numba.core.typing import signature
from numba.extending import lower_builtin, type_callable
from numba.np.arrayobj import make_array

P = ParamSpec("P")
R = TypeVar("R")


def separately_compiled(compiled: Callable[P, R]) -> Callable[P, R]:
    """Return a kernel as other kernels call it without containing it.

    Numba by itself compiles whatever a kernel calls once more, as a part of it: what is around the
    fused step took longer to compile than the step. Its module must name `compiled` as its function
    is named. Python goes on calling `compiled` itself.
    """
    module, name = compiled.__module__, compiled.__name__

    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        return compiled(*args, **kwargs)

    @type_callable(call)
    def _infer(_: Any) -> Callable[..., Any]:
        def infer(*kinds: Any) -> Any:
            return signature(_publish(module, name, kinds).return_type, *kinds)

        infer.__signature__ = inspect.signature(compiled)
        return infer

    @lower_builtin(call, types.VarArg(types.Any))
    def _build(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        # what Numba does before it takes the caller from its cache
        reloaded = partial(_publish, module, name, sig.args)
        context.active_code_library._reload_init.add(reloaded)  # noqa: SLF001 - as its parfors do
        convention = context.call_conv
        kind = convention.get_function_type(sig.return_type, sig.args)
        callee = cgutils.get_or_insert_function(builder.module, kind, f"{module}.{name}{sig.args}")
        status, result = convention.call_function(builder, callee, sig.return_type, sig.args, args)
        with cgutils.if_unlikely(builder, status.is_error):
            convention.return_status_propagate(builder, status)
        return result

    return call


def called_at(
    address_word: Callable[[], int],
) -> Callable[[Callable[[Any, int], None]], Callable[[Any, int], None]]:
    """Compile `function(buffer, n)` as a call of the kernel whose address the buffer holds.

    `address_word` gives the place of the address, in uint32 words, when a caller is compiled. So a
    caller contains no kernel, and only those are compiled that a buffer asks for. Called from
    Python, the function itself runs.
    """

    def merge(function: Callable[[Any, int], None]) -> Callable[[Any, int], None]:
        @type_callable(function)
        def _infer(_: Any) -> Callable[..., Any]:
            return lambda buffer, _n: signature(types.none, buffer, types.int64)

        @lower_builtin(function, types.Array, types.int64)
        def _build(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            data = make_array(sig.args[0])(context, builder, args[0]).data
            words = builder.bitcast(data, ir.IntType(32).as_pointer())
            place = builder.gep(words, [ir.IntType(64)(address_word())])
            address = builder.load(builder.bitcast(place, ir.IntType(64).as_pointer()), align=4)
            convention = context.call_conv
            kind = convention.get_function_type(sig.return_type, sig.args)
            callee = builder.inttoptr(address, kind.as_pointer())
            status, result = convention.call_function(
                builder, callee, sig.return_type, sig.args, args
            )
            with cgutils.if_unlikely(builder, status.is_error):
                convention.return_status_propagate(builder, status)
            return result

        return function

    return merge


def address_of(compiled: Any, *examples: object) -> int:
    """Compile a kernel for the types of `examples`; return its address, 0 without compilation."""
    if config.DISABLE_JIT:
        return 0
    kinds = tuple(typeof(example) for example in examples)
    compiled.compile(kinds)
    result = compiled.overloads[kinds]
    address: int = result.library.get_pointer_to_function(result.fndesc.llvm_func_name)
    return address


def _publish(module: str, name: str, kinds: tuple[Any, ...]) -> Any:
    """Compile a kernel for arguments of some types, name it to the linker; return its signature."""
    compiled = getattr(import_module(module), name)
    compiled.compile(kinds)
    result = compiled.overloads[kinds]
    address = result.library.get_pointer_to_function(result.fndesc.llvm_func_name)
    add_symbol(f"{module}.{name}{kinds}", address)
    return result.signature
