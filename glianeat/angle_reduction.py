"""Large angles, brought back to one turn by as many digits of 2/π as they need.

References
----------
M. Payne and R. Hanek, "Radian reduction for trigonometric functions", ACM SIGNUM Newsletter 18(1),
1983, pp. 19-24; products in two parts by T. J. Dekker, Numerische Mathematik 18, 1971, pp. 224-242.
"""

import numpy as np

from glianeat.compile.decorators import kernel
from glianeat.typing import Whole

_SPLITTER = 134217729.0  # 2**27 + 1, which parts a number in two halves

# 2/π in words of 32 bits, the highest first, behind two of zeros
_TWO_OVER_PI = np.array(
    [
        *(0, 0),
        *(2734261102, 1313084713, 4230436817, 4113882560, 3680671129, 1011060801, 4266746795),
        *(3736847713, 3072618042, 1112396512, 105459434, 164729372, 4263373596, 2972297022),
        *(3900847605, 784024708, 3919343654, 3026157121, 965858873, 2203269620, 2625920907),
        *(3187222587, 536385535, 3724908559, 4012839307, 1510632735, 1832287951, 667617719),
        *(1330003814, 2657085997, 1965537991, 3957715323, 1023883767, 2320667370, 1811636145),
        *(529358088, 1443049542, 4235946923, 4040145952, 2599695901),
    ],
    dtype=np.uint64,
)


@kernel
def _high_product(a: np.uint64, b: np.uint64) -> np.uint64:
    """Return the upper 64 bits of a product."""
    half, mask = np.uint64(32), np.uint64(0xFFFFFFFF)
    a_high, a_low, b_high, b_low = a >> half, a & mask, b >> half, b & mask
    middle = a_high * b_low + ((a_low * b_low) >> half)
    other = a_low * b_high + (middle & mask)
    product: np.uint64 = a_high * b_high + (middle >> half) + (other >> half)
    return product


@kernel
def _digits(place: int) -> np.uint64:
    """Return 64 binary digits of 2/π, of which two words of zeros precede the first."""
    word, skipped = place >> 5, np.uint64(place & 31)
    both = (_TWO_OVER_PI[word] << np.uint64(32)) | _TWO_OVER_PI[word + 1]
    digits: np.uint64 = (both << skipped) | (_TWO_OVER_PI[word + 2] >> (np.uint64(32) - skipped))
    return digits


@kernel
def reduce_large_angle(x: float) -> tuple[Whole, float, float]:
    """Return x modulo 2π as a number of quarter turns and the rest, in two parts [rad].

    For x of 2**19 and more, from the digits of 2/π that matter. With x = m · 2**e, the turns are
    m · (2**e · 2/π / 4) modulo 1, in fixed point: 192 bits, of which m, a whole number of 53 bits,
    leaves 139 right.
    """
    bits = np.float64(abs(x)).view(np.int64)
    place = int(bits >> np.int64(52)) - 1075 - 2 + 64
    m = np.uint64((bits & np.int64(0xFFFFFFFFFFFFF)) | np.int64(0x10000000000000))
    second, third = _digits(place + 64), _digits(place + 128)
    low = third * m
    middle = second * m + _high_product(third, m)
    high = _digits(place) * m + _high_product(second, m)
    if middle < second * m:
        high += np.uint64(1)
    quarter = (high + np.uint64(1 << 61)) >> np.uint64(62)
    high -= quarter << np.uint64(62)
    below = high >> np.uint64(63) != np.uint64(0)
    if below:  # negate all three words
        low = ~low + np.uint64(1)
        middle = ~middle + (np.uint64(1) if low == np.uint64(0) else np.uint64(0))
        carries = low == np.uint64(0) and middle == np.uint64(0)
        high = ~high + (np.uint64(1) if carries else np.uint64(0))
    unit = 2.0**-62  # of the upper word [quarter turns]
    while high < np.uint64(1 << 60):
        high = (high << np.uint64(1)) | (middle >> np.uint64(63))
        middle = (middle << np.uint64(1)) | (low >> np.uint64(63))
        low = low << np.uint64(1)
        unit *= 0.5
    if x < 0.0:
        quarter = np.uint64(0) - quarter
    scale = -unit if below != (x < 0.0) else unit
    angle, rest = _times_quarter_turn(high, middle)
    return np.int64(quarter & np.uint64(3)), angle * scale, rest * scale


@kernel
def _times_quarter_turn(high: np.uint64, middle: np.uint64) -> tuple[float, float]:
    """Return (high + middle / 2**64) · π/2 in two parts, the product by Dekker's algorithm."""
    upper = float(np.int64(high >> np.uint64(30))) * 1073741824.0
    lower = float(np.int64(high & np.uint64(0x3FFFFFFF)))
    whole = upper + lower
    rest = (lower - (whole - upper)) + float(np.int64(middle >> np.uint64(34))) * 2.0**-30
    turn = 1.5707963267948966
    product = whole * turn
    a = _SPLITTER * whole
    a = a - (a - whole)
    b = _SPLITTER * turn
    b = b - (b - turn)
    lost = ((a * b - product) + a * (turn - b) + (whole - a) * b) + (whole - a) * (turn - b)
    return product, lost + (whole * 6.123233995736766e-17 + rest * turn)
