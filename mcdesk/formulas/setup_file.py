"""What a person asks to be simulated, as texts: the set-up file (TOML) and the options that say the same.

`choice_resolution` makes a SimulationChoice of the texts; nothing here looks at a workbook.
"""

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mcdesk.engine.sampling.sampler import Sampling
from mcdesk.formulas.values import Scalar
from mcdesk.foundation.errors import OptionInvalid, SetupInvalid

MOST_TRIALS = 10**12
MOST_SEED = 2**64 - 1
MOST_FILE_BYTES = 10_000_000

_TOP_KEYS = ("trials", "seed", "sampling", "inputs", "outputs", "values", "correlations")


@dataclass(frozen=True, slots=True)
class InputText:
    """An uncertain cell and its distribution; `source` is the file or option that names it."""

    source: str
    cell: str
    distribution: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class OutputText:
    """A cell whose distribution is wanted."""

    source: str
    cell: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class ValueText:
    """A constant cell and the value that it has in this run."""

    source: str
    cell: str
    value: Scalar


@dataclass(frozen=True, slots=True)
class SetupFile:
    """A set-up with its cells as text; what it leaves open is None."""

    inputs: tuple[InputText, ...] = ()
    outputs: tuple[OutputText, ...] = ()
    values: tuple[ValueText, ...] = ()
    trials: int | None = None
    seed: int | None = None
    sampling: Sampling | None = None

    def extended(self, other: "SetupFile") -> "SetupFile":
        """Both together; a number or a sampling of `other` goes before one of this."""
        return SetupFile(
            inputs=self.inputs + other.inputs,
            outputs=self.outputs + other.outputs,
            values=self.values + other.values,
            trials=self.trials if other.trials is None else other.trials,
            seed=self.seed if other.seed is None else other.seed,
            sampling=other.sampling or self.sampling,
        )


def read_setup_file(path: Path) -> SetupFile:
    """Read a set-up file.

    Raises:
        SetupInvalid: naming the file and the reason, if it cannot be read or says something else.
    """
    try:
        if path.stat().st_size > MOST_FILE_BYTES:
            raise SetupInvalid(f"{path.name} is too large for a set-up file")
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SetupInvalid(f"{path} cannot be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        # Bad UTF-8 and bad TOML are both ValueErrors; nesting without end is the other one.
        reason = " ".join(str(error).split())[:200]
        raise SetupInvalid(f"{path.name} is not a set-up file (TOML): {reason}") from error
    return _setup(path.name, table)


def input_text(option: str) -> InputText:
    """The value of `--input`: `Sheet1!B5=triangular(1, 2, 4)`.

    Raises:
        OptionInvalid: if it has no `=`.
    """
    cell, distribution = _split_assignment("--input", option)
    if not distribution:
        raise OptionInvalid(f"--input {option!r} has no distribution", _INPUT_EXAMPLE)
    return InputText("--input", cell, distribution)


def output_text(option: str) -> OutputText:
    """The value of `--output`: `Sheet1!J25` or `Sheet1!J25=Net value`."""
    cell, name = _split_cell(option)
    return OutputText("--output", cell, name or "")


def value_text(option: str) -> ValueText:
    """The value of `--set`: a number, TRUE or FALSE, or text; in double quotes anything is text.

    Raises:
        OptionInvalid: if it has no `=`.
    """
    cell, value = _split_assignment("--set", option)
    return ValueText("--set", cell, _scalar(value))


def trial_count(text: str, source: str) -> int:
    """A number of trials from 1 to 1e12, written `10000`, `10_000` or `1e4`.

    Raises:
        OptionInvalid: for anything else.
    """
    try:
        # Python's int reads 10_000, and exactly; its float reads 1e6.
        number = int(text) if text.strip("+").replace("_", "").isdecimal() else float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or number != math.floor(number):
        raise OptionInvalid(f"{source}: {text!r} is not a whole number of trials", "Write 10000 or 1e4.")
    if not 1 <= number <= MOST_TRIALS:
        raise OptionInvalid(f"{source}: {text} trials are not possible", "Choose from 1 to 1e12 trials.")
    return int(number)


def seed_number(value: int, source: str) -> int:
    """A seed, 0 to 2^64 - 1.

    Raises:
        OptionInvalid: if it is outside.
    """
    if not 0 <= value <= MOST_SEED:
        raise OptionInvalid(f"{source}: {value} is no seed", "Choose a whole number from 0 to 2^64 - 1.")
    return value


def sampling_of(text: str, source: str) -> Sampling:
    """The sampling of this name.

    Raises:
        OptionInvalid: if there is none.
    """
    names = [sampling.value for sampling in Sampling]
    if text not in names:
        raise OptionInvalid(f"{source}: there is no sampling {text!r}", f"It is one of {', '.join(names)}.")
    return Sampling(text)


_INPUT_EXAMPLE = 'Write it like --input "Sheet1!B5=triangular(1, 2, 4)".'


def _setup(source: str, table: Mapping[str, object]) -> SetupFile:
    _refuse_unknown_keys(source, "", table, _TOP_KEYS)
    if table.get("correlations"):
        raise SetupInvalid(f"{source}: [[correlations]] come in a later version", "Remove them to go on.")
    return SetupFile(
        inputs=tuple(_input(source, *entry) for entry in _entries(source, table, "inputs")),
        outputs=tuple(_output(source, *entry) for entry in _entries(source, table, "outputs")),
        values=tuple(_value(source, *entry) for entry in _entries(source, table, "values")),
        trials=_trials(source, table.get("trials")),
        seed=_seed(source, table.get("seed")),
        sampling=_sampling(source, table.get("sampling")),
    )


def _input(source: str, place: str, entry: Mapping[str, object]) -> InputText:
    _refuse_unknown_keys(source, place, entry, ("cell", "distribution", "name"))
    cell, distribution = _text(source, place, entry, "cell"), _text(source, place, entry, "distribution")
    return InputText(source, cell, distribution, _name(source, place, entry))


def _output(source: str, place: str, entry: Mapping[str, object]) -> OutputText:
    _refuse_unknown_keys(source, place, entry, ("cell", "name"))
    return OutputText(source, _text(source, place, entry, "cell"), _name(source, place, entry))


def _value(source: str, place: str, entry: Mapping[str, object]) -> ValueText:
    _refuse_unknown_keys(source, place, entry, ("cell", "value"))
    cell, value = _text(source, place, entry, "cell"), entry.get("value")
    if isinstance(value, bool | str):
        return ValueText(source, cell, value)
    if isinstance(value, int | float) and abs(value) < math.inf:
        return ValueText(source, cell, float(value))
    raise SetupInvalid(f"{source}: {cell} needs a value that is a number, true, false or text")


def _entries(source: str, table: Mapping[str, object], key: str) -> list[tuple[str, Mapping[str, object]]]:
    entries = table.get(key, [])
    if not isinstance(entries, Sequence) or not all(isinstance(entry, Mapping) for entry in entries):
        raise SetupInvalid(f"{source}: {key} must be written as [[{key}]], one for each cell")
    return [(f"[[{key}]] {number}: ", entry) for number, entry in enumerate(entries, 1)]


def _text(source: str, place: str, entry: Mapping[str, object], key: str) -> str:
    text = entry.get(key)
    if not isinstance(text, str) or not text.strip():
        raise SetupInvalid(f"{source}: {place}{key} is missing or not text", f'Write {key} = "...".')
    return text


def _name(source: str, place: str, entry: Mapping[str, object]) -> str:
    return _text(source, place, entry, "name") if entry.get("name", "") != "" else ""


def _trials(source: str, value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SetupInvalid(f"{source}: trials must be a whole number")
    return trial_count(str(value), source)


def _seed(source: str, value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise SetupInvalid(f"{source}: seed must be a whole number")
    return seed_number(value, source)


def _sampling(source: str, value: object) -> Sampling | None:
    return None if value is None else sampling_of(str(value), source)


def _refuse_unknown_keys(source: str, place: str, table: Mapping[str, object], keys: Sequence[str]) -> None:
    unknown = [key for key in table if key not in keys]
    if unknown:
        raise SetupInvalid(
            f"{source}: {place}there is no setting {unknown[0][:40]!r}", f"There are {', '.join(keys)}."
        )


def _split_assignment(name: str, option: str) -> tuple[str, str]:
    cell, value = _split_cell(option)
    if value is None:
        raise OptionInvalid(f"{name} {option!r} lacks an equals sign", "Write it as Sheet1!B5=...")
    return cell, value


def _split_cell(option: str) -> tuple[str, str | None]:
    """The cell before the first `=` that does not belong to a quoted sheet name, and what follows."""
    is_quoted = False
    for place, letter in enumerate(option):
        if letter == "'":
            is_quoted = not is_quoted
        elif letter == "=" and not is_quoted:
            return option[:place].strip(), option[place + 1 :].strip()
    return option.strip(), None


def _scalar(text: str) -> Scalar:
    if len(text) >= 2 and text[0] == text[-1] == '"':
        return text[1:-1]
    if text.upper() in ("TRUE", "FALSE"):
        return text.upper() == "TRUE"
    try:
        number = float(text)
    except ValueError:
        return text
    return number if math.isfinite(number) and "_" not in text else text
