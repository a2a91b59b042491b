"""Where other engines differ from mcdesk on generated formulas, and what Excel documents."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Opinion = float | str | bool | None


def _always(_formula: str, _own: Opinion, _other: Opinion) -> bool:
    return True


def _is_early_day(formula: str, _own: Opinion, _other: Opinion) -> bool:
    return "yyyy" in formula


def _is_scientific(formula: str, _own: Opinion, _other: Opinion) -> bool:
    return "E+00" in formula


def _is_half(_formula: str, own: Opinion, other: Opinion) -> bool:
    return isinstance(own, str) and isinstance(other, str) and own[:-1] == other[:-1]


def _is_near(_formula: str, own: Opinion, other: Opinion) -> bool:
    return isinstance(own, float) and isinstance(other, float) and math.isclose(own, other, rel_tol=5e-7)


def _is_other_rounding(_formula: str, own: Opinion, other: Opinion) -> bool:
    """Whether the numbers of two complex texts agree in 15 digits."""
    if not isinstance(own, str) or not isinstance(other, str):
        return False
    numbers = [[float(each) for each in re.findall(r"[-+]?[\d.]+", text)] for text in (own, other)]
    return len(numbers[0]) == len(numbers[1]) and all(
        math.isclose(a, b, rel_tol=1e-14) for a, b in zip(*numbers, strict=True)
    )


def _is_by_days(formula: str, _own: Opinion, _other: Opinion) -> bool:
    return formula.endswith((",1)", ",2)", ",3)"))


@dataclass(frozen=True)
class Difference:
    """What Excel documents, and for which formulas that decides."""

    excel: str
    applies: Callable[[str, Opinion, Opinion], bool] = _always


_LOGICAL_CELLS = "logical values in cells are ignored; LibreOffice keeps them as numbers"
_LOGICAL_KIND = "TRUE is a logical value, TYPE 4, and TRUE as text; LibreOffice has numbers shown as such"

_TRUE_I = Difference("BESSELI(3.45,4) is 0.651416873060081 in Excel, true to the last digit")
_EXCELS_K = Difference("Excel's own digits, up to 2e-7 from the true value", _is_near)
_DIGITS = Difference("complex numbers are text of 15 digits", _is_other_rounding)
_COMPLEX = ("IMCOS", "IMDIV", "IMEXP", "IMLN", "IMSIN", "IMSQRT")
_COUPON_DAYS = Difference(
    "days of a coupon period are counted by the basis, 360 / frequency for 2 and 365 / frequency for 3",
    _is_by_days,
)
_BILL_DAYS = Difference("a bill's price is 100 (1 - discount days / 360), by the days between")

EXPLAINED: Mapping[tuple[str, str], tuple[Difference, ...]] = {
    ("IronCalc", "TEXT"): (
        Difference("day 1 is 1 January 1900, and 29 February 1900 is day 60", _is_early_day),
        Difference("the exponent of E+00 has its sign", _is_scientific),
        Difference("halves are rounded away from zero", _is_half),
    ),
    **{(engine, "BESSELI"): (_TRUE_I,) for engine in ("IronCalc", "formualizer")},
    **{(engine, "BESSELK"): (_EXCELS_K,) for engine in ("IronCalc", "formualizer", "LibreOffice")},
    ("IronCalc", "CHISQ.INV.RT"): (Difference("CHISQ.DIST.RT of it is the probability, to 1e-13", _is_near),),
    ("IronCalc", "YEARFRAC"): (Difference("dates in either order give the same fraction"),),
    **{("formualizer", name): (_DIGITS,) for name in _COMPLEX},
    ("formualizer", "GAMMA"): (
        Difference("GAMMA(-3.75) is 0.268: only 0 and whole numbers below are #NUM!"),
    ),
    **{("formualizer", name): (_COUPON_DAYS,) for name in ("PRICE", "YIELD")},
    **{("LibreOffice", name): (_COUPON_DAYS,) for name in ("PRICE", "YIELD", "DURATION", "MDURATION")},
    **{("LibreOffice", name): (_BILL_DAYS,) for name in ("TBILLEQ", "TBILLPRICE", "TBILLYIELD")},
    ("formualizer", "DOLLARDE"): (
        Difference("what is behind the point are digits of the fraction: 1.02 of 16 is 1 2/16"),
    ),
    ("formualizer", "REPLACE"): (Difference("a start beyond the end adds the new text"),),
    ("formualizer", "TEXT"): (Difference("E+00 shows a power of ten", _is_scientific),),
    ("LibreOffice", "AVERAGE"): (Difference(_LOGICAL_CELLS),),
    ("LibreOffice", "COUNT"): (Difference(_LOGICAL_CELLS),),
    ("LibreOffice", "SUM"): (Difference(_LOGICAL_CELLS),),
    ("LibreOffice", "CONCATENATE"): (Difference(_LOGICAL_KIND),),
    ("LibreOffice", "ISNUMBER"): (Difference(_LOGICAL_KIND),),
    ("LibreOffice", "TYPE"): (Difference(_LOGICAL_KIND),),
    ("LibreOffice", "PERCENTRANK"): (Difference("the result is cut to three digits, not rounded"),),
    ("LibreOffice", "RANK"): (Difference("a number that is not in the list has no rank: #N/A"),),
    ("LibreOffice", "TEXT"): (
        Difference("day 1 is 1 January 1900, and 29 February 1900 is day 60", _is_early_day),
    ),
}
