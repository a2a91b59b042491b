"""Writes a set-up as the TOML text that `setup_file` reads."""

import json

from mcdesk.formulas.setup_texts import SetupFile, ValueText, quoted_text
from mcdesk.foundation.error_codes import ErrorCode


def setup_text(setup: SetupFile) -> str:
    """The set-up as TOML; read again it is the same, but for the sources.

    Raises:
        ValueError: if a fixed cell is blank, which the file has no word for.
    """
    lines = [
        *(() if setup.trials is None else (f"trials = {setup.trials}",)),
        *(() if setup.seed is None else (f"seed = {setup.seed}",)),
        *(() if setup.sampling is None else (f"sampling = {_text(setup.sampling.value)}",)),
        *(() if not setup.stop else (f"stop = {_text(setup.stop)}",)),
    ]
    for each in setup.inputs:
        lines += [
            "",
            "[[inputs]]",
            f"cell = {_text(each.cell)}",
            f"distribution = {_text(each.distribution)}",
        ]
        lines += [f"name = {_text(each.name)}"] if each.name else []
    for output in setup.outputs:
        lines += ["", "[[outputs]]", f"cell = {_text(output.cell)}"]
        lines += [f"name = {_text(output.name)}"] if output.name else []
        limits = [each.limit for each in setup.limits if each.cell == output.cell]
        lines += [f"limits = [{', '.join(map(_number, limits))}]"] if limits else []
    for value in setup.values:
        lines += ["", "[[values]]", f"cell = {_text(value.cell)}", f"value = {_value(value)}"]
    for pair in setup.correlations:
        cells = f"[{_text(pair.first)}, {_text(pair.second)}]"
        lines += ["", "[[correlations]]", f"cells = {cells}", f"rank = {_number(pair.rank)}"]
    return "\n".join(lines).strip() + "\n"


def _value(text: ValueText) -> str:
    value = text.value
    if isinstance(value, ErrorCode):
        return _text(value.text)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, str):
        # in quotes of its own where it would be read as something else
        is_plain = not text.is_quoted and ErrorCode.from_text(value) is None and quoted_text(value) is None
        return _text(value if is_plain else f'"{value}"')
    raise ValueError("a blank cell cannot be written")


def _number(value: float) -> str:
    return repr(float(value))


def _text(text: str) -> str:
    # JSON's escapes are TOML's, but for DEL, which TOML wants escaped
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
