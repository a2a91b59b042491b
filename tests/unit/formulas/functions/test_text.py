"""Text functions against values from outside."""

import pytest

from tests.unit.formulas.functions.case_tables import CELLS, Case, matches, read_cases
from tests.unit.formulas.small_workbooks import evaluate

CASES = read_cases("""
=LEFT("Sale Price",4) | "Sale" | Excel documentation
=LEFT("Sweden") | "S" | Excel documentation
=LEFT("x",-1) | #VALUE! | domain
=RIGHT("Sale Price",5) | "Price" | Excel documentation
=RIGHT("abc",0) | "" | Excel
=RIGHT("abc",-1) | #VALUE! | domain
=MID("Fluid Flow",1,5) | "Fluid" | Excel documentation
=MID("Fluid Flow",20,5) | "" | Excel documentation
=MID("Fluid Flow",0,5) | #VALUE! | Excel documentation
=LEN("Phoenix, AZ") | 11 | Excel documentation
=LEN(12.5) | 4 | coercion
=LOWER("E. E. Cummings") | "e. e. cummings" | Excel documentation
=UPPER("total") | "TOTAL" | Excel documentation
=PROPER("2-way street o'neil") | "2-Way Street O'Neil" | Excel documentation
=TRIM(" First  Quarter ") | "First Quarter" | Excel documentation
=CLEAN(CHAR(9)&"Monthly"&CHAR(10)) | "Monthly" | Excel documentation
=EXACT("word","Word") | FALSE | Excel documentation
=FIND("M","Miriam McGovern",3) | 8 | Excel documentation
=FIND("q","Miriam") | #VALUE! | Excel documentation
=FIND("","abc",9) | #VALUE! | start beyond the text
=SEARCH("e","Statements",6) | 7 | Excel documentation
=SEARCH("t?m","Statements") | 4 | wildcard
=SEARCH("~?","what?") | 5 | escaped wildcard
=SEARCH("x","Statements") | #VALUE! | absent
=SEARCH("x","Statements",0) | #VALUE! | domain
=SUBSTITUTE("Sales Data","Sales","Cost") | "Cost Data" | Excel documentation
=SUBSTITUTE("Quarter 1, 2011","1","2",3) | "Quarter 1, 2012" | Excel documentation
=SUBSTITUTE("abc","x","y",1) | "abc" | absent
=SUBSTITUTE("abc","a","b",0) | #VALUE! | domain
=SUBSTITUTE("abc","","b") | "abc" | nothing to replace
=REPLACE("abcdefghijk",6,5,"*") | "abcde*k" | Excel documentation
=REPLACE("abc",0,1,"x") | #VALUE! | domain
=REPT("*-",3) | "*-*-*-" | Excel documentation
=REPT(TRUE,2) | "TRUETRUE" | excel.md 7
=REPT("x",-1) | #VALUE! | domain
=CONCATENATE("a",1,TRUE) | "a1TRUE" | definition
=CONCAT(B1:B2,1) | "applebanana1" | definition
=CONCAT(H1) | #DIV/0! | error
=TEXTJOIN(", ",TRUE,B1:B5) | "apple, banana, Apple pie, TRUE" | blanks left out
=TEXTJOIN(",",FALSE,B3:B5) | "Apple pie,,TRUE" | blanks kept
=TEXTJOIN({"-","/"},TRUE,1,2,3) | "1-2/3" | delimiters in turn
=TEXTJOIN(H1,TRUE,"a") | #DIV/0! | error
=TEXTJOIN(",",TRUE,H1) | #DIV/0! | error
=CHAR(65) | "A" | Excel documentation
=CHAR(128) | "€" | Windows-1252
=CHAR(256) | #VALUE! | domain
=CODE("A") | 65 | Excel documentation
=CODE("€") | 128 | Windows-1252
=CODE("") | #VALUE! | domain
=UNICHAR(66) | "B" | Excel documentation
=UNICHAR(0) | #VALUE! | domain
=UNICODE("B") | 66 | Excel documentation
=UNICODE("") | #VALUE! | domain
=TEXTBEFORE("Red riding hood","hood") | "Red riding " | Excel documentation
=TEXTBEFORE("a-b-c","-",2) | "a-b" | definition
=TEXTBEFORE("a-b-c","-",-1) | "a-b" | from the end
=TEXTBEFORE("a-b","x") | #N/A | absent
=TEXTBEFORE("a-b","x",1,0,0,"none") | "none" | default
=TEXTBEFORE("a-b","x",1,0,1) | "a-b" | the end counts as delimiter
=TEXTBEFORE("aXb","x",1,1) | "a" | any case
=TEXTBEFORE("a-b","-",0) | #VALUE! | domain
=TEXTBEFORE("a",H1) | #DIV/0! | error
=TEXTAFTER("Red riding hood","Red ") | "riding hood" | definition
=TEXTAFTER("a-b-c",{"-","b"},2) | "-c" | several delimiters
=TEXTAFTER("a-b","x",1,0,1) | "" | the end counts as delimiter
=INDEX(TEXTSPLIT("a,b;c",",",";"),1,2) | "b" | definition
=INDEX(TEXTSPLIT("a,b;c",",",";"),2,2) | #N/A | shorter rows are filled
=INDEX(TEXTSPLIT("a,b;c",",",";",FALSE,0,"-"),2,2) | "-" | filling
=COLUMNS(TEXTSPLIT("a,,b",",",,TRUE)) | 2 | empty parts left out
=TEXTSPLIT(",",",",,TRUE) | #CALC! | nothing left
=TEXT(1234.567,"$#,##0.00") | "$1,234.57" | Excel documentation
=TEXT(0.285,"0.0%") | "28.5%" | Excel documentation
=TEXT("x","0") | "x" | text stays
=TEXT("12","0.0") | "12.0" | text that reads as a number
=TEXT(TRUE,"0") | "TRUE" | logical values stay
=TEXT(5,H1) | #DIV/0! | error
=TEXT(-1,"yyyy") | #VALUE! | impossible date
=TEXT(H2,"0") | #N/A | error
=VALUE("$1,000") | 1000 | Excel documentation
=VALUE("16:48:00")-VALUE("12:00:00") | 0.2 | Excel documentation
=VALUE(TRUE) | #VALUE! | Excel
=VALUE("x") | #VALUE! | Excel
=NUMBERVALUE("2.500,27",",",".") | 2500.27 | Excel documentation
=NUMBERVALUE("3.5%") | 0.035 | Excel documentation
=NUMBERVALUE("") | 0 | Excel documentation
=NUMBERVALUE("1",",","") | #VALUE! | domain
=NUMBERVALUE("x") | #VALUE! | domain
=FIXED(1234.567,1) | "1,234.6" | Excel documentation
=FIXED(1234.567,-1,TRUE) | "1230" | Excel documentation
=FIXED(1,200) | #VALUE! | domain
=DOLLAR(1234.567,2) | "$1,234.57" | Excel documentation
=DOLLAR(-1234.567,-2) | "($1,200)" | Excel documentation
=DOLLAR(1,200) | #VALUE! | domain
=TEXTBEFORE("aXbxc","x",,1) | "a" | Excel, an empty argument is the default
=TEXTAFTER("abc","z",,,,"none") | "none" | Excel
=TEXTAFTER("abc","z",,,,) | #N/A | default
=TEXTJOIN(",",,"a","","b") | "a,b" | function dialog: TRUE is the default
=INDEX(TEXTSPLIT("a,b;c",",",";",,,),2,2) | #N/A | default
=LEFT("abc",) | "" | older functions take an empty argument as 0
=FIND("b","abc",) | #VALUE! | older functions
=SUBSTITUTE("aba","a",,2) | "ab" | older functions: ""
=LEN("🙂") | 2 | Excel, UTF-16 code units
=LEN("é€") | 2 | one unit each
=MID("a🙂b",2,2) | "🙂" | Excel
=LEFT("🙂🙂",2) | "🙂" | Excel
=RIGHT("a🙂",2) | "🙂" | Excel
=LEN(LEFT("🙂",1)) | 1 | half of a character
=FIND("b","a🙂b") | 4 | Excel
=SEARCH("?b","a🙂b") | 3 | a unit before b
=REPLACE("a🙂b",2,2,"x") | "axb" | Excel
=SUBSTITUTE("a🙂b","🙂","x") | "axb" | no places
=UNICODE("🙂") | 128578 | Unicode
""")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.formula)
def test_that_a_text_function_gives_the_known_value(case: Case) -> None:
    found = evaluate(case.formula, CELLS)

    assert matches(case, found), f"{found!r} instead of {case.expected!r} ({case.source})"
