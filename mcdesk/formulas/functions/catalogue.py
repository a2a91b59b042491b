"""All worksheet functions that mcdesk knows, by name."""

from collections.abc import Mapping
from types import MappingProxyType

from mcdesk.formulas.functions.date_time import calendar, day_counts
from mcdesk.formulas.functions.definition import FunctionDefinition
from mcdesk.formulas.functions.information import inspection
from mcdesk.formulas.functions.logical import branches, connectives
from mcdesk.formulas.functions.lookup import references, tables
from mcdesk.formulas.functions.mathematics import elementary, rounding, sums
from mcdesk.formulas.functions.statistics import conditional, counting, moments, ranks
from mcdesk.formulas.functions.text import characters, conversion

_FAMILIES: tuple[tuple[FunctionDefinition, ...], ...] = (
    calendar.FUNCTIONS,
    day_counts.FUNCTIONS,
    inspection.FUNCTIONS,
    branches.FUNCTIONS,
    connectives.FUNCTIONS,
    references.FUNCTIONS,
    tables.FUNCTIONS,
    elementary.FUNCTIONS,
    rounding.FUNCTIONS,
    sums.FUNCTIONS,
    conditional.FUNCTIONS,
    counting.FUNCTIONS,
    moments.FUNCTIONS,
    ranks.FUNCTIONS,
    characters.FUNCTIONS,
    conversion.FUNCTIONS,
)

FUNCTION_BY_NAME: Mapping[str, FunctionDefinition] = MappingProxyType(
    {definition.name: definition for family in _FAMILIES for definition in family}
)
