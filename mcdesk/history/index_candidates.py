"""Which indexes could serve a statement: equal columns first, then one range or the order; bounded."""

import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from mcdesk.history.sql_tokens import quoted
from mcdesk.history.statement_terms import OrderTerm, StatementTerms

NAME_PREFIX = "advised_"
MOST_EQUALITIES = 4
MOST_RANGES = 3
MOST_PREDICATES = 2
MOST_COVERED = 3
MOST_CANDIDATES = 48
_MOST_NAME_LETTERS = 56


@dataclass(frozen=True, slots=True)
class AdvisedIndex:
    """An index that is not there; `keys` as they stand in CREATE INDEX, `predicate` is empty for all rows."""

    table: str
    keys: tuple[str, ...]
    predicate: str = ""

    @property
    def name(self) -> str:
        """A name that follows from the definition."""
        words = "_".join(re.findall(r"\w+", " ".join(self.keys))).lower()
        check = zlib.crc32(repr((self.keys, self.predicate)).encode())
        return f"{NAME_PREFIX}{self.table}_{words}"[:_MOST_NAME_LETTERS] + f"_{check:08x}"

    @property
    def create_sql(self) -> str:
        """The statement that makes it."""
        sql = f"CREATE INDEX {quoted(self.name)} ON {quoted(self.table)} ({', '.join(self.keys)})"
        return f"{sql} WHERE {self.predicate}" if self.predicate else sql

    @property
    def drop_sql(self) -> str:
        """The statement that takes it away again."""
        return f"DROP INDEX IF EXISTS {quoted(self.name)}"

    def is_prefix_of(self, other: "AdvisedIndex") -> bool:
        """Whether the other serves whatever this one does; an equal one does."""
        same = (self.table, self.predicate) == (other.table, other.predicate)
        return same and _bare(other.keys[: len(self.keys)]) == _bare(self.keys)


def _bare(keys: Sequence[str]) -> tuple[str, ...]:
    """Directions apart: an index is read in both, and mixed ones are told by the plan."""
    return tuple(key.removesuffix(" DESC") for key in keys)


def candidates_for(terms: StatementTerms) -> tuple[AdvisedIndex, ...]:
    """The candidates, at most MOST_CANDIDATES, those with the most equalities first."""
    found = [index for table in terms.tables for index in _of_table(terms, table)]
    distinct = dict.fromkeys(index for index in found if index.keys)
    return tuple(sorted(distinct, key=lambda index: bool(index.predicate)))[:MOST_CANDIDATES]


def _of_table(terms: StatementTerms, table: str) -> Iterator[AdvisedIndex]:
    equalities = [each.text for each in terms.equalities if each.table == table][:MOST_EQUALITIES]
    ranges = [each.text for each in terms.ranges if each.table == table][:MOST_RANGES]
    orders = [order for order in terms.orders if order[0].expression.table == table]
    predicates = [each.text for each in terms.predicates if each.table == table][:MOST_PREDICATES]
    for predicate in ("", *predicates):
        # An equality that the condition of the index repeats would be the same in all of its rows.
        free = [text for text in equalities if not _is_fixed(text, predicate)]
        if predicate and not free:
            # What is read of its rows spares the table.
            read = [each.text for each in terms.columns if each.table == table]
            free = [text for text in read if text not in predicate.split()] or read
            count = MOST_COVERED if len(free) <= MOST_COVERED else 1
            yield AdvisedIndex(table, tuple(free[:count]), predicate)
            continue
        for count in range(len(free), -1, -1):
            for subset in combinations(free, count):
                for tail in _tails(subset, ranges, orders):
                    yield AdvisedIndex(table, (*subset, *tail), predicate)


def _is_fixed(text: str, predicate: str) -> bool:
    return predicate.startswith((f"{text} =", f"{text} IN", f"{text} IS"))


def _tails(
    equal: Sequence[str], ranges: Sequence[str], orders: Sequence[tuple[OrderTerm, ...]]
) -> Iterator[tuple[str, ...]]:
    yield ()
    for order in orders:
        rest = [term for term in order if term.expression.text not in equal]
        if rest:
            yield tuple(term.expression.text + " DESC" * term.is_descending for term in rest)
    for text in ranges:
        if text not in equal:
            yield (text,)
