"""Functions of complex numbers against values from outside."""

import cmath
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcdesk.formulas.functions.catalogue import FUNCTION_BY_NAME
from mcdesk.formulas.functions.engineering.complex_numbers import ComplexNumber, read_complex, write_complex
from mcdesk.foundation.error_codes import ErrorCode
from tests.unit.formulas.functions.case_tables import CELLS, Case, matches, read_cases
from tests.unit.formulas.small_workbooks import evaluate

CASES = read_cases("""
=COMPLEX(3,4) | "3+4i" | Excel documentation
=COMPLEX(3,4,"j") | "3+4j" | Excel documentation
=COMPLEX(0,1) | "i" | Excel documentation
=COMPLEX(1,0) | "1" | Excel documentation
=COMPLEX(0,0) | "0" | a real number
=COMPLEX(-1.5,-1,"j") | "-1.5-j" | a coefficient of -1
=COMPLEX(0.1+0.2,1/3) | "0.3+0.333333333333333i" | 15 digits
=COMPLEX(1E21,-1E-21) | "1E+21-1E-21i" | powers of ten
=COMPLEX("2","3") | "2+3i" | texts that read as numbers
=COMPLEX(3,4,"I") | #VALUE! | Excel documentation
=COMPLEX(3,4,"k") | #VALUE! | Excel documentation
=COMPLEX(3,4,) | "3+4i" | an empty argument is the default
=COMPLEX("x",4) | #VALUE! | Excel documentation
=COMPLEX(TRUE,4) | #VALUE! | a function of the Analysis ToolPak
=COMPLEX(H1,4) | #DIV/0! | error
=IMREAL("6-9i") | 6 | Excel documentation
=IMREAL("i") | 0 | no real part
=IMREAL(4) | 4 | a number
=IMREAL(B4) | 0 | a blank cell
=IMAGINARY("3+4i") | 4 | Excel documentation
=IMAGINARY("0-j") | -1 | Excel documentation
=IMAGINARY(4) | 0 | Excel documentation
=IMAGINARY("1.5E2+.5E-1i") | 0.05 | powers of ten
=IMAGINARY("2 + 3i") | #NUM! | spaces within
=IMAGINARY("2+3I") | #NUM! | a capital letter
=IMAGINARY("2+3") | #NUM! | no complex number
=IMAGINARY("") | #NUM! | no complex number
=IMAGINARY("1E999i") | #NUM! | overflow
=IMAGINARY(TRUE) | #VALUE! | Excel documentation of IMSUM
=IMAGINARY(H2) | #N/A | error
=SUM(IMAGINARY({"1+2i","3i"})) | 5 | an array
=IMABS("5+12i") | 13 | Excel documentation
=IMABS("3E200+4E200i") | 5E200 | no overflow on the way
=IMARGUMENT("3+4i") | 0.92729522 | Excel documentation
=IMARGUMENT(-1) | 3.14159265358979 | closed form
=IMARGUMENT(0) | #DIV/0! | Excel
=IMARGUMENT("x") | #NUM! | no complex number
=IMCONJUGATE("3+4i") | "3-4i" | Excel documentation
=IMCONJUGATE("-j") | "j" | the unit stays
=IMSUM("3+4i","5-3i") | "8+i" | Excel documentation
=IMSUM("1+j",2,"3j") | "3+4j" | the unit stays
=IMSUM(A1:A3,B4,"i") | "10+i" | a range, blank cells left out
=IMSUM("1+i","1+j") | #VALUE! | Excel documentation of COMPLEX: units must match
=IMSUM("1+i","x") | #NUM! | no complex number
=IMSUM("1+i",TRUE) | #VALUE! | Excel documentation
=IMSUM(B4) | "0" | nothing to add
=IMPRODUCT("3+4i","5-3i") | "27+11i" | Excel documentation
=IMPRODUCT("1+2i",30) | "30+60i" | Excel documentation
=IMPRODUCT(A1:A2,B4,"j") | "8j" | a range, blank cells left out
=IMPRODUCT("1E200","1E200i") | #NUM! | overflow
=IMSUB("13+4i","5+3i") | "8+i" | Excel documentation
=IMSUB("1+i","1+i") | "0" | closed form
=IMSUB("1+i","1+j") | #VALUE! | units must match
=IMSUB("x",H1) | #DIV/0! | an error is the result
=IMDIV("-238+240i","10+24i") | "5+12i" | Excel documentation
=IMDIV("9+3i",6) | "1.5+0.5i" | excelfunctions.net
=IMDIV(1,"j") | "-j" | closed form
=IMDIV("1+i",0) | #NUM! | division by 0
=IMDIV("1+i","1+j") | #VALUE! | units must match
=IMPOWER("2+3i",3) | "-46+9.00000000000001i" | Excel documentation
=IMPOWER("5+12i",2) | "-119+120i" | closed form
=IMPOWER(4,0.5) | "2" | closed form
=IMPOWER(0,2) | "0" | closed form
=IMPOWER(0,0) | #NUM! | Excel
=IMPOWER(0,-1) | #NUM! | division by 0
=IMPOWER("1+i",1E9) | #NUM! | overflow of the angle
=IMPOWER("1+i","x") | #VALUE! | coercion
=IMPOWER("x",2) | #NUM! | no complex number
=IMSQRT("1+i") | "1.09868411346781+0.455089860562227i" | Excel documentation
=IMSQRT(0) | "0" | closed form
=IMEXP("1+i") | "1.46869393991589+2.28735528717884i" | Excel documentation
=IMEXP(710) | #NUM! | overflow
=IMEXP("1E9i") | #NUM! | limit of angles
=IMLN("3+4i") | "1.6094379124341+0.927295218001612i" | Excel documentation
=IMLN(-1) | "3.14159265358979i" | closed form
=IMLN(0) | #NUM! | pole
=IMLOG10("3+4i") | "0.698970004336019+0.402719196273373i" | Excel documentation
=IMLOG10(0) | #NUM! | pole
=IMLOG2("3+4i") | "2.32192809488736+1.33780421245098i" | Excel documentation
=IMLOG2(0) | #NUM! | pole
=IMSIN("4+3i") | "-7.61923172032141-6.548120040911i" | Excel documentation
=IMSIN("1E9+i") | #NUM! | limit of angles
=IMSIN("1E3i") | #NUM! | overflow
=IMCOS("1+i") | "0.833730025131149-0.988897705762865i" | Excel documentation
=IMCOS("j") | "1.54308063481524" | closed form
=IMTAN("4+3i") | "0.00490825806749606+1.00070953606723i" | Excel documentation
=IMCOT("4+3i") | "0.00490118239430447-0.999266927805902i" | Excel documentation
=IMCOT(0) | #NUM! | pole
=IMSEC("4+3i") | "-0.0652940278579471-0.0752249603027732i" | Excel documentation
=IMCSC("4+3i") | "-0.0754898329158637+0.0648774713706355i" | Excel documentation
=IMCSC(0) | #NUM! | pole
=IMSINH("4+3i") | "-27.0168132580039+3.85373803791938i" | Excel documentation
=IMCOSH("4+3i") | "-27.0349456030742+3.85115333481178i" | Excel documentation
=IMCOSH("17000+i") | #NUM! | overflow
=IMSECH("4+3i") | "-0.0362534969158689-0.00516434460775318i" | Excel documentation
=IMCSCH("4+3i") | "-0.036275889628626-0.0051744731840194i" | Excel documentation
=IMCSCH(0) | #NUM! | pole
""")

BY_NAME: dict[str, Callable[[complex], complex]] = {
    "IMSQRT": cmath.sqrt, "IMEXP": cmath.exp, "IMLN": cmath.log, "IMLOG10": cmath.log10,
    "IMLOG2": lambda z: cmath.log(z, 2), "IMSIN": cmath.sin, "IMCOS": cmath.cos, "IMTAN": cmath.tan,
    "IMCOT": lambda z: 1 / cmath.tan(z), "IMSEC": lambda z: 1 / cmath.cos(z),
    "IMCSC": lambda z: 1 / cmath.sin(z), "IMSINH": cmath.sinh, "IMCOSH": cmath.cosh,
    "IMSECH": lambda z: 1 / cmath.cosh(z), "IMCSCH": lambda z: 1 / cmath.sinh(z),
}  # fmt: skip
PARTS = st.floats(-10.0, 10.0).map(lambda x: round(x, 1) or 0.5)
FINITE = st.floats(-1e308, 1e308)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.formula)
def test_that_a_function_of_complex_numbers_gives_the_known_value(case: Case) -> None:
    found = evaluate(case.formula, CELLS)

    assert matches(case, found), f"{found!r} instead of {case.expected!r} ({case.source})"


@pytest.mark.parametrize("name", BY_NAME)
@given(real=PARTS, imaginary=PARTS)
def test_that_a_function_is_that_of_the_standard_library(name: str, real: float, imaginary: float) -> None:
    compute = FUNCTION_BY_NAME[name].evaluate
    assert compute is not None

    found = read_complex(compute(None, write_complex(ComplexNumber(real, imaginary))))

    assert isinstance(found, ComplexNumber)
    wanted = BY_NAME[name](complex(real, imaginary))
    assert abs(complex(found.real, found.imaginary) - wanted) <= 1e-12 * abs(wanted)


@given(real=FINITE, imaginary=FINITE, unit=st.sampled_from("ij"))
def test_that_what_is_written_is_read_again(real: float, imaginary: float, unit: str) -> None:
    found = read_complex(write_complex(ComplexNumber(real, imaginary, unit)))

    assert isinstance(found, ComplexNumber)
    assert found.real == pytest.approx(real, rel=1e-14)
    assert found.imaginary == pytest.approx(imaginary, rel=1e-14)
    assert found.unit == (unit if imaginary else "")


def test_that_a_text_as_long_as_a_cell_is_refused_in_one_pass() -> None:
    # a pattern that goes back over the digits would take minutes
    assert read_complex("1" * 32_766 + "x") is ErrorCode.NUM
