"""INFO: what a file can tell of the program that calculates it."""

from collections.abc import Mapping
from types import MappingProxyType

from mcdesk.formulas.functions.definition import Context, FunctionDefinition
from mcdesk.formulas.functions.parameters import function, text
from mcdesk.formulas.values import Scalar
from mcdesk.foundation.error_codes import ErrorCode

# Excel itself has #N/A for the three of memory; the other #N/A differ from computer to computer.
_VALUE_BY_KIND: Mapping[str, Scalar] = MappingProxyType(
    {
        "system": "pcdos",
        "release": "16.0",
        **dict.fromkeys(("memavail", "memused", "totmem"), ErrorCode.NA),
        **dict.fromkeys(("directory", "numfile", "origin", "osversion", "recalc"), ErrorCode.NA),
    }
)


def information(_context: Context, kind: str) -> Scalar:
    """INFO; #N/A for what is not known, #VALUE! for what Excel does not know either."""
    return _VALUE_BY_KIND.get(kind.lower(), ErrorCode.VALUE)


FUNCTIONS: tuple[FunctionDefinition, ...] = (function("INFO", information, text("type")),)
