"""Compilation: the only package that knows Numba.

Numba's documented interface has no words for some of what the kernels need. These are the places
that go beyond it, and why; ``tests/test_numba.py`` names the one that a new version has changed.

``JITCodeLibrary``, ``Compiler.define_pipelines`` (`pipelines.PartLibrary`)
    Functions that only kernels call are neither optimised nor made machine code by themselves:
    most of the time that the simulator takes to compile went into that.
``state.flags.noalias`` (`pipelines.DisjointCompiler`)
    Says that array arguments do not overlap, without which LLVM does not vectorise loops.
``_nrt``, ``no_cfunc_wrapper``, ``no_cpython_wrapper``, ``forceinline`` (`decorators`)
    Options of ``njit`` that leave out what kernels do not need: reference counts, entries for C
    and for Python; and that merge a loop into its caller.
``config.CACHE_DIR`` (`decorators`)
    Set while kernels are decorated, so that their code is kept in our folder and no one else's is.
``type_callable``, ``lower_builtin``, ``make_array``, ``populate_array`` (`intrinsics`)
    Views into the packed state are built by hand: to infer the types of a hundred slices took five
    of the seven seconds that the simulator took to compile.
``call_conv``, ``get_function_type``, ``active_code_library._reload_init`` (`linking`)
    Let a kernel call another one by its address instead of containing it, also where the caller
    comes from the cache: Numba's own loops in parallel use the same.
``cfunc``, ``carray``, an address called through ``builder.call`` (`stepper`)
    Make one function of the functions of a compiled task, so that the kernels need not be compiled
    anew for each task.
"""
