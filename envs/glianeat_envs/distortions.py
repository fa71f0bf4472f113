"""What wrappers do to observations and actions, in compiled functions of one array of numbers.

All of it stands in this one file, constants too: the machine code of a kernel is kept on disk, and
made anew when the file of the kernel changes.
"""

import math

import numpy as np

from glianeat import compilable
from glianeat.compile.decorators import kernel
from glianeat.elementary import cos, exp, log
from glianeat_envs.base import State

SIZE, CLEAN, N_CLEAN, TAKEN, N_TAKEN, SEED, STEP, SINGLE, TAKEN_SINGLE = range(9)
"""Places in every head: its size; where the observation of the task inside begins, and its numbers;
where the action that the task inside is handed begins, and its numbers; the seed of the episode, a
whole number below 2**32; the step of the task; whether what is shown, and what is done, is
rounded as float32 is."""
HEAD = 9

COPIES, CHOICES, IDLE, ONSET, STUCK, LIMIT = range(HEAD, HEAD + 6)
"""Places in the head of Faults: sensors of each number; choices of a Discrete action, 0 for others,
and the one that does nothing; the step at which faults begin; whether failed sensors show what they
showed last; the largest |ln gain|."""
DRIFT, JUMP, ACTUATOR_DRIFT, ACTUATOR_JUMP, SENSORS, ACTUATORS = range(HEAD + 6, HEAD + 12)
"""Of gains: standard deviation of a step of ln gain, and the probability of a jump; then where the
table of sensors begins, and that of actuators: a row each, of a Discrete action for each choice."""
FAULTS_HEAD = HEAD + 12
FAILS, LN_GAIN, LOW, HIGH, REST, NOISE = range(6)
"""Columns of both tables; REST is what a failed one shows or does. Actuators have no noise."""
COLUMNS = 6

BLOCK, SHIFT = range(HEAD, HEAD + 2)
"""Places in the head of GainShift: steps of a block, and the largest |ln gain|."""
SHIFT_HEAD = HEAD + 2

_NOISE, _DRIFT, _JUMP, _JUMP_TO, _KINDS = 0, 2, 4, 5, 8  # purposes of draws, for each sensor
_ACTUATOR = 1 << 30  # beyond all sensors
_WORD = 0xFFFFFFFF


@compilable
def _mixed(word: int) -> int:
    """Return a word of 32 bits, mixed by the function lowbias32 of Wellons' hash-prospector."""
    word ^= word >> 16
    word = (word * 0x7FEB352D) & _WORD
    word ^= word >> 15
    word = (word * 0x846CA68B) & _WORD
    return word ^ (word >> 16)


@compilable
def uniform(seed: float, step: float, number: int) -> float:
    """Return a number in (0, 1) that follows from the seed, the step and which draw it is."""
    word = _mixed(_mixed(_mixed(int(seed)) ^ (int(step) & _WORD)) ^ (number & _WORD))
    return (float(word) + 0.5) / 4294967296.0


@compilable
def normal(seed: float, step: float, number: int) -> float:
    """Return a standard normal number, by the method of Box and Muller, of two draws."""
    radius = math.sqrt(-2.0 * log(uniform(seed, step, number)))
    return float(radius * cos(2.0 * math.pi * uniform(seed, step, number + 1)))


@compilable
def _bounded(value: float, low: float, high: float) -> float:
    if value < low:
        return low
    if value > high:
        return high
    return value  # so that NaN stays what it is, and is found


@compilable
def _rounded(value: float, single: float) -> float:
    return float(np.float32(value)) if single != 0.0 else value


@kernel
def act_faulty(head: State, action: State) -> None:
    """Put what is left of an action into the head."""
    broken = head[STEP] >= head[ONSET]
    first, table = int(head[TAKEN]), int(head[ACTUATORS])
    if head[CHOICES] > 0.0:
        row = table + COLUMNS * int(action[0])
        head[first] = head[IDLE] if broken and head[row + FAILS] != 0.0 else action[0]
        return
    for number in range(int(head[N_TAKEN])):
        row = table + COLUMNS * number
        value = action[number]
        if broken and head[row + FAILS] != 0.0:
            value = head[row + REST]
        elif head[row + LN_GAIN] != 0.0:
            value *= exp(head[row + LN_GAIN])
            value = _bounded(value, head[row + LOW], head[row + HIGH])
        head[first + number] = _rounded(value, head[TAKEN_SINGLE])


@compilable
def _wander(head: State, place: int, drift: float, jump: float, number: int) -> None:
    """Let a gain drift, or jump."""
    seed, step, limit = head[SEED], head[STEP], head[LIMIT]
    if jump > 0.0 and uniform(seed, step, number + _JUMP) < jump:
        head[place] = limit * (2.0 * uniform(seed, step, number + _JUMP_TO) - 1.0)
    if drift > 0.0:
        gain = head[place] + drift * normal(seed, step, number + _DRIFT)
        head[place] = _bounded(gain, -limit, limit)


@kernel
def advance_faulty(head: State) -> None:
    """Go on to the next step; gains change once faults have begun."""
    head[STEP] += 1.0
    if head[STEP] < head[ONSET]:
        return
    if head[DRIFT] > 0.0 or head[JUMP] > 0.0:
        table = int(head[SENSORS])
        for number in range(int(head[N_CLEAN]) * int(head[COPIES])):
            place = table + COLUMNS * number + LN_GAIN
            _wander(head, place, head[DRIFT], head[JUMP], _KINDS * number)
    if head[ACTUATOR_DRIFT] > 0.0 or head[ACTUATOR_JUMP] > 0.0:
        table = int(head[ACTUATORS])
        for number in range(int(head[N_TAKEN])):
            place = table + COLUMNS * number + LN_GAIN
            draw = _ACTUATOR + _KINDS * number
            _wander(head, place, head[ACTUATOR_DRIFT], head[ACTUATOR_JUMP], draw)


@kernel
def sense_faulty(head: State, shown: State) -> None:
    """Show what the sensors make of the observation in the head."""
    broken, copies = head[STEP] >= head[ONSET], int(head[COPIES])
    first, table = int(head[CLEAN]), int(head[SENSORS])
    for number in range(int(head[N_CLEAN]) * copies):
        row = table + COLUMNS * number
        if broken and head[row + FAILS] != 0.0:
            shown[number] = head[row + REST]
            continue
        value = head[first + number // copies]
        if head[row + LN_GAIN] != 0.0:
            value *= exp(head[row + LN_GAIN])
        if head[row + NOISE] > 0.0:
            draw = _KINDS * number + _NOISE
            value += head[row + NOISE] * normal(head[SEED], head[STEP], draw)
        value = _rounded(_bounded(value, head[row + LOW], head[row + HIGH]), head[SINGLE])
        shown[number] = value
        if head[STUCK] != 0.0:
            head[row + REST] = value


@kernel
def act_plainly(head: State, action: State) -> None:
    """Hand an action on as it is."""
    first = int(head[TAKEN])
    for number in range(int(head[N_TAKEN])):
        head[first + number] = action[number]


@kernel
def advance_plainly(head: State) -> None:
    """Go on to the next step."""
    head[STEP] += 1.0


@compilable
def gain_of(head: State) -> float:
    """Return the gain of this block."""
    block = math.floor(head[STEP] / head[BLOCK])
    return exp(head[SHIFT] * (2.0 * uniform(head[SEED], block, 0) - 1.0))


@kernel
def sense_shifted(head: State, shown: State) -> None:
    """Show the observation in the head times the gain of this block."""
    gain, first = gain_of(head), int(head[CLEAN])
    for number in range(int(head[N_CLEAN])):
        shown[number] = _rounded(gain * head[first + number], head[SINGLE])
