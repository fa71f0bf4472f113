"""Where the coefficients of glianeat/elementary.py come from: near-minimax polynomials.

Each is Chebyshev's interpolation with 60 digits; printed with the largest error on its interval.
"""

from collections.abc import Callable

import click
import mpmath
from mpmath import mpf

mpmath.mp.dps = 60
LN2 = mpmath.log(2)
NEAR = mpf(10) ** -12  # of 0, where the first terms of the series are exact enough
Function = Callable[[mpf], mpf]


def near_zero(function: Function, series: Function) -> Function:
    """Return a function that is computed by its series where it would be 0 / 0."""
    return lambda x: series(x) if abs(x) < NEAR else function(x)


def of_root(function: Function, series: Function) -> Function:
    """Return a function of z = x**2 from one of x."""
    return lambda z: series(z) if z < NEAR else function(mpmath.sqrt(z))


FITS: dict[str, tuple[Function, mpf, mpf, int]] = {
    "exp: (e**r - 1 - r) / r**2": (
        near_zero(lambda r: (mpmath.exp(r) - 1 - r) / r**2, lambda r: mpf(1) / 2 + r / 6),
        -LN2 / 256 * mpf("1.01"),
        LN2 / 256 * mpf("1.01"),
        4,
    ),
    "exp2: (2**r - 1) / r": (
        near_zero(lambda r: (mpf(2) ** r - 1) / r, lambda r: LN2 + LN2**2 * r / 2),
        mpf(-1) / 2,
        mpf(1) / 2,
        12,
    ),
    "log: (log(1 + r) - r) / r**2": (
        near_zero(lambda r: (mpmath.log(1 + r) - r) / r**2, lambda r: -mpf(1) / 2 + r / 3),
        -mpf(1) / 180,
        mpf(1) / 180,
        6,
    ),
    "tanh: (tanh(x) - x) / x**3": (
        of_root(lambda x: (mpmath.tanh(x) - x) / x**3, lambda z: -mpf(1) / 3 + 2 * z / 15),
        mpf(0),
        mpf("0.625") ** 2,
        13,
    ),
    "asinh: (asinh(x) - x) / x**3": (
        of_root(lambda x: (mpmath.asinh(x) - x) / x**3, lambda z: -mpf(1) / 6 + 3 * z / 40),
        mpf(0),
        mpf("0.25"),
        13,
    ),
    "sin: (sin(x) - x) / x**3": (
        of_root(lambda x: (mpmath.sin(x) - x) / x**3, lambda z: -mpf(1) / 6 + z / 120),
        mpf(0),
        (mpmath.pi / 4) ** 2 * mpf("1.0001"),
        7,
    ),
    "cos: (cos(x) - 1 + x**2 / 2) / x**4": (
        of_root(lambda x: (mpmath.cos(x) - 1 + x**2 / 2) / x**4, lambda z: mpf(1) / 24 - z / 720),
        mpf(0),
        (mpmath.pi / 4) ** 2 * mpf("1.0001"),
        6,
    ),
}


def parts(number: mpf, bits: list[int]) -> list[float]:
    """Return a number in parts, all but the last of which have so many bits."""
    found = []
    for size in bits:
        scale = mpf(2) ** (size - 1 - int(mpmath.floor(mpmath.log(abs(number), 2))))
        found.append(float(mpmath.nint(number * scale) / scale))
        number -= found[-1]
    return [*found, float(number)]


@click.command()
def main() -> None:
    """Print every coefficient."""
    for title, (function, low, high, number) in FITS.items():
        coefficients, error = mpmath.chebyfit(function, [low, high], number, error=True)
        click.echo(f"{title}, error 2**{float(mpmath.log(error, 2)):.1f}")
        for coefficient in coefficients[::-1]:
            click.echo(f"    {float(coefficient)!r}")
    click.echo(f"ln 2 in two parts: {parts(LN2, [32])}")
    click.echo(f"ln 2 / 128 in two parts: {parts(LN2 / 128, [32])}")
    click.echo(f"pi / 2 in four parts: {parts(mpmath.pi / 2, [33, 33, 33])}")


if __name__ == "__main__":
    main()
