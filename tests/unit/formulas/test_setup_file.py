"""The set-up file and the options that say the same, as texts."""

from pathlib import Path

import pytest

from mcdesk.engine.sampling.sampler import Sampling
from mcdesk.formulas.setup_file import read_setup_file
from mcdesk.formulas.setup_option_texts import (
    correlation_text,
    input_text,
    limit_text,
    output_text,
    value_text,
)
from mcdesk.formulas.setup_texts import (
    InputText,
    OutputText,
    SetupFile,
    ValueText,
    sampling_of,
    seed_number,
    trial_count,
)
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.foundation.errors import InputRefused, OptionInvalid, SetupInvalid

WHOLE = """
trials = 100000
seed = 7
sampling = "mc"
[[inputs]]
cell = "Sheet1!B5"
distribution = "pert(0.05, 0.15, 0.35)"
name = "Growth"
[[outputs]]
cell = "Sheet1!J25"
[[values]]
cell = "Sheet1!B7"
value = 3
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "model.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_that_a_file_is_read_with_all_its_parts(tmp_path: Path) -> None:
    assert read_setup_file(write(tmp_path, WHOLE)) == SetupFile(
        inputs=(InputText("model.toml", "Sheet1!B5", "pert(0.05, 0.15, 0.35)", "Growth"),),
        outputs=(OutputText("model.toml", "Sheet1!J25"),),
        values=(ValueText("model.toml", "Sheet1!B7", 3.0),),
        trials=100_000,
        seed=7,
        sampling=Sampling.PLAIN,
    )


def test_that_trials_may_be_written_as_a_power_of_ten(tmp_path: Path) -> None:
    assert read_setup_file(write(tmp_path, "trials = 1e6")).trials == 1_000_000


@pytest.mark.parametrize("value", ["true", '"text"', "0.08", '"#N/A"', "'\"8%\"'"])
def test_that_a_value_keeps_its_kind(tmp_path: Path, value: str) -> None:
    text = f'[[values]]\ncell = "S!A1"\nvalue = {value}'

    found = read_setup_file(write(tmp_path, text)).values[0].value

    kept = {"true": True, '"text"': "text", "0.08": 0.08, '"#N/A"': ErrorCode.NA, "'\"8%\"'": "8%"}
    assert found == kept[value]


def test_that_a_byte_order_mark_before_the_text_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "model.toml"
    path.write_bytes(b"\xef\xbb\xbf" + WHOLE.encode("utf-8"))

    assert read_setup_file(path).seed == 7


def correlation_of(cells: int) -> str:
    return f"[[correlations]]\ncells = {['A1'] * cells}\nrank = 0.7\n"


REFUSED = {
    "no TOML": ("trials = = 3", "not a set-up file"),
    "a key without end": (".".join(["a"] * 100_000) + " = 1", "more than 40 dots"),
    "a text of quotes": ('x = "' + '\\"' * 100_000 + '"', "no setting 'x'"),
    "a key of 42 parts": (".".join(["a"] * 42) + " = 1", "more than 40 dots"),
    "a table without end": (f"[{' . '.join(['a'] * 100_000)}]", "more than 40 dots"),
    "a quoted key without end": (
        f"a = {{{'.'.join([chr(34) + chr(92) + chr(34) * 2] * 100_000)} = 1}}",
        "dots",
    ),
    "an unknown setting": ("trial = 3", "no setting 'trial'"),
    "an unknown key of an input": ('[[inputs]]\ncell = "S!A1"\ndist = "x"', "[[inputs]] 1"),
    "an input without a cell": ('[[inputs]]\ndistribution = "normal(0, 1)"', "cell is missing"),
    "an input without a distribution": ('[[inputs]]\ncell = "S!A1"', "distribution is missing"),
    "a table instead of a list": ('[inputs]\ncell = "S!A1"', "[[inputs]]"),
    "a correlation of one cell": ('[[correlations]]\ncells = ["A1"]\nrank = 0.7', "two or more"),
    "a correlation of numbers": ("[[correlations]]\ncells = [1, 2]\nrank = 0.7", "two or more"),
    "a correlation without rank": ('[[correlations]]\ncells = ["A1", "A2"]', "either rank or matrix"),
    "a rank that is text": ('[[correlations]]\ncells = ["A1", "A2"]\nrank = "high"', "rank must be"),
    "a rank that is not a number": ('[[correlations]]\ncells = ["A1", "A2"]\nrank = nan', "rank must be"),
    "a matrix of another shape": ('[[correlations]]\ncells = ["A1", "A2"]\nmatrix = [[1, 0.5]]', "2 rows"),
    "a matrix with text": ('[[correlations]]\ncells = ["A1", "A2"]\nmatrix = [[1, "a"], ["a", 1]]', "2 rows"),
    "a matrix that is lopsided": (
        '[[correlations]]\ncells = ["A1", "A2"]\nmatrix = [[1, 0.5], [0.4, 1]]',
        "symmetric",
    ),
    "a correlation of very many": (correlation_of(20_000), "199,990,000 pairs"),
    "very many correlations": (correlation_of(200) * 51, "1,014,900 pairs"),
    "a correlation with another key": ('[[correlations]]\ncells = ["A1", "A2"]\nrho = 0.7', "rho"),
    "a stop rule that is a number": ("stop = 1", "stop must be text"),
    "a stop rule without a tolerance": ('stop = "mean"', "stop"),
    "limits that are text": ('[[outputs]]\ncell = "A1"\nlimits = ["low"]', "limits must be numbers"),
    "limits that are one number": ('[[outputs]]\ncell = "A1"\nlimits = 3', "limits must be numbers"),
    "no trials": ("trials = 0", "1 to 1e12"),
    "half a trial": ("trials = 1.5", "whole number"),
    "trials in words": ('trials = "many"', "whole number"),
    "a seed in words": ('seed = "x"', "seed"),
    "a negative seed": ("seed = -1", "seed"),
    "a value that is a list": ('[[values]]\ncell = "S!A1"\nvalue = [1]', "S!A1"),
    "a value that is no number": ('[[values]]\ncell = "S!A1"\nvalue = nan', "S!A1"),
}


@pytest.mark.parametrize(("text", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_that_a_bad_file_is_refused_in_one_line_with_its_name(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(InputRefused) as caught:
        read_setup_file(write(tmp_path, text))

    assert str(caught.value).startswith("model.toml")
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there is no endless file")
def test_that_an_endless_file_is_given_up() -> None:
    with pytest.raises(SetupInvalid, match="zero is too large"):
        read_setup_file(Path("/dev/zero"))


def test_that_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SetupInvalid, match="cannot be read"):
        read_setup_file(tmp_path / "none.toml")


def test_that_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.toml"
    path.write_bytes(b"\xff\xfe\x00")

    with pytest.raises(SetupInvalid, match="not a set-up file"):
        read_setup_file(path)


def test_that_an_equals_sign_in_a_quoted_sheet_name_is_part_of_it() -> None:
    found = input_text("'a=b'!B5 = normal(0, 1)")

    assert (found.cell, found.distribution) == ("'a=b'!B5", "normal(0, 1)")


@pytest.mark.parametrize("option", ["S!B5", "S!B5="])
def test_that_an_input_without_distribution_is_refused(option: str) -> None:
    with pytest.raises(OptionInvalid):
        input_text(option)


def test_that_an_output_may_have_a_name() -> None:
    assert output_text("S!J25=Net value") == OutputText("--output", "S!J25", "Net value")
    assert output_text("S!J25") == OutputText("--output", "S!J25", "")


@pytest.mark.parametrize(
    ("text", "value"),
    [("0.08", 0.08), ("true", True), ("FALSE", False), ("north", "north"), ('"12"', "12"), ("nan", "nan")],
)
def test_that_a_set_value_is_a_number_a_logical_value_or_text(text: str, value: object) -> None:
    found = value_text(f"S!B7={text}").value

    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("0", 0.0),
        ("-1e3", -1000.0),
        ("7.3%", 0.073),
        ("-5 %", -0.05),
        ("1e-0000000005", 1e-5),
        ("1e-400", 0.0),
    ],
)
def test_that_a_limit_is_a_number_or_a_percent(text: str, limit: float) -> None:
    assert limit_text(f"S!B7={text}").limit == limit


@pytest.mark.parametrize(
    "text", ["", "%", "low", "nan", "inf", "1e400", "1e99999999999999999999", "1_000", "5%%"]
)
def test_that_a_limit_that_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(OptionInvalid, match="is no number"):
        limit_text(f"S!B7={text}")


def test_that_a_rank_may_be_a_percent() -> None:
    assert correlation_text("S!B5,S!B6=-70%").rank == -0.7


@pytest.mark.parametrize(
    ("text", "count"), [("1", 1), ("1e6", 10**6), ("10_000", 10_000), ("1E12", 10**12), ("2.5e3", 2500)]
)
def test_that_trials_are_read(text: str, count: int) -> None:
    assert trial_count(text, "--trials") == count


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "1e13", "1000000000001", "many", "nan", "inf", ""])
def test_that_impossible_trials_are_refused(text: str) -> None:
    with pytest.raises(OptionInvalid, match="--trials"):
        trial_count(text, "--trials")


def test_that_a_seed_has_64_bits() -> None:
    assert seed_number(2**64 - 1, "--seed") == 2**64 - 1
    with pytest.raises(OptionInvalid):
        seed_number(2**64, "--seed")


def test_that_an_unknown_sampling_is_refused_with_those_there_are() -> None:
    with pytest.raises(OptionInvalid, match="mc, lhs, sobol"):
        sampling_of("random", "--sampling")


def test_that_options_add_cells_and_replace_numbers() -> None:
    file = SetupFile(inputs=(input_text("A1=normal(0, 1)"),), trials=10, seed=1)
    options = SetupFile(inputs=(input_text("A2=normal(0, 1)"),), trials=20)

    both = file.extended(options)

    assert [text.cell for text in both.inputs] == ["A1", "A2"]
    assert (both.trials, both.seed) == (20, 1)


def test_that_correlations_limits_and_a_stop_rule_are_read(tmp_path: Path) -> None:
    path = tmp_path / "setup.toml"
    path.write_text(
        """
        stop = "mean 1%"
        [[outputs]]
        cell = "S!A9"
        limits = [0, 2.5]
        [[correlations]]
        cells = ["S!A1", "S!A2", "S!A3"]
        rank = 0.5
        [[correlations]]
        cells = ["S!A4", "S!A5"]
        matrix = [[1, -0.25], [-0.25, 1]]
        """,
        encoding="utf-8",
    )

    found = read_setup_file(path)

    assert found.stop == "mean 1%"
    assert [(each.cell, each.limit) for each in found.limits] == [("S!A9", 0.0), ("S!A9", 2.5)]
    assert [(each.first, each.second, each.rank) for each in found.correlations] == [
        ("S!A1", "S!A2", 0.5),
        ("S!A1", "S!A3", 0.5),
        ("S!A2", "S!A3", 0.5),
        ("S!A4", "S!A5", -0.25),
    ]
