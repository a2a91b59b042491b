"""Logical functions against values from outside."""

import pytest

from tests.unit.formulas.functions.case_tables import CELLS, Case, matches, read_cases
from tests.unit.formulas.small_workbooks import evaluate

CASES = read_cases("""
=IF(A1>1,"yes","no") | "yes" | definition
=IF(FALSE,1) | FALSE | missing third argument
=IF(FALSE,1,) | 0 | empty third argument
=IF(TRUE,,1) | 0 | empty second argument
=IF("TRUE",1,2) | 1 | text that reads as logical value
=IF("x",1,2) | #VALUE! | text that does not
=IF(H1,1,2) | #DIV/0! | error
=IF(TRUE,1,H1) | 1 | the other branch is not read
=IF(,1,2) | 2 | an empty condition is FALSE
=SUM(IF(TRUE,A1:A8,0)) | 40 | a branch may be a range
=SUM(IF({TRUE,FALSE,TRUE},{1,2,3},10)) | 14 | array of conditions
=SUM(IF({TRUE,FALSE},{1,2})) | 1 | FALSE where there is no third argument
=IF({1,"x"},1,2) | 1 | first element
=IFERROR(H1,"e") | "e" | definition
=IFERROR(A1,"e") | 2 | definition
=IFERROR(H1,) | 0 | empty argument
=IFERROR(,1) | 0 | empty argument
=SUM(IFERROR({1,2}/{1,0},10)) | 11 | element by element
=SUM(IFERROR({1,2},10)) | 3 | nothing to replace
=IFNA(H2,"n") | "n" | definition
=IFNA(H1,"n") | #DIV/0! | other errors stay
=IFS(FALSE,1,TRUE,2) | 2 | definition
=IFS(FALSE,1) | #N/A | none holds
=IFS(TRUE,1,H1,2) | 1 | later conditions are not read
=IFS(H1,1) | #DIV/0! | error
=IFS(FALSE,1,TRUE) | #N/A | incomplete
=SWITCH(2,1,"a",2,"b") | "b" | definition
=SWITCH(9,1,"a","other") | "other" | default
=SWITCH(9,1,"a") | #N/A | no default
=SWITCH(H1,1,"a") | #DIV/0! | error
=SWITCH(1,H2,"a") | #N/A | error
=CHOOSE(2,"1st","2nd") | "2nd" | Excel documentation
=CHOOSE(3,"1st","2nd") | #VALUE! | Excel documentation
=CHOOSE(1,2,H1) | 2 | the others are not read
=CHOOSE("x",1) | #VALUE! | coercion
=SUM(CHOOSE(2,A1:A8,C1:C5)) | 15 | a range as choice
=SUM(CHOOSE({1,2},C1:C5,D1:D5)) | 35 | columns side by side
=SUM(CHOOSE({1,2},10,20)) | 30 | array of indices
=CHOOSE({3},1,2) | #VALUE! | domain
=CHOOSE({"x"},1,2) | #VALUE! | coercion
=AND(TRUE,1) | TRUE | definition
=AND(B1:B6) | TRUE | text and blanks in ranges do not count
=AND(B1:B3) | #VALUE! | nothing to judge
=AND("x") | #VALUE! | direct text
=AND(FALSE,H1) | #DIV/0! | all arguments are read
=OR(FALSE,"TRUE") | TRUE | excel.md 7
=XOR(TRUE,TRUE) | FALSE | Excel documentation
=NOT(0) | TRUE | definition
=NOT("x") | #VALUE! | coercion
=TRUE() | TRUE | definition
=FALSE() | FALSE | definition
=LET(x,5,y,x*2,x+y) | 15 | Excel documentation
=LET(x,5,x) | 5 | definition
=LET(x,5) | #VALUE! | no result
=LET(5,x,1) | #VALUE! | no name
=LAMBDA(x,x+1)(2) | 3 | Excel documentation
=LET(f,LAMBDA(x,y,x*y),f(3,4)) | 12 | a bound function
=LAMBDA(x,x)(1,2) | #VALUE! | too many arguments
=LAMBDA([x],ISOMITTED(x))() | TRUE | an omitted argument
=LAMBDA(x,_xlop.y,IF(ISOMITTED(y),x,x+y))(3) | 3 | how a file keeps an optional parameter
=LAMBDA(x,_xlop.y,IF(ISOMITTED(y),x,x+y))(3,4) | 7 | the same, given
=LAMBDA(x,[y],x)() | #VALUE! | Excel documentation: too few arguments
=LAMBDA(x,y,x)(1) | #VALUE! | Excel documentation: too few arguments
=LET(f,LAMBDA(n,g,IF(n<=0,0,1+g(n-1,g))),f(500,f)) | 500 | Excel allows 16,384 / (parameters + 1)
=LET(f,LAMBDA(n,g,g(n,g)),f(1,f)) | #NUM! | recursion without end
=LAMBDA(1,2)(3) | #VALUE! | no name
=LAMBDA(x,x) | #CALC! | a function is no value
=SUM(MAP(C1:C5,LAMBDA(x,x^2))) | 55 | definition
=SUM(MAP(C1:C5,D1:D5,LAMBDA(x,y,x*y))) | 66 | two arrays
=MAP(C1:C5,1) | #VALUE! | no function
=REDUCE(0,C1:C5,LAMBDA(a,b,a+b)) | 15 | definition
=REDUCE(,C1:C5,LAMBDA(a,b,a+b)) | 15 | empty initial value
=REDUCE(A1,C1:C5,LAMBDA(a,b,a+b)) | 17 | a cell as initial value
=REDUCE(0,C1:C5,1) | #VALUE! | no function
=INDEX(SCAN(1,C1:C5,LAMBDA(a,b,a*b)),5) | 120 | definition
=SCAN(1,C1:C5,1) | #VALUE! | no function
=SUM(MAKEARRAY(2,3,LAMBDA(r,c,r*c))) | 18 | definition
=MAKEARRAY(0,1,LAMBDA(r,c,1)) | #VALUE! | domain
=MAKEARRAY(1,1,1) | #VALUE! | no function
=SUM(BYROW(C1:D5,LAMBDA(r,MAX(r)))) | 20 | definition
=SUM(BYCOL(C1:D5,LAMBDA(c,MAX(c)))) | 10 | definition
=BYROW(C1:D5,1) | #VALUE! | no function
=BYROW(C1:D5,LAMBDA(r,r)) | #CALC! | nested arrays
""")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.formula)
def test_that_a_logical_function_gives_the_known_value(case: Case) -> None:
    found = evaluate(case.formula, CELLS)

    assert matches(case, found), f"{found!r} instead of {case.expected!r} ({case.source})"
