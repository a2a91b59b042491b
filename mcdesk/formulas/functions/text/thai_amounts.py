"""BAHTTEXT: an amount of money in Thai words."""

from decimal import ROUND_HALF_UP, Decimal

from mcdesk.formulas.coercion import number_to_text
from mcdesk.formulas.functions.definition import Context, FunctionDefinition, number
from mcdesk.formulas.functions.parameters import function
from mcdesk.formulas.values import Scalar
from mcdesk.foundation.error_codes import ErrorCode

_DIGITS = ("", "หนึ่ง", "สอง", "สาม", "สี่", "ห้า", "หก", "เจ็ด", "แปด", "เก้า")
_PLACES = ("", "สิบ", "ร้อย", "พัน", "หมื่น", "แสน")
_MILLION, _BAHT, _SATANG = "ล้าน", "บาท", "สตางค์"
_ZERO, _WHOLE, _MINUS = "ศูนย์", "ถ้วน", "ลบ"
# In the last place after others, and in the place of the tens.
_ONE_AFTER, _TWO_TENS = "เอ็ด", "ยี่"
_LARGEST = 1e15


def baht_text(_context: Context, amount: float) -> Scalar:
    """BAHTTEXT; #VALUE! from 1e15 on, where there are no satang left."""
    if abs(amount) >= _LARGEST:
        return ErrorCode.VALUE
    # the decimal that is shown is rounded: 1.005 has half a satang, its double a little less
    exact = Decimal(number_to_text(abs(amount))).quantize(Decimal("0.01"), ROUND_HALF_UP)
    baht, satang = divmod(int(exact * 100), 100)
    words = _words(baht) + _BAHT if baht else ""
    words += _words(satang) + _SATANG if satang else (words and _WHOLE) or _ZERO + _BAHT + _WHOLE
    return _MINUS + words if amount < 0.0 and (baht or satang) else words


def _words(whole: int, is_after: bool = False) -> str:
    """The words of a number, `is_after` where millions stand before it."""
    if whole >= 1_000_000:
        millions, rest = divmod(whole, 1_000_000)
        return _words(millions, is_after) + _MILLION + _words(rest, True)
    found = ""
    for place in range(5, -1, -1):
        digit = whole // 10**place % 10
        if place == 0 and digit == 1 and (is_after or found):
            found += _ONE_AFTER
        elif place == 1 and digit in (1, 2):
            found += (_TWO_TENS if digit == 2 else "") + _PLACES[1]
        elif digit:
            found += _DIGITS[digit] + _PLACES[place]
    return found


FUNCTIONS: tuple[FunctionDefinition, ...] = (function("BAHTTEXT", baht_text, number("number")),)
