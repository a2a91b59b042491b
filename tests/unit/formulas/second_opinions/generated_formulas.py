"""Formulas over a small sheet, drawn function by function: what the arguments of each may be."""

import re
from dataclasses import dataclass
from itertools import chain, zip_longest

from hypothesis import strategies as st

from tests.builders_xlsx import CellContent
from tests.unit.formulas.second_opinions.array_formulas import TEMPLATES

CELLS: dict[str, CellContent] = {
    **{f"A{row}": value for row, value in enumerate((3.5, -2.0, 7.25, 0.5, 12.0, -8.5, 1.0, 4.75), 1)},
    **{f"B{row}": value for row, value in enumerate((1.0, 4.0, 2.5, 8.0, 3.0, 9.5, 6.0, 5.5), 1)},
    **{f"C{row}": value for row, value in enumerate(
        ("apple", "Banana", "cherry", "apple pie", "fig", "date", "Elder", "apple"), 1)},
    "D1": 2.0, "D2": "text", "D3": True, "D5": "7", "D6": -3.0, "D7": 0.0, "D8": 11.0,
    **{f"E{row}": value for row, value in enumerate((1.0, 2.0, 4.0, 7.0, 7.5, 9.0, 12.0, 20.0), 1)},
    **{f"F{row}": value for row, value in enumerate(
        (-1000.0, 300.0, 420.0, 250.0, 180.0, 90.0, 60.0, 20.0), 1)},
    # a list with a head, and criteria of it
    **{f"G{row}": value for row, value in enumerate(("Tree", "Apple", "Pear", "Cherry", "Apple", "Pear"), 1)},
    **{f"H{row}": value for row, value in enumerate(("Height", 18.0, 12.0, 13.0, 14.0, 9.0), 1)},
    "I1": "Profit", "I2": 105.0, "I3": 96.0, "I4": 105.5, "I5": 75.0, "I6": "none",
    "G9": "Tree", "H9": "Height", "G10": "Apple", "H10": ">10", "G11": "Pear",
}  # fmt: skip


def _numbers(low: float, high: float) -> st.SearchStrategy[str]:
    return st.integers(int(low * 64), int(high * 64)).map(lambda whole: repr(whole / 64))


def _whole(low: int, high: int) -> st.SearchStrategy[str]:
    return st.integers(low, high).map(str)


_ARGUMENTS: dict[str, st.SearchStrategy[str]] = {
    "number": _numbers(-500, 500),
    "size": _numbers(0.125, 300),
    "small": _numbers(-3, 3),
    "unit": _numbers(-0.97, 0.97),
    "share": st.integers(1, 63).map(lambda whole: repr(whole / 64)),
    "rate": st.integers(1, 40).map(lambda whole: repr(whole / 256)),
    "count": _whole(1, 8),
    "many": _whole(1, 60),
    "digits": _whole(-2, 4),
    "bits": _whole(0, 1000),
    "base": _whole(2, 36),
    "flag": st.sampled_from(("TRUE", "FALSE")),
    "kind": _whole(0, 1),
    "date": _whole(36_526, 47_000),
    "basis": _whole(0, 4),
    "text": st.sampled_from(('"apple"', '"Mixed Case text"', '"a-b-c"', '"x"', '" padded  text "', '"12.5"')),
    "part": st.sampled_from(('"a"', '"p"', '"-"', '"e"', '"z"')),
    "scalar": st.sampled_from(("A1", "C2", "D3", "D4", "D5", "1.5", '"2"', "TRUE", '"x"')),
    "numbers": st.sampled_from(("A1:A8", "B1:B8", "E1:E8")),
    "others": st.sampled_from(("B1:B8", "E1:E8")),
    "mixed": st.just("D1:D8"),
    "texts": st.just("C1:C8"),
    "sorted": st.just("E1:E8"),
    "flows": st.just("F1:F8"),
    "criterion": st.sampled_from(('">2"', '"<>4"', '"<=7"', '"a*"', '"?ate"', '"APPLE"', '""', "4", '"=1"')),
    "drop": st.sampled_from(("1", "3", "-2", "-5")),
    "two": _whole(1, 2),
    "three": _whole(1, 3),
    "order": st.sampled_from(("1", "-1")),
    "field": st.sampled_from(('"Height"', '"profit"', "2", "3")),
    "criteria": st.sampled_from(("G9:G10", "G9:H10", "G9:H11", "H9:H10")),
    "error": st.sampled_from(("1/0", "NA()", '"a"+1', "SQRT(-1)", "INDEX(A1:A2,5)", "A1", "D4")),
    "scalar_cell": st.sampled_from(("A1", "C2", "D3", "D4")),
    "cell_fact": st.sampled_from(('"row"', '"col"', '"contents"')),
    "complex": st.sampled_from(('"1+2i"', '"-0.5+0.25i"', '"3-i"', '"2"')),
    "format": st.sampled_from(('"0.00"', '"#,##0"', '"0%"', '"0.0E+00"', '"yyyy-mm-dd"', '"000"')),
}

# Each function with what its arguments are, once or in several ways.
SIGNATURES = """
ABS number | ACOS unit | ACOSH size | ACOT number | ASIN unit | ASINH number | ATAN number
ATAN2 number size | ATANH unit | COS number | COSH small | COT size | CSC size | DEGREES number
EXP small | INT number | LN size | LOG size size | LOG10 size | MOD number size | PI | POWER size small
QUOTIENT number size | RADIANS number | ROUND number digits | ROUNDDOWN number digits
ROUNDUP number digits | SEC small | SIGN number | SIN number | SINH small | SQRT size | SQRTPI size
TAN small | TANH small | TRUNC number digits | EVEN number | ODD number | CEILING size size
FLOOR size size | CEILING.MATH number size | FLOOR.MATH number size | FACT count | FACTDOUBLE count
COMBIN many count | COMBINA many count | PERMUT many count | GCD bits bits | LCM bits bits
MULTINOMIAL count count | ROMAN many | BASE bits base | BITAND bits bits | BITOR bits bits
BITXOR bits bits | DEC2BIN bits | DEC2HEX bits | DEC2OCT bits | SUM numbers mixed
PRODUCT count count numbers | SUMSQ numbers | SUMPRODUCT numbers others | SUMX2MY2 numbers others
SUMX2PY2 numbers others | SUMXMY2 numbers others | AVERAGE mixed | AVERAGEA mixed | COUNT mixed
COUNTA mixed | COUNTBLANK mixed | MAX mixed number | MIN mixed number | MAXA mixed | MINA mixed
MEDIAN numbers | LARGE numbers count | SMALL numbers count | STDEV numbers | STDEVP numbers | VAR numbers
VARP numbers | STDEVA mixed | VARA mixed | AVEDEV numbers | DEVSQ numbers | GEOMEAN others
HARMEAN others | KURT numbers | SKEW numbers | PERCENTILE numbers share | QUARTILE numbers kind
RANK B3 numbers | PERCENTRANK sorted size | TRIMMEAN numbers share | CORREL numbers others
COVAR numbers others | SLOPE numbers others | INTERCEPT numbers others | RSQ numbers others
STEYX numbers others | FORECAST number numbers others | STANDARDIZE number number size
NORMDIST number number size flag | NORMSDIST small | NORMSINV share | NORMINV share number size
LOGNORMDIST size small size | LOGINV share small count | EXPONDIST size rate flag
GAMMADIST size count size flag | GAMMAINV share count size | GAMMALN size | BETADIST share count count
BETAINV share count count | CHIDIST size count | CHIINV share count | FDIST size count many
FINV share count many | TDIST size many kind | TINV share many | BINOMDIST count many share flag
POISSON count size flag | WEIBULL size count size flag | HYPGEOMDIST count 10 10 40
NEGBINOMDIST count count share | CONFIDENCE share size many | FISHER unit | FISHERINV small
COUNTIF numbers criterion | COUNTIF texts criterion | SUMIF numbers criterion others
AVERAGEIF sorted criterion numbers | COUNTIFS numbers criterion texts criterion
SUMIFS numbers others criterion | IF flag number text | AND flag flag | OR flag flag | XOR flag flag flag
NOT flag | IFERROR number text | ISBLANK scalar | ISERROR scalar | ISLOGICAL scalar | ISNUMBER scalar
ISTEXT scalar | ISNONTEXT scalar | N scalar | T scalar | TYPE scalar | ISODD bits | ISEVEN bits
LEFT text count | RIGHT text count | MID text count count | LEN text | LOWER text | UPPER text
PROPER text | TRIM text | EXACT text text | FIND part text | SEARCH part text | SUBSTITUTE text part part
REPLACE text count count part | REPT part count | CONCATENATE scalar scalar | CHAR many | CODE text
VALUE text | TEXT size format | FIXED number kind | DATE 2000 many many | YEAR date | MONTH date
DAY date | WEEKDAY date | WEEKNUM date | EDATE date digits | EOMONTH date digits | DAYS360 date date
YEARFRAC date date basis | NETWORKDAYS date date | WORKDAY date many | HOUR share | MINUTE share
SECOND share | TIME count many many | DATEDIF 36000 date "m" | INDEX numbers count | MATCH B3 numbers 0
MATCH size sorted 1 | VLOOKUP size E1:F8 2 TRUE | HLOOKUP 1 A1:C8 count FALSE | LOOKUP size sorted numbers
CHOOSE kind number text | ROWS numbers | COLUMNS numbers | ADDRESS count count | PMT rate many size
PV rate many size | FV rate many size | NPER rate 500 1000 | IPMT rate count 8 size
PPMT rate count 8 size | NPV rate flows | IRR flows | MIRR flows rate rate | SLN size 1 many
SYD size 1 8 count | DB 1000 size 8 count | DDB 1000 size 8 count | EFFECT rate count | NOMINAL rate count
CUMIPMT rate 8 size 1 count 0 | CUMPRINC rate 8 size 1 count 0 | ISPMT rate count 8 size
RATE 36 -50 1000 | XNPV rate F1:F8 E1:E8 | DOLLARDE size count | DOLLARFR size count
COMPLEX number number | IMABS "3+4i" | IMSUM "1+2i" "3-i" | ERF small | BESSELJ size count
DELTA count count | GESTEP number number | CONVERT number "m" "ft" | SUBTOTAL 9 numbers | TRANSPOSE count
MDETERM {2,1;5,3} | SERIESSUM share 1 1 {1,2,3} | NORM.DIST number number size flag
NORM.S.DIST small flag | NORM.INV share number size | NORM.S.INV share | T.DIST small many flag
T.DIST.2T size many | T.DIST.RT small many | T.INV share many | T.INV.2T share many
F.DIST size count many flag | F.DIST.RT size count many | F.INV share count many
F.INV.RT share count many | CHISQ.DIST size count flag | CHISQ.DIST.RT size count | CHISQ.INV share count
CHISQ.INV.RT share count | GAMMA.DIST size count size flag | GAMMA.INV share count size
GAMMALN.PRECISE size | GAMMA small | BETA.DIST share count count flag | BETA.INV share count count
BINOM.DIST count many share flag | BINOM.INV many share share | BINOM.DIST.RANGE many share count
POISSON.DIST count size flag | WEIBULL.DIST size count size flag | EXPON.DIST size rate flag
LOGNORM.DIST size small size flag | LOGNORM.INV share small count | HYPGEOM.DIST count 10 10 40 flag
NEGBINOM.DIST count count share flag | CONFIDENCE.NORM share size many | CONFIDENCE.T share size 9
STDEV.S numbers | STDEV.P numbers | VAR.S numbers | VAR.P numbers | PERCENTILE.INC numbers share
PERCENTILE.EXC numbers 0.4 | QUARTILE.INC numbers kind | QUARTILE.EXC numbers 1
PERCENTRANK.INC sorted size | PERCENTRANK.EXC sorted size | RANK.EQ 6 numbers | RANK.AVG 6 numbers
MODE.SNGL {1,2,2,3,3,3} | COVARIANCE.P numbers others | COVARIANCE.S numbers others | SKEW.P numbers
GAUSS small | PHI small | PERMUTATIONA count count | ERF.PRECISE small | ERFC small | ERFC.PRECISE small
BESSELI size count | BESSELK size count | BESSELY size count | IMSIN "1+2i" | IMCOS "1+2i" | IMEXP "1+2i"
IMLN "1+2i" | IMSQRT "1+2i" | IMPRODUCT "1+2i" "3-i" | IMDIV "1+2i" "3-i" | IMSUB "1+2i" "3-i"
IMCONJUGATE "3+4i" | IMARGUMENT "3+4i" | IMREAL "3+4i" | IMAGINARY "3+4i" | BIN2DEC "1101" | HEX2DEC "FF"
OCT2DEC "17" | BIN2HEX "1101" | HEX2BIN "1F" | OCT2HEX "17" | DECIMAL "1F" 16 | BITLSHIFT bits count
BITRSHIFT bits count | ARABIC "MCMXC" | FLOOR.PRECISE number size | CEILING.PRECISE number size
ISO.CEILING number size | CSCH size | SECH small | COTH size | ACOTH 5 | COT size | MROUND size size
TRUNC number | ISOWEEKNUM date | DAYS date date | NETWORKDAYS.INTL date date count
WORKDAY.INTL date many count | DATEVALUE "2020-02-29" | TIMEVALUE "14:30" | COUPNUM 40000 44000 2 basis
COUPDAYBS 40000 44000 2 basis | COUPDAYS 40000 44000 2 basis | COUPNCD 40000 44000 2 basis
COUPPCD 40000 44000 2 basis | PRICE 40000 44000 rate rate 100 2 basis
YIELD 40000 44000 rate 95 100 2 basis | DURATION 40000 44000 rate rate 2 basis
MDURATION 40000 44000 rate rate 2 basis | DISC 40000 40200 97 100 basis | INTRATE 40000 40200 97 100 basis
RECEIVED 40000 40200 97 rate basis | PRICEDISC 40000 40200 rate 100 basis
YIELDDISC 40000 40200 97 100 basis | TBILLEQ 40000 40150 rate | TBILLPRICE 40000 40150 rate
TBILLYIELD 40000 40150 97 | ACCRINTM 40000 40200 rate 1000 basis | VDB 1000 50 8 kind count
PDURATION rate 100 200 | RRI many 100 200 | FVSCHEDULE size {0.01,0.02}
XIRR F1:F8 {40000,40100,40200,40300,40400,40500,40600,40700} | NUMBERVALUE "1.234,5" "," "."
UNICHAR many | UNICODE text | TEXTJOIN part flag texts | CONCAT scalar scalar
SWITCH kind 0 text 1 number | IFS flag number TRUE text | IFNA number text
MAXIFS numbers others criterion | MINIFS numbers others criterion | AVERAGEIFS numbers others criterion
XLOOKUP size sorted numbers 0 -1 | XMATCH size sorted 1 | AGGREGATE 9 4 numbers | SUMX2MY2 others numbers
PROB {1,2,3} {0.2,0.3,0.5} 1 count | TTEST numbers others 2 3 | FTEST numbers others | ZTEST numbers size
TREND numbers others number | GROWTH others numbers small | LINEST numbers others
AMORLINC 1000 40000 40200 50 count rate 1 | EXACT scalar scalar | TEXTBEFORE text part
TEXTAFTER text part | IMCOSH complex | IMCOT complex | IMCSC complex | IMCSCH complex | IMLOG10 complex
IMLOG2 complex | IMPOWER complex count | IMSEC complex | IMSECH complex | IMSINH complex | IMTAN complex
ACCRINT 40000 40091 40600 rate 1000 2 basis | AMORDEGRC 1000 40000 40200 50 count rate 1
COUPDAYSNC 40000 44000 2 basis | ODDFPRICE 39763 44256 39736 39873 0.0785 rate 100 2 basis
ODDFYIELD 39763 44256 39736 39873 0.0575 84.5 100 2 basis
ODDLPRICE 39485 39614 39370 0.0375 rate 100 2 basis | ODDLYIELD 39558 39614 39440 0.0375 99.875 100 2 basis
PRICEMAT 39493 39551 39397 rate rate basis | YIELDMAT 39522 39755 39394 rate 100.0123 basis | TRUE | FALSE
BIN2OCT "1101" | HEX2OCT "1F" | OCT2BIN "17" | CHISQ.TEST B1:B4 E1:E4 | CHITEST B1:B4 E1:E4
CRITBINOM many share share | F.TEST numbers others | T.TEST numbers others two three | Z.TEST numbers size
FORECAST.LINEAR number numbers others | MODE {1,2,2,3,3,3} | PEARSON numbers others | STDEVPA mixed
VARPA mixed | ASC text | BAHTTEXT size | CLEAN text | DBCS text | JIS text | DOLLAR number digits
USDOLLAR number digits | ENCODEURL text | FINDB part text | LEFTB text count | LENB text
MIDB text count count | REPLACEB text count count part | RIGHTB text count | SEARCHB part text
REGEXEXTRACT text "[a-z]+" | REGEXREPLACE text "[aeiou]" "_" | REGEXTEST text "^[A-Z]"
VALUETOTEXT scalar kind
"""


@dataclass(frozen=True, slots=True, order=True)
class Asked:
    """A formula, without `=`, and the function that it is about."""

    function: str
    formula: str


def formulas_of(signature: str) -> st.SearchStrategy[Asked]:
    """Formulas of one function; a word that names no kind of argument stands for itself."""
    name, _, template = signature.partition(": ")
    if template:
        literals, kinds = re.split(r"<\w+>", template), re.findall(r"<(\w+)>", template)
        return st.tuples(*(_ARGUMENTS[kind] for kind in kinds)).map(
            lambda drawn: Asked(name, "".join(chain(*zip_longest(literals, drawn, fillvalue=""))))
        )
    name, *kinds = signature.split()
    arguments = [_ARGUMENTS.get(kind, st.just(kind)) for kind in kinds]
    return st.tuples(*arguments).map(lambda drawn: Asked(name, f"{name}({','.join(drawn)})"))


def signatures() -> list[str]:
    """All of them, in order."""
    plain = [each.strip() for line in SIGNATURES.strip().splitlines() for each in line.split("|")]
    return [*plain, *TEMPLATES.strip().splitlines()]


def function_of(signature: str) -> str:
    """The function that a signature is of."""
    return signature.split()[0].removesuffix(":")
