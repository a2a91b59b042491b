"""CONVERT: units of measurement and their sizes.

Sizes are those of the SI brochure, of NIST Handbook 44 appendix C and, where a unit is Excel's own
(`u`, `c`, `HPh`), of ECMA-376 part 1, 18.17.7.56.
"""

from dataclasses import dataclass
from typing import TypeVar

from mcdesk.engine.operations import Operations
from mcdesk.engine.scalar_operations import ScalarOperations
from mcdesk.formulas.functions.definition import (
    Context,
    FunctionDefinition,
    Outcome,
    number,
    run_body,
    scalar_result,
)
from mcdesk.formulas.functions.parameters import function, text
from mcdesk.formulas.values import Scalar
from mcdesk.foundation.error_codes import ErrorCode

V = TypeVar("V")
_OPERATIONS = ScalarOperations()

_INCH, _FOOT, _YARD, _MILE, _SEA_MILE = 0.0254, 0.3048, 0.9144, 1609.344, 1852.0
_POINT, _LIGHT_YEAR, _ANGSTROM = 0.0254 / 72.0, 9_460_730_472_580_800.0, 1e-10

# By quantity: units that take no prefix, then those that do, with their size.
_UNITS: dict[str, tuple[dict[str, float], dict[str, float]]] = {
    "mass": (
        {
            "sg": 14593.9029372064, "lbm": 453.59237, "ozm": 28.349523125, "grain": 0.06479891,
            "cwt": 45359.237, "shweight": 45359.237, "uk_cwt": 50802.34544, "lcwt": 50802.34544,
            "hweight": 50802.34544, "stone": 6350.29318, "ton": 907184.74, "uk_ton": 1016046.9088,
            "LTON": 1016046.9088, "brton": 1016046.9088,
        },
        {"g": 1.0, "u": 1.66053100460465e-24},
    ),
    "distance": (
        {
            "mi": _MILE, "Nmi": _SEA_MILE, "in": _INCH, "ft": _FOOT, "yd": _YARD, "ell": 1.143,
            "Picapt": _POINT, "Pica": _POINT, "pica": 0.0254 / 6.0, "survey_mi": 6_336_000.0 / 3937.0,
        },
        {
            "m": 1.0, "ang": _ANGSTROM, "ly": _LIGHT_YEAR, "parsec": 3.08567758128155e16,
            "pc": 3.08567758128155e16,
        },
    ),
    "time": (
        {"yr": 31_557_600.0, "day": 86_400.0, "d": 86_400.0, "hr": 3600.0, "mn": 60.0, "min": 60.0},
        {"sec": 1.0, "s": 1.0},
    ),
    "pressure": (
        {"psi": 6894.75729316836, "Torr": 101_325.0 / 760.0},
        {"Pa": 1.0, "p": 1.0, "atm": 101_325.0, "at": 101_325.0, "mmHg": 133.322},
    ),
    "force": ({"lbf": 4.4482216152605}, {"N": 1.0, "dyn": 1e-5, "dy": 1e-5, "pond": 0.00980665}),
    "energy": (
        {
            "HPh": 745.69987158227022 * 3600.0, "hh": 745.69987158227022 * 3600.0, "flb": 1.3558179483314,
            "BTU": 1055.05585262, "btu": 1055.05585262,
        },
        {
            "J": 1.0, "e": 1e-7, "c": 4.184, "cal": 4.1868, "eV": 1.602176487e-19, "ev": 1.602176487e-19,
            "Wh": 3600.0, "wh": 3600.0,
        },
    ),
    "power": (
        {"HP": 745.69987158227022, "h": 745.69987158227022, "PS": 735.49875},
        {"W": 1.0, "w": 1.0},
    ),
    "magnetism": ({}, {"T": 1.0, "ga": 1e-4}),
    "volume": (
        {
            "tsp": 4.92892159375e-06, "tspm": 5e-06, "tbs": 1.478676478125e-05, "oz": 2.95735295625e-05,
            "cup": 0.0002365882365, "pt": 0.000473176473, "us_pt": 0.000473176473, "uk_pt": 0.00056826125,
            "qt": 0.000946352946, "uk_qt": 0.0011365225, "gal": 0.003785411784, "uk_gal": 0.00454609,
            "barrel": 0.158987294928, "bushel": 0.03523907016688, "GRT": 2.8316846592,
            "regton": 2.8316846592, "MTON": 1.13267386368, "ang3": _ANGSTROM**3, "ft3": _FOOT**3,
            "in3": _INCH**3, "ly3": _LIGHT_YEAR**3, "mi3": _MILE**3, "yd3": _YARD**3,
            "Nmi3": _SEA_MILE**3, "Picapt3": _POINT**3, "Pica3": _POINT**3,
        },
        {"l": 0.001, "L": 0.001, "lt": 0.001, "m3": 1.0},
    ),
    "area": (
        {
            "uk_acre": 4046.8564224, "us_acre": 4046.87260987425, "ang2": _ANGSTROM**2, "ft2": _FOOT**2,
            "ha": 10_000.0, "in2": _INCH**2, "ly2": _LIGHT_YEAR**2, "Morgen": 2500.0, "mi2": _MILE**2,
            "Nmi2": _SEA_MILE**2, "Picapt2": _POINT**2, "Pica2": _POINT**2, "yd2": _YARD**2,
        },
        {"ar": 100.0, "m2": 1.0},
    ),
    "information": ({}, {"bit": 1.0, "byte": 8.0}),
    "speed": (
        {"admkn": 6080.0 * _FOOT / 3600.0, "kn": _SEA_MILE / 3600.0, "mph": 0.44704},
        {"m/h": 1.0 / 3600.0, "m/hr": 1.0 / 3600.0, "m/s": 1.0, "m/sec": 1.0},
    ),
}  # fmt: skip
_PREFIXES = {
    "Y": 1e24, "Z": 1e21, "E": 1e18, "P": 1e15, "T": 1e12, "G": 1e9, "M": 1e6, "k": 1e3, "h": 1e2,
    "da": 1e1, "e": 1e1, "d": 1e-1, "c": 1e-2, "m": 1e-3, "u": 1e-6, "n": 1e-9, "p": 1e-12, "f": 1e-15,
    "a": 1e-18, "z": 1e-21, "y": 1e-24,
}  # fmt: skip
_BINARY_PREFIXES = {f"{letter}i": 2.0 ** (10 * place) for place, letter in enumerate("kMGTPEZY", 1)}
# Degrees and the zero of each scale, in kelvin.
_SCALES = {
    "C": (1.0, 273.15), "cel": (1.0, 273.15), "F": (5.0 / 9.0, 273.15 - 160.0 / 9.0),
    "fah": (5.0 / 9.0, 273.15 - 160.0 / 9.0), "K": (1.0, 0.0), "kel": (1.0, 0.0),
    "Rank": (5.0 / 9.0, 0.0), "Reau": (1.25, 273.15),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: its quantity, its size, and for temperatures where its zero is."""

    quantity: str
    size: float
    zero: float = 0.0


def unit_of(name: str) -> Unit | None:
    """Return the unit of a name such as "km" or "lbm", None if there is none; case matters."""
    if name in _SCALES:
        return Unit("temperature", *_SCALES[name])
    plain = name.replace("^", "")
    for quantity, (alone, prefixed) in _UNITS.items():
        size = alone.get(plain, prefixed.get(plain))
        if size is not None:
            return Unit(quantity, size)
    return _with_prefix(plain)


def converted(ops: Operations[V], x: V, source: Unit, target: Unit) -> Outcome[V]:
    """CONVERT between known units; #N/A for units of different quantities."""
    if source.quantity != target.quantity:
        return Outcome(x, ops.error(ErrorCode.NA))
    value = ops.div(ops.mul(x, ops.number(source.size)), ops.number(target.size))
    if source.zero != target.zero:
        value = ops.add(value, ops.number((source.zero - target.zero) / target.size))
    return Outcome(value)


def convert(_context: Context, x: float, source: str, target: str) -> Scalar:
    """CONVERT; #N/A for units that are unknown or of different quantities."""
    units = unit_of(source), unit_of(target)
    if units[0] is None or units[1] is None:
        return ErrorCode.NA
    return scalar_result(run_body(converted, _OPERATIONS, x, *units))


def _with_prefix(name: str) -> Unit | None:
    for prefix, factor in (*_BINARY_PREFIXES.items(), *_PREFIXES.items()):
        if not name.startswith(prefix):
            continue
        rest = name[len(prefix) :]
        for quantity, (_, prefixed) in _UNITS.items():
            if rest in prefixed and (prefix not in _BINARY_PREFIXES or quantity == "information"):
                power = {"m2": 2, "m3": 3}.get(rest, 1)
                return Unit(quantity, prefixed[rest] * factor**power)
        if rest in ("K", "kel"):
            return Unit("temperature", factor)
    return None


FUNCTIONS: tuple[FunctionDefinition, ...] = (
    function("CONVERT", convert, number("number"), text("from"), text("to")),
)
