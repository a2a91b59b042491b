"""The error values of a worksheet as codes: one set of numbers for files, formulas, programs and results."""

from enum import IntEnum


class ErrorCode(IntEnum):
    """A worksheet error; the numbers are stored in arrays and compiled into programs, so they never change.

    1 to 14 are Excel's (the numbers of ERROR.TYPE); CYCLE is ours: a cycle that a trial ran into.
    """

    NONE = 0
    NULL = 1
    DIV0 = 2
    VALUE = 3
    REF = 4
    NAME = 5
    NUM = 6
    NA = 7
    GETTING_DATA = 8
    SPILL = 9
    CONNECT = 10
    BLOCKED = 11
    UNKNOWN = 12
    FIELD = 13
    CALC = 14
    CYCLE = 20

    @property
    def text(self) -> str:
        """The error as a cell shows it, `#DIV/0!`; empty for NONE."""
        return _TEXT_BY_CODE[self]

    @classmethod
    def from_text(cls, text: str) -> "ErrorCode | None":
        """Return the error that a cell shows as `text` (any case), or None if it is no error."""
        return _CODE_BY_TEXT.get(text.upper())


_TEXT_BY_CODE = {
    ErrorCode.NONE: "",
    ErrorCode.NULL: "#NULL!",
    ErrorCode.DIV0: "#DIV/0!",
    ErrorCode.VALUE: "#VALUE!",
    ErrorCode.REF: "#REF!",
    ErrorCode.NAME: "#NAME?",
    ErrorCode.NUM: "#NUM!",
    ErrorCode.NA: "#N/A",
    ErrorCode.GETTING_DATA: "#GETTING_DATA",
    ErrorCode.SPILL: "#SPILL!",
    ErrorCode.CONNECT: "#CONNECT!",
    ErrorCode.BLOCKED: "#BLOCKED!",
    ErrorCode.UNKNOWN: "#UNKNOWN!",
    ErrorCode.FIELD: "#FIELD!",
    ErrorCode.CALC: "#CALC!",
    ErrorCode.CYCLE: "#CYCLE!",
}
_CODE_BY_TEXT = {text: code for code, text in _TEXT_BY_CODE.items() if text}
