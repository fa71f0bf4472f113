"""The decorators through which glianeat compiles; the only module that imports Numba."""

# Numba is typed in part, llvmlite not at all.
# mypy: disable-error-code="attr-defined, import-untyped, no-untyped-call"

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from importlib import import_module
from typing import Any, ParamSpec, TypeVar

import numpy as np
from llvmlite import ir
from llvmlite.binding import add_symbol
from numba import carray, cfunc, config, from_dtype, njit, typeof, types
from numba.core import cgutils
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler
from numba.core.errors import NumbaError
from numba.core.typing import signature
from numba.extending import lower_builtin, register_jitable, type_callable
from numba.np.arrayobj import make_array, populate_array
from numpy.typing import DTypeLike

from glianeat.code_cache import CODE_FOLDER

P = ParamSpec("P")
R = TypeVar("R")

_OPTIONS: dict[str, Any] = {
    "nogil": True,
    "error_model": "numpy",
    "_nrt": False,
    "no_cfunc_wrapper": True,  # nothing calls kernels from C
}


@contextmanager
def _own_cache() -> Iterator[None]:
    """Let functions that are decorated within keep their machine code in our folder."""
    before = config.CACHE_DIR
    config.CACHE_DIR = CODE_FOLDER or before
    try:
        yield
    finally:
        config.CACHE_DIR = before


class _PartLibrary(JITCodeLibrary):
    """Code that is only ever linked into other code.

    Numba would optimise each function with all that it calls, and make machine code of it, before
    its callers do so again: most of the time that nested functions take to compile.
    """

    def _optimize_functions(self, ll_module: Any) -> None:
        ll_module.data_layout = self._codegen._data_layout  # noqa: SLF001 - as the parent does

    def _optimize_final_module(self) -> None:
        """Leave that to those into which it is linked."""

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._finalized = True

    def get_pointer_to_function(self, _name: str) -> int:
        return 0  # there is no machine code

    @property
    def codegen(self) -> "_PartLibrary":
        return self  # asked for nothing but `set_env`

    def set_env(self, *_: object) -> None:
        """Without machine code there is no environment to be set."""


class _PartCompiler(Compiler):
    """Compiles functions that only compiled functions call."""

    def define_pipelines(self) -> list[object]:
        codegen = self.state.targetctx.codegen()
        self.state.library = _PartLibrary(codegen, self.state.func_id.func_qualname)
        self.state.library.enable_object_caching()
        pipelines: list[object] = super().define_pipelines()
        return pipelines


class _DisjointCompiler(Compiler):
    """Tells LLVM that array arguments do not overlap, without which it does not vectorise."""

    def define_pipelines(self) -> list[object]:
        self.state.flags.noalias = True  # lost, and 2.6 times the time, in a `_PartLibrary`
        pipelines: list[object] = super().define_pipelines()
        return pipelines


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile `function` in nopython mode with the project's fixed options.

    ``fastmath`` stays off: it assumes away NaN, which the simulator uses to detect divergence,
    and lets results depend on the build. ``parallel`` stays off: a fork and join per step costs
    more than the step. Kernels allocate nothing, so reference counting is off, too: counting the
    views of one network's state took longer than simulating 10 ms of it.
    """
    with _own_cache():
        compiled: Callable[P, R] = njit(cache=bool(CODE_FOLDER), **_OPTIONS)(_wrapping(function))
    return compiled


def compiled_for(function: Callable[P, R], *examples: object) -> Callable[P, R]:
    """Compile `function` as a kernel for the types of `examples` alone: others raise TypeError."""
    kinds = tuple(typeof(example) for example in examples)
    if config.DISABLE_JIT:
        return partial(_call_checked, function, kinds)
    with _own_cache():
        compiled: Callable[P, R] = njit([kinds], cache=bool(CODE_FOLDER), **_OPTIONS)(function)
    return compiled


def _call_checked(function: Callable[..., R], kinds: tuple[Any, ...], *args: Any) -> R:
    try:
        found = tuple(typeof(argument) for argument in args)
    except (ValueError, NumbaError) as error:
        raise TypeError(str(error)) from error
    if found != kinds:
        raise TypeError(f"no code for {found}")
    return function(*args)


def inlined(function: Callable[P, R]) -> Callable[P, R]:
    """Merge a small `function` into the source of each of its callers; it may return views."""
    compiled: Callable[P, R] = njit(inline="always", **_OPTIONS)(function)
    return compiled


def vectorised(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a loop over disjoint arrays that is merged into each of its callers.

    The arrays handed to `function` must not overlap. In return the compiler vectorises its loops
    (measured on 510 neurons: 3.8 to 1.3 ns each), and many array arguments cost nothing.
    """
    options = _OPTIONS | {"forceinline": True, "no_cpython_wrapper": True}
    compiled: Callable[P, R] = njit(pipeline_class=_DisjointCompiler, **options)(function)
    return compiled


def routine(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a `function` that only kernels call; the compiler merges it where that pays."""
    options = _OPTIONS | {"no_cpython_wrapper": True}
    compiled: Callable[P, R] = njit(pipeline_class=_PartCompiler, **options)(_wrapping(function))
    return compiled


def _wrapping(function: Callable[P, R]) -> Callable[P, R]:
    """Let whole numbers wrap around silently without compilation, too, as hashes need it."""
    return np.errstate(over="ignore")(function) if config.DISABLE_JIT else function


def compilable(function: Callable[P, R]) -> Callable[P, R]:
    """Let compiled code call `function`, which from Python stays the plain function that it is.

    For the functions that those of a `Twin` call.
    """
    same: Callable[P, R] = register_jitable(error_model="numpy")(function)
    return same


def apart(compiled: Callable[P, R]) -> Callable[P, R]:
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

    @lower_builtin(call, types.VarArg(types.Any))  # type: ignore[untyped-decorator]
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


def _publish(module: str, name: str, kinds: tuple[Any, ...]) -> Any:
    """Compile a kernel for arguments of some types, name it to the linker; return its signature."""
    compiled = getattr(import_module(module), name)
    compiled.compile(kinds)
    result = compiled.overloads[kinds]
    address = result.library.get_pointer_to_function(result.fndesc.llvm_func_name)
    add_symbol(f"{module}.{name}{kinds}", address)
    return result.signature


class Stepper:
    """The functions of a task's twin as one compiled function at an address (see `call_stepper`).

    Parameters
    ----------
    step : callable
        ``step(state, action) -> (reward, terminated)``.
    observe : callable
        ``observe(state, observation) -> None``.
    food : callable, optional
        ``food(state) -> energy``.

    Raises
    ------
    TypeError
        If Numba cannot compile them; the message is the first line of Numba's.
    """

    def __init__(
        self,
        step: Callable[..., tuple[float, bool]],
        observe: Callable[..., None],
        food: Callable[..., float] | None = None,
    ) -> None:
        try:
            self._function = _compile_stepper(step, observe, food)
        except NumbaError as error:
            lines = [line.strip() for line in str(error).splitlines() if line.strip()]
            wanted = [line for line in lines if not line.startswith("Failed in nopython")]
            raise TypeError(wanted[0] if wanted else "it cannot be compiled") from error

    @property
    def address(self) -> int:
        """Where the compiled function is, as long as this object lives."""
        return int(self._function.address)


@lru_cache(maxsize=64)  # compiling takes a second, and the same functions give the same code
def _compile_stepper(
    step: Callable[..., tuple[float, bool]],
    observe: Callable[..., None],
    food: Callable[..., float] | None,
) -> Any:
    take: Any = njit(error_model="numpy")(step)
    show: Any = njit(error_model="numpy")(observe)
    eat: Any = njit(error_model="numpy")(food or _no_food)
    pointer, whole = types.CPointer(types.float64), types.intp

    # one function that does all, since each call through an address costs some nanoseconds
    @cfunc(whole(pointer, whole, pointer, whole, pointer, whole, pointer), error_model="numpy")
    def stepper(  # noqa: PLR0913, PLR0917 - as C wants arrays
        state: Any, n_state: int, action: Any, n_action: int, shown: Any, n_shown: int, got: Any
    ) -> int:
        whole_state = carray(state, (n_state,))
        outcome = carray(got, (2,))
        ended = 0
        if n_action > 0:
            reward, terminated = take(whole_state, carray(action, (n_action,)))
            outcome[0] = reward
            outcome[1] = eat(whole_state)
            ended = 1 if terminated else 0
        show(whole_state, carray(shown, (n_shown,)))
        return ended

    return stepper


def _no_food(_state: Any) -> float:
    return 0.0


def call_stepper(
    address: int,
    state: Any,
    action: Any,
    shown: Any,
    outcome: Any,
) -> int:
    """Let the stepper at an address take an action, or with an empty action only observe.

    Called from compiled code: fills in the arrays `shown` and `outcome` (reward, energy eaten),
    and returns 1 if the episode has ended.
    """
    raise NotImplementedError("only compiled code calls steppers")


@type_callable(call_stepper)
def _infer_call_stepper(_: Any) -> Callable[..., Any]:
    def infer(_address: Any, state: Any, action: Any, shown: Any, outcome: Any) -> Any:
        return signature(types.intp, types.intp, state, action, shown, outcome)

    return infer


@lower_builtin(  # type: ignore[untyped-decorator]
    call_stepper, types.intp, types.Array, types.Array, types.Array, types.Array
)
def _build_call_stepper(context: Any, builder: Any, call: Any, args: Any) -> Any:
    word, double = ir.IntType(64), ir.DoubleType().as_pointer()
    handed = []
    for kind, value in zip(call.args[1:], args[1:], strict=True):
        view = make_array(kind)(context, builder, value)
        handed += [view.data, cgutils.unpack_tuple(builder, view.shape, 1)[0]]
    kind = ir.FunctionType(word, [double, word] * 3 + [double])
    return builder.call(builder.inttoptr(args[0], kind.as_pointer()), handed[:-1])


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
