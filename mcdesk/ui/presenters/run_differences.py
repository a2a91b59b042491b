"""What tells runs apart that would read the same in a list: `2 values changed`, `correlated`."""

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from mcdesk.dispatch.stored_setup import stored_setup
from mcdesk.engine.sampling.sampler import Sampling
from mcdesk.formulas.values import BLANK, Scalar
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.foundation.errors import RecordMissing
from mcdesk.history.run_record import RunRecord

# More does not fit beside the other texts of a row.
MOST_LETTERS = 32
_SHEET = re.compile(r"(?:'(?:[^']|'')*'|[^ ,!']*)!")
_SAMPLING_WORDS = {
    Sampling.PLAIN: "",
    Sampling.LATIN_HYPERCUBE: "Latin hypercube",
    Sampling.SOBOL: "Sobol",
}


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of a run: texts by cell, and what is said where their numbers differ."""

    count_words: str
    text_by_cell: Mapping[str, str]


def run_differences(
    records: Iterable[RunRecord], looks_like: Callable[[RunRecord], Hashable]
) -> Mapping[str, str]:
    """In a few words, what a run has that others of the same look have not; parses set-ups, so not quick.

    Args:
        looks_like: what is read of a run otherwise; only runs for which it is equal are told apart.

    Returns:
        by the name of the simulation, without those that need no words; runs that are equal have none.
    """
    words: dict[str, str] = {}
    for group in _groups(records, looks_like):
        sides = {each.simulation_id: _sides(each) for each in group}
        for name, parts in _told_apart(sides).items():
            text = " \u00b7 ".join(filter(None, parts))
            if text:
                words[name] = text
    return words


def _groups(
    records: Iterable[RunRecord], looks_like: Callable[[RunRecord], Hashable]
) -> Iterator[list[RunRecord]]:
    found: dict[Hashable, list[RunRecord]] = {}
    for record in records:
        found.setdefault(looks_like(record), []).append(record)
    return (group for group in found.values() if len(group) > 1)


def _told_apart(sides: Mapping[str, Sequence[_Side]]) -> dict[str, tuple[str, ...]]:
    """The first side that differs splits the group; what is still together is split by the next."""
    found: dict[str, tuple[str, ...]] = dict.fromkeys(sides, ())
    together = [sides]
    while together:
        group = together.pop()
        words = _first_difference(list(group.values()))
        if words is None:
            continue
        by_word: dict[str, dict[str, Sequence[_Side]]] = {}
        for (name, each), word in zip(group.items(), words, strict=True):
            found[name] = (*found[name], word)
            by_word.setdefault(word, {})[name] = each
        together.extend(by_word.values())
    return found


def _first_difference(many: Sequence[Sequence[_Side]]) -> list[str] | None:
    """A text for each run, of which two differ at least; None for one run, or for equal ones."""
    for sides in zip(*many, strict=True):
        for words in ([side.count_words for side in sides], _texts_of_first_cell(sides)):
            if len(set(words)) > 1:
                return words
    return None


def _texts_of_first_cell(sides: Sequence[_Side]) -> list[str]:
    cells = {cell: None for side in sides for cell in side.text_by_cell}
    for cell in cells:
        texts = [side.text_by_cell.get(cell, "") for side in sides]
        if len(set(texts)) > 1:
            words = _cell_words(cell, texts)
            # as those may be that differ in the last digits of many
            if len(set(words)) > 1:
                return words
    return []


def _cell_words(cell: str, texts: Sequence[str]) -> list[str]:
    """Each text after its cell; where one is too long, without the sheet or from where they differ."""
    bare = _SHEET.sub("", cell)
    for label in (cell, bare):
        words = _labelled(label, texts)
        if max(map(len, words)) <= MOST_LETTERS:
            return words
    start = _end_of_same(texts)
    rests = [f"\u2026{text[start:]}" if text else "" for text in texts] if start else texts
    return list(map(_short, _labelled(bare, rests)))


def _labelled(label: str, texts: Sequence[str]) -> list[str]:
    return [f"{label} {text}" if text else "" for text in texts]


def _end_of_same(texts: Sequence[str]) -> int:
    """How many letters the texts begin with that are the same, in whole words."""
    filled = {text for text in texts if text}
    if len(filled) == 1:
        return 0
    first, last = min(filled), max(filled)
    same = next((k for k, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    return len(re.sub(r"[^ ,({]*\Z", "", first[:same]))


def _sides(record: RunRecord) -> tuple[_Side, ...]:
    file = _Side("", {"file": record.model_sha256[:6]})
    try:
        setup, plan = stored_setup(record)
    except RecordMissing:
        nothing = _Side("", {})
        return (*(nothing,) * 7, file)
    values = {each.cell: f"= {value_text(each.value)}" for each in setup.values}
    ranks = {f"{each.first}, {each.second}": f"{each.rank:g}" for each in setup.correlations}
    inputs = {each.cell: each.distribution for each in setup.inputs}
    limits: dict[str, list[str]] = {}
    for each in setup.limits:
        limits.setdefault(each.cell, []).append(f"{each.limit:.6g}")
    below = {cell: f"below {', '.join(numbers)}" for cell, numbers in limits.items()}
    outputs = {each.cell: "is an output" for each in setup.outputs}
    return (
        _Side(_counted(len(values), "value changed", "values changed"), values),
        _Side("correlated" if ranks else "", ranks),
        _Side(_SAMPLING_WORDS[plan.sampling], {}),
        _Side(_counted(len(inputs), "input", "inputs"), inputs),
        _Side(_counted(len(outputs), "output", "outputs"), outputs),
        _Side(_counted(len(setup.limits), "limit", "limits"), below),
        _Side(f"until {plan.stop}" if plan.stop else "", {}),
        file,
    )


def _counted(count: int, one: str, several: str) -> str:
    return f"{count} {one if count == 1 else several}" if count else ""


def value_text(value: Scalar) -> str:
    """A value of a set-up in few letters."""
    if value is BLANK:
        return "blank"
    if isinstance(value, ErrorCode):
        return value.text
    if isinstance(value, float):
        return f"{value:.6g}"
    return str(value).upper() if isinstance(value, bool) else str(value)


def _short(text: str) -> str:
    return text if len(text) <= MOST_LETTERS else f"{text[: MOST_LETTERS - 1]}\u2026"
