"""The functions of a compiled task as one function at an address."""

# Numba is typed in part, llvmlite not at all.
# mypy: disable-error-code="attr-defined, import-untyped, no-untyped-call"

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from llvmlite import ir
from numba import carray, cfunc, njit, types
from numba.core import cgutils
from numba.core.errors import NumbaError
from numba.core.typing import signature
from numba.extending import lower_builtin, type_callable
from numba.np.arrayobj import make_array


class Stepper:
    """The functions of a compiled task as one compiled function at an address (see `call_stepper`).

    Parameters
    ----------
    step : callable
        ``step(state, action) -> (reward, terminated)``.
    observe : callable
        ``observe(state, observation) -> None``.
    energy_intake : callable, optional
        ``energy_intake(state) -> energy``.

    Raises
    ------
    TypeError
        If Numba cannot compile them; the message is the first line of Numba's.
    """

    def __init__(
        self,
        step: Callable[..., tuple[float, bool]],
        observe: Callable[..., None],
        energy_intake: Callable[..., float] | None = None,
    ) -> None:
        try:
            self._function = _compile_stepper(step, observe, energy_intake)
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
    energy_intake: Callable[..., float] | None,
) -> Any:
    take: Any = njit(error_model="numpy")(step)
    show: Any = njit(error_model="numpy")(observe)
    intake: Any = njit(error_model="numpy")(energy_intake or _no_intake)
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
            outcome[1] = intake(whole_state)
            ended = 1 if terminated else 0
        show(whole_state, carray(shown, (n_shown,)))
        return ended

    return stepper


def _no_intake(_state: Any) -> float:
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
