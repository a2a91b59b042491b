"""Which functions of a workbook Excel does not have."""

from mcdesk.formulas.evaluator import Calculation
from mcdesk.formulas.unknown_functions import unknown_functions
from tests.builders_xlsx import StoredFormula
from tests.unit.formulas.small_workbooks import evaluate, workbook_of


def test_that_cells_are_counted_per_function() -> None:
    cells = {
        "A1": "=MINE(THEIRS(1))", "A2": "=THEIRS(1)+THEIRS(2)", "A3": "=SUM(1,2)", "A4": "=_xll.OTHER(1)",
        "B1": StoredFormula("=SHARED(A1)", attributes='t="shared" si="0" ref="B1:B3"'),
        "B2": StoredFormula("", attributes='t="shared" si="0"'),
        "B3": StoredFormula("", attributes='t="shared" si="0"'),
    }  # fmt: skip
    workbook = workbook_of({"S": cells})

    found = unknown_functions(workbook, Calculation(workbook).compilation.trees)

    assert found == {"SHARED": 3, "THEIRS": 2, "MINE": 1, "OTHER": 1}


def test_that_lambdas_and_declared_inputs_are_known() -> None:
    cells = {
        "A1": "=Twice(2)", "A2": "=_xlfn.LET(_xlpm.f,_xlfn.LAMBDA(_xlpm.x,_xlpm.x),_xlpm.f(3))",
        "A3": "=_xlfn.LAMBDA(_xlpm.g,_xlop.h,_xlpm.g(_xlpm.h(1)))", "A4": "=_xll.RiskNormal(0,1)",
        "A5": "=CB.Normal(0,1)",
    }  # fmt: skip
    workbook = workbook_of({"S": cells}, names={"TWICE": "_xlfn.LAMBDA(_xlpm.x,2*_xlpm.x)"})

    assert unknown_functions(workbook, Calculation(workbook).compilation.trees) == {}


def test_that_a_workbook_without_formulas_has_none() -> None:
    workbook = workbook_of({"S": {"A1": 1.0}})

    assert unknown_functions(workbook, Calculation(workbook).compilation.trees) == {}


def test_that_a_function_of_excel_is_itself_under_the_name_of_an_add_in() -> None:
    assert evaluate("=_xll.EDATE(31,1)") == 60.0
    assert evaluate("=[1]!EOMONTH(1,0)") == 31.0
