"""All worksheet functions that mcdesk knows, by name."""

from collections.abc import Mapping
from types import MappingProxyType

from mcdesk.formulas.functions.date_time import calendar, day_counts
from mcdesk.formulas.functions.definition import FunctionDefinition
from mcdesk.formulas.functions.engineering import bessel, complex_functions, error_functions
from mcdesk.formulas.functions.financial import (
    accrued_interest,
    annuities,
    bonds,
    cash_flows,
    coupons,
    depreciation,
    discounts,
    french_depreciation,
    odd_periods,
    quotations,
)
from mcdesk.formulas.functions.information import cell_information, environment, inspection
from mcdesk.formulas.functions.logical import branches, connectives, lambda_calls
from mcdesk.formulas.functions.lookup import (
    databases,
    dynamic_arrays,
    grouping,
    references,
    tables,
    trimmed_ranges,
)
from mcdesk.formulas.functions.mathematics import (
    combinatorics,
    elementary,
    matrices,
    number_bases,
    random_numbers,
    rounding,
    sums,
    unit_conversion,
)
from mcdesk.formulas.functions.statistics import (
    conditional,
    counting,
    counts_distributions,
    exponential_fit,
    gamma_family,
    hypothesis_tests,
    linear_fits,
    moments,
    normal_family,
    order,
    ranks,
    regression,
    seasonal_forecasts,
    shares,
    subtotals,
)
from mcdesk.formulas.functions.text import (
    characters,
    conversion,
    east_asian,
    regular_expressions,
    thai_amounts,
    value_texts,
)

FAMILIES: tuple[tuple[FunctionDefinition, ...], ...] = (
    calendar.FUNCTIONS,
    day_counts.FUNCTIONS,
    bessel.FUNCTIONS,
    complex_functions.FUNCTIONS,
    error_functions.FUNCTIONS,
    accrued_interest.FUNCTIONS,
    annuities.FUNCTIONS,
    bonds.FUNCTIONS,
    cash_flows.FUNCTIONS,
    coupons.FUNCTIONS,
    depreciation.FUNCTIONS,
    discounts.FUNCTIONS,
    french_depreciation.FUNCTIONS,
    odd_periods.FUNCTIONS,
    quotations.FUNCTIONS,
    cell_information.FUNCTIONS,
    environment.FUNCTIONS,
    inspection.FUNCTIONS,
    branches.FUNCTIONS,
    connectives.FUNCTIONS,
    lambda_calls.FUNCTIONS,
    databases.FUNCTIONS,
    dynamic_arrays.FUNCTIONS,
    grouping.FUNCTIONS,
    references.FUNCTIONS,
    tables.FUNCTIONS,
    trimmed_ranges.FUNCTIONS,
    combinatorics.FUNCTIONS,
    elementary.FUNCTIONS,
    matrices.FUNCTIONS,
    number_bases.FUNCTIONS,
    random_numbers.FUNCTIONS,
    rounding.FUNCTIONS,
    subtotals.FUNCTIONS,
    sums.FUNCTIONS,
    unit_conversion.FUNCTIONS,
    conditional.FUNCTIONS,
    counting.FUNCTIONS,
    counts_distributions.FUNCTIONS,
    exponential_fit.FUNCTIONS,
    gamma_family.FUNCTIONS,
    hypothesis_tests.FUNCTIONS,
    moments.FUNCTIONS,
    normal_family.FUNCTIONS,
    order.FUNCTIONS,
    ranks.FUNCTIONS,
    regression.FUNCTIONS,
    linear_fits.FUNCTIONS,
    seasonal_forecasts.FUNCTIONS,
    shares.FUNCTIONS,
    characters.FUNCTIONS,
    conversion.FUNCTIONS,
    east_asian.FUNCTIONS,
    regular_expressions.FUNCTIONS,
    thai_amounts.FUNCTIONS,
    value_texts.FUNCTIONS,
)

FUNCTION_BY_NAME: Mapping[str, FunctionDefinition] = MappingProxyType(
    {definition.name: definition for family in FAMILIES for definition in family}
)
