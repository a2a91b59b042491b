"""Cells that are named wrongly, and what is wrong with inputs, outputs, values, limits and correlations."""

from tests.refusals.refusal_table import WRONG_SETUP, Kind, Row, Subject, row, rows

_RUN = "run plan.xlsx --setup good.toml"
_TWO = f'{_RUN} --input "Plan!A2=normal(2, 1)"'
_COLUMN = [f"Plan!B{number}" for number in range(1, 202)]
_MANY = (
    "".join(f"[[inputs]]\ncell = '{cell}'\ndistribution = 'normal(0, 1)'\n" for cell in _COLUMN)
    + f"[[outputs]]\ncell = 'Plan!A3'\n[[correlations]]\ncells = {_COLUMN}\nrank = 0.1"
)
_NO_ADDRESS = "is not the address of a cell. Write it as Sheet1!B5, or 'My sheet'!B5"
_OUTSIDE = "lies outside of a sheet. The last cell of a sheet is XFD1048576"
_RANGE = "is not the address of a cell but a range"

CELLS = Subject(
    "Cells",
    (
        Kind(
            "That is no address",
            "Write the sheet, an exclamation mark and the cell; a sheet name with spaces in single quotes.",
            rows(
                "run plan.xlsx",
                {
                    "--output Profit": f'--output: "Profit" {_NO_ADDRESS}',
                    '--output "Cash flow"': f'--output: "Cash flow" {_NO_ADDRESS}',
                    '--output "\'Cash flow!B2"': f'"\'Cash flow!B2" {_NO_ADDRESS}',
                    "--output \"'Cash flow'B2\"": f"\"'Cash flow'B2\" {_NO_ADDRESS}",
                    "--output \"''!A3\"": f"\"''!A3\" {_NO_ADDRESS}",
                    "--output !A3": f'"!A3" {_NO_ADDRESS}',
                    "--output Plan!": f'"Plan!" {_NO_ADDRESS}',
                    "--output Plan!A": f'"Plan!A" {_NO_ADDRESS}',
                    "--output Plan!3": f'"Plan!3" {_NO_ADDRESS}',
                    "--output Plan!R3C1": f'"Plan!R3C1" {_NO_ADDRESS}',
                    "--output Plan.A3": f'"Plan.A3" {_NO_ADDRESS}',
                    "--output Plan!A3,Plan!A4": f'"Plan!A3,Plan!A4" {_NO_ADDRESS}',
                    "--output [other.xlsx]Plan!A3": f'"[other.xlsx]Plan!A3" {_NO_ADDRESS}',
                    '--input "Plan!A-1=normal(1, 2)"': f'--input: "Plan!A-1" {_NO_ADDRESS}',
                    "--set Growth=5": f'--set: "Growth" {_NO_ADDRESS}',
                    "--limit Growth=5": f'--limit: "Growth" {_NO_ADDRESS}',
                    "--correlate Growth,Plan!A1=0.5": f'--correlate: "Growth" {_NO_ADDRESS}',
                },
            ),
        ),
        Kind(
            "One cell is meant, and a range is named",
            "Name each cell by itself; the options can be repeated.",
            rows(
                "run plan.xlsx",
                {
                    "--output Plan!A1:A3": f'--output: "Plan!A1:A3" {_RANGE}',
                    "--output Plan!A:A": f'"Plan!A:A" {_RANGE}',
                    "--output Plan!3:3": f'"Plan!3:3" {_RANGE}',
                    "--set Plan!A1:A2=5": f'--set: "Plan!A1:A2" {_RANGE}',
                    '--input "Plan!A1:A2=normal(1, 2)"': f'--input: "Plan!A1:A2" {_RANGE}',
                },
            ),
        ),
        Kind(
            "The cell lies outside of a sheet",
            "Columns go from A to XFD, rows from 1 to 1048576.",
            rows(
                "run plan.xlsx",
                {
                    "--output Plan!A0": f"--output: Plan!A0 {_OUTSIDE}",
                    "--output Plan!XFE1": f"--output: Plan!XFE1 {_OUTSIDE}",
                    "--output Plan!A1048577": f"--output: Plan!A1048577 {_OUTSIDE}",
                    "--set Plan!ZZZ1=5": f"--set: Plan!ZZZ1 {_OUTSIDE}",
                },
            ),
        ),
        Kind(
            "The workbook has no such sheet",
            "Choose one of those that the line names; capitals do not matter.",
            rows(
                "run plan.xlsx",
                {
                    "--output Pln!A3": "Pln!A3: plan.xlsx has no sheet 'Pln', perhaps Plan is meant",
                    "--output Sales!A3": "plan.xlsx has no sheet 'Sales', but Plan, Cash flow",
                    "--output A3": "--output: A3 names no sheet; plan.xlsx has Plan, Cash flow",
                    "--limit Sales!A3=0": "--limit: Sales!A3: plan.xlsx has no sheet 'Sales'",
                    "--correlate Plan!A1,Sales!A1=0.5": "--correlate: Sales!A1: plan.xlsx has no sheet",
                },
            ),
        ),
        Kind(
            "The cell is empty",
            "Inputs, outputs and values are cells that hold something: fill it, or look at its address.",
            rows(
                "run plan.xlsx",
                {
                    "--output Plan!Z9": "--output: Plan!Z9 is an empty cell of plan.xlsx",
                    '--input "Plan!Z9=normal(1, 2)"': "--input: Plan!Z9 is an empty cell of plan.xlsx",
                    "--set Plan!Z9=5": "--set: Plan!Z9 is an empty cell of plan.xlsx",
                    "--limit Plan!Z9=5": "--limit: Plan!Z9 is an empty cell of plan.xlsx",
                    "--correlate Plan!A1,Plan!Z9=0.5": "--correlate: Plan!Z9 is an empty cell of plan.xlsx",
                },
            ),
        ),
    ),
)

CHOICES = Subject(
    "Inputs, outputs, values and limits",
    (
        Kind(
            "An option is not written as it should be",
            "Copy the example in the line, and put it in quotes.",
            rows(
                "run plan.xlsx",
                {
                    '--input "normal(10, 1)"': "--input 'normal(10, 1)' lacks an equals sign. Write it like",
                    "--input Plan!A1": "--input 'Plan!A1' lacks an equals sign",
                    "--input Plan!A1=": "--input 'Plan!A1=' has no distribution",
                    '--input "=normal(1, 2)"': "--input '=normal(1, 2)' names no cell",
                    "--input ''": "--input '' names no cell",
                    "--output ''": "--output '' names no cell",
                    "--output =Profit": "--output '=Profit' names no cell",
                    "--set Plan!A1": "--set 'Plan!A1' lacks an equals sign",
                    "--set Plan!A1=": "--set 'Plan!A1=' has no value",
                    "--set =5": "--set '=5' names no cell",
                    "--set ''": "--set '' names no cell",
                    "--limit Plan!A3": "--limit 'Plan!A3' lacks an equals sign",
                    "--limit Plan!A3=": "--limit 'Plan!A3=': '' is no number",
                    "--limit Plan!A3=low": "--limit 'Plan!A3=low': 'low' is no number",
                    "--limit Plan!A3=nan": "--limit 'Plan!A3=nan': 'nan' is no number",
                    "--limit Plan!A3=inf": "--limit 'Plan!A3=inf': 'inf' is no number",
                    "--limit Plan!A3=1_0": "--limit 'Plan!A3=1_0': '1_0' is no number",
                    "--limit =5": "--limit '=5' names no cell",
                    "--limit ''": "--limit '' names no cell",
                },
            ),
        ),
        Kind(
            "A cell is given a value twice",
            "A cell is either uncertain or set, once. What a set-up file says cannot be said again with an"
            " option: change the file.",
            rows(
                "run plan.xlsx",
                {
                    '--input "Plan!A1=normal(1, 2)" --set Plan!A1=5': "--set: Plan!A1 was already given a",
                    '--input "Plan!A1=normal(1, 2)" --input "Plan!A1=normal(1, 3)"': "Plan!A1 was already",
                    "--input 'plan!$A$1=normal(1, 2)' --input 'Plan!A1=normal(1, 3)'": "Plan!A1 was already",
                    "--set Plan!A1=5 --set Plan!A1=6": "--set: Plan!A1 was already given a value by --set",
                    '--setup good.toml --input "Plan!A1=normal(1, 2)"': "already given a value by good.toml",
                    "--setup good.toml --set Plan!A1=3": "already given a value by good.toml",
                },
            ),
        ),
        Kind(
            "Only a constant can be set",
            "Set the constants that the formula reads, or make the formula cell an input.",
            (row("run plan.xlsx --set Plan!A3=5", "--set: Plan!A3 holds a formula; only a constant"),),
        ),
        Kind(
            "A text would stand where the workbook has a number",
            "Write the number with a point, without grouping: `0.08`, `8%`, `1e6`; dates by serial number."
            " A text that is meant stands in quotes of its own: `--set 'Plan!A1=\"8%\"'`.",
            (
                *rows(
                    "run plan.xlsx",
                    {
                        "--set Plan!A1=1,5": "--set: Plan!A1 holds a number, and '1,5' would be a text.",
                        "--set Plan!A1=1_000": "Plan!A1 holds a number, and '1_000' would be a text",
                        "--set Plan!A1=1e999": "Plan!A1 holds a number, and '1e999' would be a text",
                        "--set Plan!A1=nan": "Plan!A1 holds a number, and 'nan' would be a text",
                        "--set Plan!A1=2026-01-31": "Plan!A1 holds a number, and '2026-01-31' would be a",
                        "--set Plan!A1=north": "Plan!A1 holds a number, and 'north' would be a text",
                    },
                ),
                Row(
                    f"run plan.xlsx --setup {WRONG_SETUP}",
                    (f"{WRONG_SETUP}: Plan!A1 holds a number, and '8%' would be a text.",),
                    setup="[[values]]\ncell = 'Plan!A1'\nvalue = '8%'",
                ),
            ),
        ),
        Kind(
            "An output is named twice, or none is named",
            "Name each output once, with `--output`, in the set-up file, or in the workbook with RiskOutput.",
            (
                row("run plan.xlsx --trials 100", "plan.xlsx has no output", "Name one with --output"),
                row("calc plan.xlsx --trial 1", "plan.xlsx has no output", "Name one with --output"),
                row("run plan.xlsx --output Plan!A3 --output Plan!A3=Profit", "Plan!A3 is an output twice"),
                row(f"{_RUN} --output 'plan!a3'", "Plan!A3 is an output twice"),
            ),
        ),
        Kind(
            "A limit belongs to an output",
            "Add the cell with `--output`.",
            (row(f"{_RUN} --limit Plan!A6=0", "Plan!A6 has a limit and is no output. Add it with --output"),),
        ),
    ),
)

CORRELATIONS = Subject(
    "Correlations",
    (
        Kind(
            "A correlation is not written as it should be",
            'Write two cells and a number: `--correlate "Sheet1!B5,Sheet1!B6=0.7"`.',
            rows(
                _TWO,
                {
                    "--correlate Plan!A1,Plan!A2=high": "'high' is no number. Write it like --correlate",
                    "--correlate Plan!A1,Plan!A2": "--correlate 'Plan!A1,Plan!A2' lacks an equals sign",
                    "--correlate Plan!A1,Plan!A2=": "'' is no number",
                    "--correlate Plan!A1,Plan!A2=nan": "'nan' is no number",
                    "--correlate Plan!A1=0.5": "--correlate 'Plan!A1=0.5' does not name two cells",
                    "--correlate Plan!A1,=0.5": "--correlate 'Plan!A1,=0.5' does not name two cells",
                    "--correlate 'Plan!A1;Plan!A2=0.5'": "does not name two cells",
                    "--correlate Plan!A1,Plan!A2,Plan!A6=0.5": "does not name two cells",
                    "--correlate =0.5": "--correlate '=0.5' names no cell",
                    "--correlate ''": "--correlate '' names no cell",
                },
            ),
        ),
        Kind(
            "A rank correlation that cannot be",
            "Give one number from -1 to 1 for each pair of inputs.",
            rows(
                _TWO,
                {
                    "--correlate Plan!A1,Plan!A2=1.5": "of Plan!A1 and Plan!A2, 1.5, is not from -1 to 1",
                    "--correlate Plan!A1,Plan!A2=-1.01": "Plan!A2, -1.01, is not from -1 to 1",
                    "--correlate Plan!A1,plan!a1=0.5": "--correlate: Plan!A1 is correlated with itself",
                    "--correlate Plan!A1,Plan!A2=0.5 --correlate Plan!A2,Plan!A1=0.6": "is given twice",
                },
            ),
        ),
        Kind(
            "What is correlated must be one uncertain number",
            "Give the cell a distribution with `--input`, or correlate the cells that it draws from."
            " At most 200 inputs form one group.",
            (
                *rows(
                    _RUN,
                    {
                        "--correlate Plan!A1,Plan!A2=0.5": "Plan!A2 is correlated and no input",
                        "--correlate Plan!A1,Plan!A3=0.5": "Plan!A3 is correlated and no input",
                        "--correlate Plan!A1,Plan!A5=0.5": "Plan!A5 is correlated and draws 2 numbers",
                    },
                ),
                Row(
                    f"run plan.xlsx --setup {WRONG_SETUP}",
                    ("201 inputs form one correlated group, Plan!B1 first. The most is 200",),
                    setup=_MANY,
                ),
            ),
        ),
    ),
)
