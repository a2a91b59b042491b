"""Set-up files that cannot be read, or say what no set-up file says."""

from tests.refusals.refusal_table import Kind, Subject, row, rows, setup_rows

_TWO_CELLS = '[[correlations]]\ncells = ["Plan!A1", "Plan!A2"]'
_INPUT = '[[inputs]]\ncell = "Plan!A1"'
_PAIRS = f"[[correlations]]\ncells = {['Plan!A1'] * 1_500}\nrank = 0.1"
_HUGE = f"0x{'f' * 5000}"

SETUP_FILES = Subject(
    "The set-up file",
    (
        Kind(
            "The file cannot be read",
            "Look at its name; it is TOML of at most 10 MB, in UTF-8.",
            rows(
                "run plan.xlsx",
                {
                    "--setup none.toml": "none.toml cannot be read: ",
                    "--setup folder.toml": "folder.toml cannot be read: ",
                    "--setup large.toml": "large.toml is too large for a set-up file. The most is 10 MB",
                    "--setup latin1.toml": "latin1.toml is not a set-up file (TOML): byte 16 is no text in",
                    "--setup plan.xlsx": "plan.xlsx is not a set-up file (TOML): byte",
                    "--setup notes.txt": "notes.txt is not a set-up file (TOML): Expected '=' after a key",
                    "--setup ''": "'--setup': the name of a file is empty",
                },
            ),
        ),
        Kind(
            "The file is no TOML",
            "Mend the place that the line names: texts stand in double quotes, each setting in its own line.",
            setup_rows(
                {
                    "trials = many": "is not a set-up file (TOML): Invalid value (at line 1, column 10)",
                    "trials = = 3": "is not a set-up file (TOML): Invalid value",
                    "trials = 1\ntrials = 2": "is not a set-up file (TOML): Cannot overwrite a value",
                    "[[inputs]\n": "is not a set-up file (TOML): ",
                    f"trials = {'9' * 5000}": "is not a set-up file (TOML): ",
                    f"trials = {'[' * 5000}": "is not a set-up file (TOML): ",
                }
            ),
        ),
        Kind(
            "There is no such setting",
            "Use the settings that the line names.",
            setup_rows(
                {
                    "trial = 3": "there is no setting 'trial'. Perhaps trials is meant",
                    "colour = 3": "there is no setting 'colour'. There are trials, seed, sampling",
                    f'{_INPUT}\ndist = "normal(1, 2)"': "[[inputs]] 1: there is no setting 'dist'",
                    f"{_TWO_CELLS}\nrho = 0.7": "[[correlations]] 1: there is no setting 'rho'",
                    '[[outputs]]\ncell = "Plan!A3"\nlimit = 0': "no setting 'limit'. Perhaps limits is meant",
                    '[[values]]\ncel = "Plan!A1"\nvalue = 1': "no setting 'cel'. Perhaps cell is meant",
                }
            ),
        ),
        Kind(
            "A number or a text has the wrong kind or size",
            "Write the setting as the line says.",
            setup_rows(
                {
                    "trials = 0": "trials: 0 trials are not possible",
                    "trials = 1e13": "trials are not possible",
                    "trials = 1.5": "trials: '1.5' is not a whole number of trials",
                    'trials = "many"': "trials must be a whole number from 1 to 1e12",
                    "trials = true": "trials must be a whole number from 1 to 1e12",
                    f"trials = {_HUGE}": "trials must be a whole number from 1 to 1e12",
                    'seed = "x"': "seed must be a whole number from 0 to 2^64 - 1",
                    "seed = -1": "seed: -1 is no seed",
                    f"seed = {_HUGE}": "seed must be a whole number from 0 to 2^64 - 1",
                    'sampling = "grid"': "sampling: there is no sampling 'grid'",
                    "sampling = 1": "sampling must be text",
                    "stop = 1": "stop must be text",
                    'stop = "mean"': "stop 'mean' is no stop rule",
                }
            ),
        ),
        Kind(
            "An entry lacks something, or is written in another form",
            "Write one `[[inputs]]`, `[[outputs]]`, `[[values]]` or `[[correlations]]` for each; the line"
            " counts them from 1.",
            setup_rows(
                {
                    _INPUT: "[[inputs]] 1: distribution is missing or not text",
                    '[[inputs]]\ndistribution = "normal(0, 1)"': "[[inputs]] 1: cell is missing or not text",
                    f"{_INPUT}\ndistribution = 5": "[[inputs]] 1: distribution is missing or not text",
                    '[inputs]\ncell = "Plan!A1"': "inputs must be written as [[inputs]]",
                    'outputs = ["Plan!A3"]': "outputs must be written as [[outputs]]",
                    _PAIRS: "the correlations are of 1,124,250 pairs of inputs. The most is 1,000,000",
                    "[[outputs]]\ncell = 3": "[[outputs]] 1: cell is missing or not text",
                    '[[outputs]]\ncell = "Plan!A3"\nname = 3': "[[outputs]] 1: name is missing or not text",
                    '[[outputs]]\ncell = "Plan!A3"\nlimits = ["low"]': "limits must be numbers",
                    '[[outputs]]\ncell = "Plan!A3"\nlimits = ""': "limits must be numbers",
                    'inputs = ""': "inputs must be written as [[inputs]]",
                    '[[values]]\ncell = "Plan!A1"': "[[values]] 1: Plan!A1 needs a value",
                    '[[values]]\ncell = "Plan!A1"\nvalue = [1]': "[[values]] 1: Plan!A1 needs a value",
                    '[[values]]\ncell = "Plan!A1"\nvalue = nan': "[[values]] 1: Plan!A1 needs a value",
                    f'[[values]]\ncell = "Plan!A1"\nvalue = {_HUGE}': "[[values]] 1: Plan!A1 needs a value",
                }
            ),
        ),
        Kind(
            "A cell or a distribution in the file is refused",
            "As for the options: the line names the file instead of the option.",
            setup_rows(
                {
                    '[[outputs]]\ncell = "Sales!A3"': ": Sales!A3: plan.xlsx has no sheet 'Sales'",
                    '[[outputs]]\ncell = "Plan!A1:A3"': '"Plan!A1:A3" is not the address of a cell but',
                    f'{_INPUT}\ndistribution = "normal(1)"': ": Plan!A1: Distribution 'normal(1)' cannot",
                    '[[values]]\ncell = "Plan!A3"\nvalue = 1': ": Plan!A3 holds a formula",
                }
            ),
        ),
        Kind(
            "A correlation matrix that is none",
            "Give either `rank`, or a symmetric `matrix` with 1 on its diagonal and a row for each cell. A"
            " matrix that contradicts itself is not refused but repaired, with a warning.",
            setup_rows(
                {
                    f"{_TWO_CELLS}\nmatrix = [[1, 0.5], [0.4, 1]]": "matrix must be symmetric",
                    f"{_TWO_CELLS}\nmatrix = [[2, 0.5], [0.5, 1]]": "with 1 on its diagonal",
                    f"{_TWO_CELLS}\nmatrix = [[1, 0.5]]": "matrix must have 2 rows of 2 numbers",
                    f'{_TWO_CELLS}\nmatrix = [[1, "a"], ["a", 1]]': "matrix must have 2 rows of 2 numbers",
                    f"{_TWO_CELLS}\nmatrix = 1": "matrix must have 2 rows of 2 numbers",
                    f"{_TWO_CELLS}": "[[correlations]] 1: give either rank or matrix",
                    f"{_TWO_CELLS}\nrank = 0.5\nmatrix = [[1, 0.5], [0.5, 1]]": "give either rank or matrix",
                    f'{_TWO_CELLS}\nrank = "high"': "[[correlations]] 1: rank must be a number",
                    f"{_TWO_CELLS}\nrank = nan": "[[correlations]] 1: rank must be a number",
                    f"{_TWO_CELLS}\nrank = {_HUGE}": "[[correlations]] 1: rank must be a number",
                    f"{_TWO_CELLS}\nrank = 2": "2.0, is not from -1 to 1",
                    '[[correlations]]\ncells = ["Plan!A1"]\nrank = 0.5': "cells must be two or more inputs",
                    "[[correlations]]\ncells = [1, 2]\nrank = 0.5": "cells must be two or more inputs",
                    '[[correlations]]\ncells = "Plan!A1"\nrank = 0.5': "cells must be two or more inputs",
                }
            ),
        ),
        Kind(
            "The file and the options say the same",
            "Say it in one place.",
            (
                row(
                    "run plan.xlsx --setup good.toml --output Plan!A3", "--output: Plan!A3 is an output twice"
                ),
            ),
        ),
    ),
)
