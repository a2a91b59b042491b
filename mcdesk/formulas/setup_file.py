"""The set-up file (TOML); nothing here looks at a workbook."""

import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

from mcdesk.engine.sampling.sampler import Sampling
from mcdesk.engine.stop_rule import parse_stop_rule
from mcdesk.formulas.setup_texts import (
    CorrelationText,
    InputText,
    LimitText,
    OutputText,
    SetupFile,
    ValueText,
    quoted_text,
    sampling_of,
    seed_number,
    trial_count,
)
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.foundation.errors import SetupInvalid
from mcdesk.foundation.kept_file import open_kept

MOST_FILE_BYTES = 10_000_000
_MOST_BITS = 1_023
# fifty groups of as many inputs as one may have; a list of n cells stands for about n * n / 2 pairs
MOST_PAIRS = 1_000_000
# No key that is known has a dot; the parser takes minutes for one with ten thousands.
_DOTTED_KEY = re.compile(
    r"""(?<![\w"'\\-])(?:(?:[\w-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){41}"""
)

_TOP_KEYS = ("trials", "seed", "sampling", "stop", "inputs", "outputs", "values", "correlations")


def read_setup_file(path: Path) -> SetupFile:
    """Read a set-up file.

    Raises:
        SetupInvalid: naming the file and the reason, if it cannot be read or says something else.
    """
    try:
        # A pipe or a device does not say how long it is.
        with open_kept(path) as file:
            text = file.read(MOST_FILE_BYTES + 1)
        if len(text) > MOST_FILE_BYTES:
            most = f"The most is {MOST_FILE_BYTES // 1_000_000} MB."
            raise SetupInvalid(f"{path.name} is too large for a set-up file", most)
        table = _toml(path.name, text.decode("utf-8-sig"))
    except OSError as error:
        raise SetupInvalid(f"{path} cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        reason = f"byte {error.start + 1} is no text in UTF-8"
        raise SetupInvalid(
            f"{path.name} is not a set-up file (TOML): {reason}", "Save it as text in UTF-8."
        ) from error
    except (ValueError, RecursionError) as error:
        # Bad TOML is a ValueError; nesting without end is the other one.
        reason = " ".join(str(error).split())[:200]
        raise SetupInvalid(f"{path.name} is not a set-up file (TOML): {reason}") from error
    return _setup(path.name, table)


def _toml(source: str, text: str) -> Mapping[str, object]:
    """What a text in TOML says, without such as would keep the parser busy."""
    if _DOTTED_KEY.search(text):
        raise SetupInvalid(f"{source} is not a set-up file (TOML): a key has more than 40 dots")
    return tomllib.loads(text)


def _setup(source: str, table: Mapping[str, object]) -> SetupFile:
    _refuse_unknown_keys(source, "", table, _TOP_KEYS)
    outputs, correlations = _entries(source, table, "outputs"), _entries(source, table, "correlations")
    return SetupFile(
        inputs=tuple(_input(source, *entry) for entry in _entries(source, table, "inputs")),
        outputs=tuple(_output(source, *entry) for entry in outputs),
        values=tuple(_value(source, *entry) for entry in _entries(source, table, "values")),
        limits=tuple(each for entry in outputs for each in _limits(source, *entry)),
        correlations=_correlation_texts(source, correlations),
        trials=_trials(source, table.get("trials")),
        seed=_seed(source, table.get("seed")),
        sampling=_sampling(source, table.get("sampling")),
        stop=_stop(source, table.get("stop")),
    )


def _input(source: str, place: str, entry: Mapping[str, object]) -> InputText:
    _refuse_unknown_keys(source, place, entry, ("cell", "distribution", "name"))
    cell, distribution = _text(source, place, entry, "cell"), _text(source, place, entry, "distribution")
    return InputText(source, cell, distribution, _name(source, place, entry))


def _output(source: str, place: str, entry: Mapping[str, object]) -> OutputText:
    _refuse_unknown_keys(source, place, entry, ("cell", "name", "limits"))
    return OutputText(source, _text(source, place, entry, "cell"), _name(source, place, entry))


def _limits(source: str, place: str, entry: Mapping[str, object]) -> list[LimitText]:
    limits = entry.get("limits", [])
    if not isinstance(limits, list) or not all(map(_is_number, limits)):
        raise SetupInvalid(f"{source}: {place}limits must be numbers", "Write limits = [0.0].")
    return [LimitText(source, _text(source, place, entry, "cell"), float(limit)) for limit in limits]


def _correlation_texts(
    source: str, entries: Sequence[tuple[str, Mapping[str, object]]]
) -> tuple[CorrelationText, ...]:
    counts = [len(cells) for _, entry in entries if isinstance(cells := entry.get("cells"), list)]
    pairs = sum(count * (count - 1) // 2 for count in counts)
    if pairs > MOST_PAIRS:
        raise SetupInvalid(
            f"{source}: the correlations are of {pairs:,} pairs of inputs", f"The most is {MOST_PAIRS:,}."
        )
    return tuple(each for entry in entries for each in _correlations(source, *entry))


def _correlations(source: str, place: str, entry: Mapping[str, object]) -> list[CorrelationText]:
    _refuse_unknown_keys(source, place, entry, ("cells", "rank", "matrix"))
    cells = entry.get("cells")
    if not isinstance(cells, list) or len(cells) < 2 or not all(isinstance(cell, str) for cell in cells):
        raise SetupInvalid(
            f"{source}: {place}cells must be two or more inputs", 'Write cells = ["Sheet1!B5", "Sheet1!B6"].'
        )
    ranks = _matrix(source, place, entry, len(cells))
    return [
        CorrelationText(source, cells[i], cells[j], ranks[i][j])
        for i in range(len(cells))
        for j in range(i + 1, len(cells))
    ]


def _matrix(source: str, place: str, entry: Mapping[str, object], count: int) -> list[list[float]]:
    rank, matrix = entry.get("rank"), entry.get("matrix")
    if (rank is None) == (matrix is None):
        raise SetupInvalid(f"{source}: {place}give either rank or matrix", "Write rank = 0.7.")
    if matrix is None:
        if not _is_number(rank):
            raise SetupInvalid(f"{source}: {place}rank must be a number", "Write rank = 0.7.")
        return [[float(str(rank))] * count for _ in range(count)]
    shape = f"{source}: {place}matrix must have {count} rows of {count} numbers"
    if not isinstance(matrix, list) or len(matrix) != count:
        raise SetupInvalid(shape)
    for row in matrix:
        if not isinstance(row, list) or len(row) != count or not all(map(_is_number, row)):
            raise SetupInvalid(shape)
    rows = [[float(value) for value in row] for row in matrix]
    for i in range(count):
        if rows[i][i] != 1.0 or any(rows[i][j] != rows[j][i] for j in range(i)):
            raise SetupInvalid(f"{source}: {place}matrix must be symmetric, with 1 on its diagonal")
    return rows


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return _is_in_range(value) and math.isfinite(value)


def _is_in_range(value: float) -> bool:
    """Whether a number of the file is one for a float: TOML writes whole numbers of any length."""
    return not isinstance(value, int) or value.bit_length() <= _MOST_BITS


def _stop(source: str, value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise SetupInvalid(f"{source}: stop must be text", 'Write stop = "mean 1%".')
    return parse_stop_rule(value, f"{source}: stop").text


def _value(source: str, place: str, entry: Mapping[str, object]) -> ValueText:
    _refuse_unknown_keys(source, place, entry, ("cell", "value"))
    cell, value = _text(source, place, entry, "cell"), entry.get("value")
    if isinstance(value, str):
        quoted = quoted_text(value)
        known = ErrorCode.from_text(value) or value
        return ValueText(source, cell, known if quoted is None else quoted, quoted is not None)
    if isinstance(value, bool):
        return ValueText(source, cell, value)
    if _is_number(value):
        return ValueText(source, cell, float(str(value)))
    raise SetupInvalid(f"{source}: {place}{cell} needs a value that is a number, true, false or text")


def _entries(source: str, table: Mapping[str, object], key: str) -> list[tuple[str, Mapping[str, object]]]:
    entries = table.get(key, [])
    if not isinstance(entries, list) or not all(isinstance(entry, Mapping) for entry in entries):
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
    if isinstance(value, bool) or not isinstance(value, int | float) or not _is_in_range(value):
        raise SetupInvalid(f"{source}: trials must be a whole number from 1 to 1e12", "Write trials = 10000.")
    return trial_count(str(value), f"{source}: trials")


def _seed(source: str, value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not _is_in_range(value):
        raise SetupInvalid(f"{source}: seed must be a whole number from 0 to 2^64 - 1", "Write seed = 1.")
    return seed_number(value, f"{source}: seed")


def _sampling(source: str, value: object) -> Sampling | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise SetupInvalid(f"{source}: sampling must be text", 'Write sampling = "mc".')
    return sampling_of(value, f"{source}: sampling")


def _refuse_unknown_keys(source: str, place: str, table: Mapping[str, object], keys: Sequence[str]) -> None:
    unknown = [key for key in table if key not in keys]
    if unknown:
        near = get_close_matches(unknown[0], keys, n=1)
        advice = f"Perhaps {near[0]} is meant." if near else f"There are {', '.join(keys)}."
        raise SetupInvalid(f"{source}: {place}there is no setting {unknown[0][:40]!r}", advice)
