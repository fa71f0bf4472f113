"""Genomes that are suspected to be the death of their workers, and when they are blamed for it.

A suspect is evaluated alone. Two kinds of loss count differently:

- A death that only the process itself can cause (a fault such as SIGSEGV, or an exit) must come
  back twice with the genome alone in a new process.
- A loss that anybody can cause (SIGKILL, a lost node) must come back ten times in a row with the
  genome alone, and after each a control, a genome that is known to be fine, must be evaluated on
  such a worker for at least twice the time after which the suspect was lost. A control that is lost
  clears the suspect.
"""

from collections.abc import Callable

import msgspec

from glianeat.evaluate.orders import Limits, Loss

_MOST_CONTROLS = 1000  # in one order


class _Suspect(msgspec.Struct):
    """What is known against a genome."""

    cause: str
    fresh: bool  # whether it is to be evaluated in a new process
    faults: int = 0
    losses: int = 0
    controls: int = 0  # that have to follow before the next round
    busy: bool = False


class Quarantine:
    """The suspects of a batch.

    Parameters
    ----------
    limits : Limits
        How many deaths and losses a genome is blamed for.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._suspects: dict[int, _Suspect] = {}

    def __contains__(self, genome: int) -> bool:
        return genome in self._suspects

    def admit(self, genome: int, loss: Loss) -> None:
        """Suspect a genome, whose worker was lost while it was evaluated."""
        suspect = self._suspects.setdefault(genome, _Suspect(loss.cause, loss.own))
        suspect.fresh = suspect.fresh or loss.own

    def release(self, genome: int) -> None:
        """Suspect a genome no longer, whose outcome is known."""
        self._suspects.pop(genome, None)

    def next_controls(self) -> tuple[int, int] | None:
        """Return a suspect that controls must follow now, and how many, if there is one."""
        for genome, suspect in self._suspects.items():
            if suspect.controls and not suspect.busy:
                suspect.busy = True
                return genome, suspect.controls
        return None

    def next_suspect(
        self, is_elsewhere: Callable[[int], bool], *, only_faults: bool
    ) -> tuple[int, bool] | None:
        """Return a suspect to be evaluated now, and whether in a new process, if there is one.

        Parameters
        ----------
        is_elsewhere : callable
            Whether a genome is being evaluated already.
        only_faults : bool
            Whether only those come into question that are suspected of deaths of their own.
        """
        for genome, suspect in self._suspects.items():
            waits = suspect.busy or suspect.controls or (only_faults and not suspect.fresh)
            if not waits and not is_elsewhere(genome):
                self._suspects[genome] = self._suspects.pop(genome)  # others first, the next time
                suspect.busy = True
                return genome, suspect.fresh
        return None

    def put_back(self, genome: int) -> None:
        """Let a suspect's round be begun anew, of which nothing is known."""
        if genome in self._suspects:
            self._suspects[genome].busy = False

    def lost(self, genome: int, loss: Loss, *, fresh: bool, control: float | None) -> None:
        """Take note that a suspect was lost, alone.

        Parameters
        ----------
        genome, loss : int, Loss
            Who, and how.
        fresh : bool
            Whether the process was a new one.
        control : float or None
            How long the evaluation of the control takes [s], if there is one.
        """
        suspect = self._suspects.get(genome)
        if suspect is None:
            return
        suspect.busy = False
        if not loss.begun:
            return
        if loss.own:
            suspect.cause, suspect.fresh = loss.cause, True
            suspect.faults += 1 if fresh else 0
            suspect.controls = 0 if control is None else 1
        elif control is not None:
            suspect.cause = suspect.cause if suspect.faults else loss.cause
            suspect.losses += 1
            needed = self._limits.control_factor * loss.lived / max(control, 1e-6)
            suspect.controls = min(1 + int(needed), _MOST_CONTROLS)

    def lost_control(self, genome: int, loss: Loss) -> None:
        """Clear a suspect of what other genomes suffer, too."""
        suspect = self._suspects.get(genome)
        if suspect is None:
            return
        suspect.busy = False
        if not loss.begun:
            return
        suspect.losses = 0
        suspect.faults = 0 if loss.own else suspect.faults
        if not suspect.faults:
            suspect.controls = 0

    def controls_done(self, genome: int) -> None:
        """Take note that the controls of a suspect came back."""
        suspect = self._suspects.get(genome)
        if suspect is not None:
            suspect.busy, suspect.controls = False, 0

    def cause(self, genome: int) -> str | None:
        """Return what a suspect is blamed for, once it is."""
        suspect = self._suspects.get(genome)
        if suspect is None or suspect.controls:
            return None
        is_blamed = suspect.faults >= self._limits.faults or suspect.losses >= self._limits.losses
        return suspect.cause if is_blamed else None
