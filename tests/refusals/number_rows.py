"""Trials, seeds, sampling, back end, stop rules, and the file that trials are saved to."""

from tests.refusals.refusal_table import Kind, Subject, row, rows

_WHOLE = "is not a whole number of trials. Write 10000 or 1e4."
_MOST = "trials are not possible. Choose from 1 to 1e12 trials."

NUMBERS = Subject(
    "Trials, seed and sampling",
    (
        Kind(
            "The number of trials is out of range",
            "Ask for 1 to 1e12 trials.",
            rows(
                "run plan.xlsx",
                {
                    "--trials 0": f"--trials: 0 {_MOST}",
                    "--trials -5": f"--trials: -5 {_MOST}",
                    "--trials 1e13": f"--trials: 1e13 {_MOST}",
                    "--trials 1000000000001": f"--trials: 1000000000001 {_MOST}",
                },
            ),
        ),
        Kind(
            "The number of trials is no whole number",
            "Write 10000, 10_000 or 1e4, without a comma.",
            rows(
                "run plan.xlsx",
                {
                    "--trials 10,000": f"--trials: '10,000' {_WHOLE}",
                    "--trials many": f"--trials: 'many' {_WHOLE}",
                    "--trials 1.5": f"--trials: '1.5' {_WHOLE}",
                    "--trials ''": f"--trials: '' {_WHOLE}",
                    "--trials nan": f"--trials: 'nan' {_WHOLE}",
                    "--trials inf": f"--trials: 'inf' {_WHOLE}",
                    f"--trials {'9' * 5000}": "is not a whole number of trials",
                },
            ),
        ),
        Kind(
            "So many trials do not fit",
            "Use fewer trials, or no `--save-trials`, which keeps every trial: without it"
            " any number fits. Sobol sampling has 2^36 points.",
            (
                row(
                    "run plan.xlsx --setup good.toml --trials 1e12 --save-trials a.csv",
                    "To save 1,000,000,000,000 trials of 2 cells needs 34,000.0 GB",
                ),
                row(
                    "run plan.xlsx --setup good.toml --trials 1e12 --sampling sobol",
                    "Sobol sampling has 68,719,476,736 points",
                ),
            ),
        ),
        Kind(
            "The trial to be shown does not exist",
            "Trials count from 1. With `lhs` and `sobol` they depend on their number: give the same"
            " `--trials` as in the run.",
            (
                row("calc plan.xlsx --trial 0", "--trial: there is no trial '0'", "count from 1"),
                row("calc plan.xlsx --trial -1", "--trial: there is no trial '-1'"),
                row("calc plan.xlsx --trial 1.5", "--trial: there is no trial '1.5'"),
                row("calc plan.xlsx --trial last", "--trial: there is no trial 'last'"),
                row("calc plan.xlsx --trial ''", "--trial: there is no trial ''"),
                row("calc plan.xlsx --trial 1e13", "--trial: there is no trial '1e13'"),
                row("calc plan.xlsx --trials 10 --trial 11", "--trial: 11 is beyond the 10 of --trials"),
                row(
                    "calc plan.xlsx --setup good.toml --sampling lhs --trial 10001",
                    "Trial 10,001 is beyond the 10,000 of the run",
                ),
                row(
                    "calc plan.xlsx --setup good.toml --sampling sobol --trial 2e4",
                    "Trial 20,000 is beyond the 10,000 of the run",
                ),
            ),
        ),
        Kind(
            "The seed is no seed",
            "Choose a whole number from 0 to 2^64 - 1.",
            rows(
                "run plan.xlsx",
                {
                    "--seed -1": "--seed: -1 is no seed. Choose a whole number",
                    "--seed 18446744073709551616": "--seed: 18446744073709551616 is no seed",
                    "--seed 1.5": "'--seed': '1.5' is not a valid integer",
                    "--seed today": "'--seed': 'today' is not a valid integer",
                    "--seed ''": "'--seed': '' is not a valid integer",
                },
            ),
        ),
        Kind(
            "There is no such sampling or back end",
            "Choose one of those that the line names, in small letters.",
            rows(
                "run plan.xlsx",
                {
                    "--sampling grid": "--sampling: there is no sampling 'grid'. It is one of mc, lhs, sobol",
                    "--sampling LHS": "--sampling: there is no sampling 'LHS'",
                    "--sampling ''": "--sampling: there is no sampling ''",
                    "--backend gpu": "--backend: there is no back end 'gpu'. It is one of auto, cuda, cpu",
                    "--backend ''": "--backend: there is no back end ''",
                },
            ),
        ),
    ),
)

STOPPING = Subject(
    "Stop rules and saved trials",
    (
        Kind(
            "A stop rule says something else",
            "Write the statistic, the tolerance and, unless it is 95 %, the confidence. The statistic is"
            " `mean`, `sd`, a percentile (`p95`) or a probability (`prob<0`); a tolerance in per cent is"
            " relative, of a probability absolute.",
            rows(
                "run plan.xlsx",
                {
                    '--stop "median 1%"': "--stop 'median 1%': there is no statistic 'median'. Write",
                    "--stop mean": "--stop 'mean' is no stop rule. Write",
                    "--stop ''": "--stop '' is no stop rule",
                    '--stop "mean 1% 95% now"': "--stop 'mean 1% 95% now' is no stop rule",
                    '--stop "mean 0"': "the tolerance must be above 0",
                    '--stop "mean -1%"': "the tolerance must be above 0",
                    '--stop "mean inf"': "the tolerance 'inf' is no number",
                    '--stop "mean nan"': "the tolerance 'nan' is no number",
                    '--stop "mean little"': "the tolerance 'little' is no number",
                    '--stop "mean 1_0%"': "the tolerance '1_0%' is no number",
                    '--stop "mean 1% 0"': "the confidence must lie between 0 and 100 %",
                    '--stop "mean 1% 100%"': "the confidence must lie between 0 and 100 %",
                    '--stop "mean 1% 95"': "the confidence must lie between 0 and 100 %",
                    '--stop "mean 1% often"': "the confidence 'often' is no number",
                    '--stop "p0 1%"': "a percentile lies between 0 and 100",
                    '--stop "p100 1%"': "a percentile lies between 0 and 100",
                    '--stop "p9.5.5 1%"': "the percentile '9.5.5' is no number",
                    '--stop "p 1%"': "there is no statistic 'p'",
                    '--stop "prob>0 1%"': "there is no statistic 'prob>0'",
                    '--stop "prob<low 1%"': "there is no statistic 'prob<low'",
                    '--stop "prob<1e999 1%"': "the limit is not a finite number",
                    '--stop "prob<0 200%"': "the tolerance of a probability is below 100 %",
                },
            ),
        ),
        Kind(
            "The trials cannot be saved there",
            "Name a file that ends in .csv, .npz or .parquet, in a folder that exists and that you may write"
            " to. The folder is tried before the run.",
            rows(
                "run plan.xlsx --setup good.toml",
                {
                    "--save-trials trials.doc": "trials.doc cannot be written: the suffix .doc stands for no",
                    "--save-trials trials": "trials cannot be written: a name without suffix",
                    "--save-trials .csv": ".csv cannot be written: a name without suffix",
                    "--save-trials plan.xlsx": "plan.xlsx cannot be written: the suffix .xlsx",
                    "--save-trials none/trials.csv": "trials.csv cannot be written: there is no folder none",
                    "--save-trials plan.xlsx/trials.csv": "cannot be written: there is no folder plan.xlsx",
                    "--save-trials folder.csv": "folder.csv cannot be written: it is a folder",
                    f"--save-trials {'a' * 300}.csv": "cannot be written: ",
                    "--save-trials ''": "'--save-trials': the name of a file is empty",
                },
            ),
        ),
    ),
)
