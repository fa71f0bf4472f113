"""What glianeat needs of Numba beyond its documented interface: `glianeat.compile` says why.

`scripts/test` runs this first: where a new Numba has changed something, it says so in one line.
"""

import importlib

import numba
import numpy as np
import pytest

NAMES = (
    "numba.carray",
    "numba.cfunc",
    "numba.config.CACHE_DIR",
    "numba.config.DISABLE_JIT",
    "numba.core.cgutils.get_null_value",
    "numba.core.cgutils.get_or_insert_function",
    "numba.core.cgutils.if_unlikely",
    "numba.core.cgutils.unpack_tuple",
    "numba.core.codegen.JITCodeLibrary._finalize_dynamic_globals",
    "numba.core.codegen.JITCodeLibrary._finalize_final_module",
    "numba.core.codegen.JITCodeLibrary._optimize_final_module",
    "numba.core.codegen.JITCodeLibrary._optimize_functions",
    "numba.core.codegen.JITCodeLibrary.enable_object_caching",
    "numba.core.codegen.JITCodeLibrary.get_pointer_to_function",
    "numba.core.compiler.Compiler.define_pipelines",
    "numba.core.errors.NumbaError",
    "numba.core.typing.signature",
    "numba.extending.lower_builtin",
    "numba.extending.register_jitable",
    "numba.extending.type_callable",
    "numba.from_dtype",
    "numba.np.arrayobj.make_array",
    "numba.np.arrayobj.populate_array",
    "numba.types.Array",
    "numba.types.CPointer",
    "numba.types.VarArg",
)


def says(what):
    """Fail in one line."""
    pytest.fail(
        f"Numba {numba.__version__}: {what}; see glianeat/compile/__init__.py", pytrace=False
    )


def test_every_name_that_we_use_is_there():
    for name in NAMES:
        module, found = "numba", numba
        for part in name.split(".")[1:]:
            module = f"{module}.{part}"
            if not hasattr(found, part):
                try:
                    importlib.import_module(module)
                except ImportError:
                    says(f"{name} is gone")
            found = getattr(found, part)


def lengths(a, b):
    for i in range(len(a)):
        a[i] += b[i]


def plus(x):
    return x + 1.0


def first_section(buffer, name):
    return buffer[name : name + 2].view(np.float64)


def first_number(buffer, name):
    return int(buffer.view(np.uint32)[name])


def double(x):
    return 2.0 * x


def options_of_njit():
    from glianeat.compile import decorators

    for make in (decorators.kernel, decorators.inline, decorators.fused_loop, decorators.routine):
        make(plus)


def libraries_of_parts():
    from glianeat.compile.decorators import kernel, routine
    from glianeat.compile.pipelines import PartLibrary

    part = routine(plus)
    assert kernel(lambda x: 2.0 * part(x))(1.0) == 4.0
    (code,) = part.overloads.values()
    assert isinstance(code.library, PartLibrary)


def flags_of_the_compiler():
    from glianeat.compile.decorators import fused_loop, kernel

    loop = fused_loop(lengths)
    pair = np.ones(3), np.ones(3)
    kernel(lambda a, b: loop(a[:2], b[:2]))(*pair)
    assert pair[0].tolist() == [2.0, 2.0, 1.0]
    assert "noalias" in next(iter(loop.overloads.values())).library.get_llvm_str()


def arrays_built_by_hand():
    from glianeat.compile.decorators import kernel
    from glianeat.compile.intrinsics import head_number, section_of

    section, number = section_of(np.float64)(first_section), head_number(first_number)
    buffer = np.array([1.0, 7.0, 8.0])
    buffer.view(np.uint32)[:2] = 1, 2
    whole = kernel(lambda b: (section(b, 0)[1], section(b, 0).size, number(b, 1)))
    assert whole(buffer.view(np.uint8)) == (8.0, 2, 2)


def bits():
    from glianeat.compile.decorators import kernel
    from glianeat.compile.intrinsics import lowest_bit

    assert kernel(lambda word: lowest_bit(word) + word)(np.uint64(8)) == 11


def links_between_kernels():
    from glianeat.compile.decorators import kernel
    from glianeat.compile.linking import separately_compiled

    globals()["double"] = kernel(double)  # where the linker looks for it
    linked = separately_compiled(double)
    whole = kernel(lambda x: 1.0 + linked(x))
    assert whole(2.0) == 5.0
    (code,) = whole.overloads.values()
    assert code.library._reload_init


def steppers():
    from glianeat.compile.stepper import Stepper

    stepper = Stepper(lambda state, action: (action[0], False), lambda state, shown: None)
    assert stepper.address > 0


@pytest.mark.parametrize(
    ("needs", "hook"),
    [
        (options_of_njit, "the options of njit (_nrt, no_cfunc_wrapper, forceinline, …)"),
        (libraries_of_parts, "JITCodeLibrary with Compiler.define_pipelines (PartLibrary)"),
        (flags_of_the_compiler, "state.flags.noalias in Compiler.define_pipelines"),
        (arrays_built_by_hand, "make_array and populate_array under lower_builtin"),
        (bits, "type_callable with lower_builtin"),
        (links_between_kernels, "call_conv, get_function_type or _reload_init"),
        (steppers, "cfunc with carray"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
@pytest.mark.skipif(numba.config.DISABLE_JIT, reason="nothing is compiled")
def test_what_we_build_on_works(needs, hook, monkeypatch):
    try:
        from glianeat.compile import decorators

        monkeypatch.setattr(decorators, "CODE_FOLDER", "")  # what is kept is not compiled
        needs()
    except Exception as error:  # noqa: BLE001 - whatever a new version raises
        first = (str(error).strip() or "no reason given").splitlines()[0]
        says(f"{hook} does not work as before: {type(error).__name__}: {first}")
