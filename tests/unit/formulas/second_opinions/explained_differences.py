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


def _is_value_error(_formula: str, _own: Opinion, other: Opinion) -> bool:
    return other == "#VALUE!"


def _has_letters_in_two_cases(formula: str, _own: Opinion, _other: Opinion) -> bool:
    return '"a";"A"' in formula


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
_COMPLEX = (
    "IMCOS", "IMCOSH", "IMCOT", "IMCSC", "IMCSCH", "IMDIV", "IMEXP", "IMLN", "IMLOG10", "IMLOG2", "IMPOWER",
    "IMSEC", "IMSECH", "IMSIN", "IMSINH", "IMSQRT", "IMTAN",
)  # fmt: skip
_COUPON_DAYS = Difference(
    "days of a coupon period are counted by the basis, 360 / frequency for 2 and 365 / frequency for 3",
    _is_by_days,
)
_UNKNOWN_THERE = Difference("LibreOffice 7 does not have the function", _is_value_error)
_ODD_PERIODS = Difference("Microsoft's example of the function has mcdesk's value")
_WHOLE_PERIODS = Difference("a whole coupon period counts as one, however many days it has")
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
    **{(engine, name): (_DIGITS,) for engine in ("formualizer", "IronCalc") for name in _COMPLEX},
    **{("LibreOffice", name): (_DIGITS,) for name in _COMPLEX},
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
    **{
        ("LibreOffice", name): (_UNKNOWN_THERE,)
        for name in ("FILTER", "ISOMITTED", "LAMBDA", "ODDFPRICE", "ODDFYIELD")
    },
    **{("LibreOffice", name): (_ODD_PERIODS,) for name in ("ODDLPRICE", "ODDLYIELD", "PRICEMAT")},
    **{(engine, "ACCRINT"): (_WHOLE_PERIODS,) for engine in ("formualizer", "LibreOffice")},
    ("LibreOffice", "AMORDEGRC"): (Difference("depreciation is rounded half up in each period"),),
    ("LibreOffice", "JIS"): (Difference("changes letters in Japanese versions of Excel only"),),
    ("LibreOffice", "DOLLAR"): (Difference("negative amounts stand in parentheses, of the United States"),),
    ("IronCalc", "DOLLAR"): (Difference("what is rounded to 0 has no sign"),),
    ("LibreOffice", "REPLACEB"): (Difference("a start or count beyond the end is none", _is_value_error),),
    ("formualizer", "REPLACEB"): (Difference("a start beyond the end adds the new text"),),
    ("formualizer", "UNIQUE"): (
        Difference("texts are compared without regard to case", _has_letters_in_two_cases),
    ),
    ("formualizer", "HYPERLINK"): (Difference("what is shown keeps its kind: a number is no text"),),
    ("formualizer", "TEXTSPLIT"): (Difference("empty texts stay unless they are to be ignored"),),
    ("LibreOffice", "IMPOWER"): (_DIGITS, Difference("a part of -1 is written -i")),
    ("IronCalc", "SHEET"): (Difference("a reference has the number of its sheet"),),
    ("LibreOffice", "ERROR.TYPE"): (Difference("#REF! is 4"),),
    ("LibreOffice", "TEXT"): (
        Difference("day 1 is 1 January 1900, and 29 February 1900 is day 60", _is_early_day),
    ),
}
