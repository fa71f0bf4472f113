"""How Numba compiles what is only linked into other code, or has arrays that do not overlap."""

# Numba is typed in part, llvmlite not at all.
# mypy: disable-error-code="attr-defined, import-untyped, no-untyped-call"

from typing import Any

from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler


class PartLibrary(JITCodeLibrary):
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
        """Return no address."""
        return 0  # there is no machine code

    @property
    def codegen(self) -> "PartLibrary":
        """Stand for a code generator."""
        return self  # asked for nothing but `set_env`

    def set_env(self, *_: object) -> None:
        """Without machine code there is no environment to be set."""


class PartCompiler(Compiler):
    """Compiles functions that only compiled functions call."""

    def define_pipelines(self) -> list[object]:
        """Return the passes of the compiler."""
        codegen = self.state.targetctx.codegen()
        self.state.library = PartLibrary(codegen, self.state.func_id.func_qualname)
        self.state.library.enable_object_caching()
        pipelines: list[object] = super().define_pipelines()
        return pipelines


class DisjointCompiler(Compiler):
    """Tells LLVM that array arguments do not overlap, without which it does not vectorise."""

    def define_pipelines(self) -> list[object]:
        """Return the passes of the compiler."""
        self.state.flags.noalias = True  # lost, and 2.6 times the time, in a `PartLibrary`
        pipelines: list[object] = super().define_pipelines()
        return pipelines
