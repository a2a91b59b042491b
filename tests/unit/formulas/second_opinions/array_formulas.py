"""Formulas of functions that give arrays, take references or call others, and functions not asked for."""

from collections.abc import Mapping

# By function what stands around it, so that one value tells all of its elements; a word in angle brackets
# is a kind of argument.
TEMPLATES = """
BYCOL: TEXTJOIN("|",FALSE,BYCOL(A1:B<count>,LAMBDA(c,SUM(c))))
BYROW: TEXTJOIN("|",FALSE,BYROW(A1:B<count>,LAMBDA(r,MAX(r))))
LAMBDA: LAMBDA(x,y,x*2+y)(<number>,<number>)
LET: LET(x,<number>,y,x*2,IF(x>0,y,-y))
MAKEARRAY: TEXTJOIN("|",FALSE,MAKEARRAY(<count>,3,LAMBDA(r,c,r*10+c)))
MAP: TEXTJOIN("|",FALSE,MAP(<numbers>,<others>,LAMBDA(a,b,a*2-b)))
REDUCE: REDUCE(<number>,<numbers>,LAMBDA(a,b,a/2+b))
SCAN: TEXTJOIN("|",FALSE,SCAN(0,<numbers>,LAMBDA(a,b,a+b)))
ISOMITTED: LAMBDA(x,[y],IF(ISOMITTED(y),x,x+y))(<number>)
AREAS: AREAS((A1:A3,<numbers>))
CHOOSECOLS: TEXTJOIN("|",FALSE,CHOOSECOLS(A1:C<count>,-1,1))
CHOOSEROWS: TEXTJOIN("|",FALSE,CHOOSEROWS(A1:C8,<count>,-1))
COLUMN: COLUMN(<numbers>)
ROW: ROW(<numbers>)
DROP: TEXTJOIN("|",FALSE,DROP(A1:C8,<drop>,1))
TAKE: TEXTJOIN("|",FALSE,TAKE(A1:C8,<drop>,-2))
EXPAND: TEXTJOIN("|",FALSE,EXPAND(A1:B2,<three>,3,"-"))
FILTER: TEXTJOIN("|",FALSE,FILTER(A1:C8,A1:A8><small>,"none"))
HSTACK: TEXTJOIN("|",FALSE,HSTACK(<numbers>,<texts>))
VSTACK: TEXTJOIN("|",FALSE,VSTACK(<numbers>,<texts>,<number>))
SEQUENCE: TEXTJOIN("|",FALSE,SEQUENCE(<count>,2,<number>,0.25))
SORT: TEXTJOIN("|",FALSE,SORT(A1:C8,<three>,<order>))
SORTBY: TEXTJOIN("|",FALSE,SORTBY(C1:C8,<others>,<order>))
TOCOL: TEXTJOIN("|",FALSE,TOCOL(D1:E4,<three>))
TOROW: TEXTJOIN("|",FALSE,TOROW(D1:E4,<kind>,<flag>))
UNIQUE: TEXTJOIN("|",FALSE,UNIQUE({3;1;3;2;1;"a";"A"},FALSE,<flag>))
WRAPCOLS: TEXTJOIN("|",FALSE,WRAPCOLS(<numbers>,<three>,"x"))
WRAPROWS: TEXTJOIN("|",FALSE,WRAPROWS(<numbers>,<three>,"x"))
OFFSET: SUM(OFFSET(A1,<kind>,<kind>,<count>,2))
INDIRECT: SUM(INDIRECT("A1:B"&<count>))
FORMULATEXT: FORMULATEXT(A1)
HYPERLINK: HYPERLINK("x",<scalar>)
ISFORMULA: ISFORMULA(<scalar_cell>)
SHEET: SHEET(A1)
SHEETS: SHEETS(A1)
DAVERAGE: DAVERAGE(G1:I6,<field>,<criteria>)
DCOUNT: DCOUNT(G1:I6,<field>,<criteria>)
DCOUNTA: DCOUNTA(G1:I6,<field>,<criteria>)
DGET: DGET(G1:I6,<field>,<criteria>)
DMAX: DMAX(G1:I6,<field>,<criteria>)
DMIN: DMIN(G1:I6,<field>,<criteria>)
DPRODUCT: DPRODUCT(G1:I6,<field>,<criteria>)
DSTDEV: DSTDEV(G1:I6,<field>,<criteria>)
DSTDEVP: DSTDEVP(G1:I6,<field>,<criteria>)
DSUM: DSUM(G1:I6,<field>,<criteria>)
DVAR: DVAR(G1:I6,<field>,<criteria>)
DVARP: DVARP(G1:I6,<field>,<criteria>)
MINVERSE: SUM(MINVERSE({<small>,1;-9,<small>}))
MMULT: SUM(MMULT({1,2;3,4},{<number>,2;0.5,<number>}))
MUNIT: SUM(MUNIT(<count>))
FREQUENCY: INDEX(FREQUENCY(<numbers>,{0;3;6}),<count>)
LOGEST: INDEX(LOGEST(<others>,E1:E8),1,<two>)
MODE.MULT: INDEX(MODE.MULT({1,2,2,3,3}),<two>)
TEXTSPLIT: TEXTJOIN("|",FALSE,TEXTSPLIT(<text>,"-"," ",<flag>))
ISREF: ISREF(<scalar_cell>)
ERROR.TYPE: ERROR.TYPE(<error>)
ISERR: ISERR(<error>)
ISNA: ISNA(<error>)
NA: ISNA(NA())
CELL: CELL(<cell_fact>,<scalar_cell>)
GROUPBY: TEXTJOIN("|",FALSE,GROUPBY({"a";"b";"a"},{1;2;<number>},SUM))
PIVOTBY: TEXTJOIN("|",FALSE,PIVOTBY({"a";"b";"a"},{"x";"x";"y"},{1;2;<number>},SUM))
PERCENTOF: PERCENTOF(A1:A3,<numbers>)
ARRAYTOTEXT: ARRAYTOTEXT(A1:D2,<kind>)
"""

# Functions that are not asked for, each with its reason.
NOT_ASKED: Mapping[str, str] = {
    **dict.fromkeys(("NOW", "TODAY", "RAND", "RANDARRAY", "RANDBETWEEN"), "differs from moment to moment"),
    **dict.fromkeys(("INFO", "PHONETIC", "__XLUDF.DUMMYFUNCTION"), "no other engine has it as Excel does"),
    **dict.fromkeys(
        ("_TRO_ALL", "_TRO_LEADING", "_TRO_TRAILING", "TRIMRANGE"), "too new for the other engines"
    ),
    **dict.fromkeys(
        ("FORECAST.ETS", "FORECAST.ETS.CONFINT", "FORECAST.ETS.SEASONALITY", "FORECAST.ETS.STAT"),
        "each engine fits the parameters of the smoothing in its own way",
    ),
    "ECMA.CEILING": "the name of ISO.CEILING in files; other engines know it by that one",
}
