"""Numbers as a person types them: `0.08`, `1e6`, `8 %`."""

import re

# Nine digits of an exponent are out of range, whatever follows them. What is taken is not given back:
# a long text that is no number would be tried in all ways.
_NUMBER = re.compile(
    r"([-+]?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++))"
    r"(?:[eE]([-+]?)(?=[0-9])0*+([0-9]{0,9}+)[0-9]*+)?(\s*+%)?"
)


def number_or_percent(text: str) -> float | None:
    """The value of a text; infinite where it is out of range, None where it is neither.

    A percent is hundredths to the last bit: 7.3% is 0.073.
    """
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        return None
    digits, sign, exponent, percent = match.groups()
    power = int(f"{sign or ''}{exponent or 0}") - (0 if percent is None else 2)
    return float(f"{digits}e{power}")
