"""A sample of malformed distributions; `tests/unit/engine` has them all."""

from tests.refusals.refusal_table import Kind, Row, Subject

_EXAMPLE = "Write it like triangular(1, 2, 4)"


def _rows(reason_by_text: dict[str, str]) -> tuple[Row, ...]:
    return tuple(
        Row(
            f'run plan.xlsx --input "Plan!A1={text}" --output Plan!A3',
            ("--input: Plan!A1: ", reason, _EXAMPLE),
        )
        for text, reason in reason_by_text.items()
    )


DISTRIBUTIONS = Subject(
    "Distributions",
    (
        Kind(
            "There is no such distribution, or it is not written as one",
            "Write a name and its parameters: `normal(10, 2)`. The names are in"
            " [distributions.md](distributions.md).",
            _rows(
                {
                    "nromal(10, 2)": "there is no nromal, perhaps normal is meant",
                    "weird(1)": "weird is not one of",
                    "normal": "it is not of the form name(parameter, ...)",
                    "normal(1, 2": "it is not of the form",
                    "normal(normal(1, 2), 3)": "a parameter is not a number but a call",
                    "normal(1, 2) + 3": "after it stands no truncate(low, high) or shift(by)",
                    "normal({1, 2)": "its braces or commas do not match",
                    "5": "it is not of the form",
                }
            ),
        ),
        Kind(
            "The number of parameters is wrong, or one is no number",
            "Give the parameters that the line names, with a point for decimals and commas in between.",
            _rows(
                {
                    "normal(1)": "normal takes 2 parameters: mean, sd",
                    "normal()": "normal takes 2 parameters: mean, sd",
                    "exponential(1, 2)": "exponential takes 1 parameter: mean",
                    "normal(a, 1)": "'a' is not a number",
                    "normal(1; 2)": "'1; 2' is not a number",
                    "normal(1,)": "a parameter is not a number but empty",
                    "normal(nan, 1)": "'nan' is not a number",
                    "normal(1, inf)": "'inf' is not a number",
                }
            ),
        ),
        Kind(
            "The parameters contradict each other or the distribution",
            "Change the value that the line names.",
            _rows(
                {
                    "triangular(1, 5, 3)": "the mode is outside",
                    "triangular(3, 2, 1)": "ascending order",
                    "normal(1, -1)": "the standard deviation is negative",
                    "uniform(2, 1)": "min 2 is above max 1",
                    "integer_uniform(1.5, 3)": "not whole numbers",
                    "beta(0, 1)": "the parameter a is not positive",
                    "binomial(5, 1.5)": "p is not from 0 to 1",
                    "poisson(1e12)": "the mean is above 1e9",
                    "lognormal(-1, 1)": "the mean is not positive",
                    "uniform(-1e308, 1e308)": "from -1e+308 to 1e+308 is wider than the largest number",
                    "triangular(-1e308, 0, 1e308)": "is wider than the largest number",
                    "pert(-1e308, 0, 1e308)": "is wider than the largest number",
                    "beta4(2, 3, -1e308, 1e308)": "is wider than the largest number",
                }
            ),
        ),
        Kind(
            "Lists of values, weights or probabilities that do not fit",
            "Write the lists in braces, as long as each other: `discrete({1, 2}, {3, 1})`.",
            _rows(
                {
                    "discrete({1, 2}, {1})": "2 values but 1 weights",
                    "discrete(1, 2)": "discrete takes {values}, {weights}",
                    "discrete({1, 2}, {0, 0})": "the weights sum to zero",
                    "discrete({1, 2}, {1e308, 1e308})": "the weights sum to more than the largest number",
                    "discrete({1, 2}, {1, -1})": "the weight -1 is negative",
                    "cumulative(0, 3, {1, 2}, {0.6, 0.5})": "the probabilities are not in ascending order",
                    "empirical({})": "the list of values is empty",
                }
            ),
        ),
        Kind(
            "A truncation or a shift that leaves nothing or is not written as one",
            "Truncate inside the range of the distribution; each of the two once, truncate before shift.",
            _rows(
                {
                    "uniform(0, 1) truncate(2, 3)": "leaves nothing: its values are from 0 to 1",
                    "normal(1, 2) truncate(5)": "truncate takes low and high",
                    "normal(1, 2) truncate(5, 3)": "begins at 5, above its end 3",
                    "normal(1, 2) shift()": "shift takes one number",
                    "normal(1, 2) shift(1) shift(2)": "it has shift twice",
                    "normal(1, 2) shfit(1)": "shfit is neither truncate nor shift",
                }
            ),
        ),
        Kind(
            "Percentiles that no distribution has",
            "Give as many ascending percentiles as the distribution has parameters: `normal(p10=1, p90=5)`.",
            _rows(
                {
                    "normal(p10=5, p90=1)": "the percentiles are not in ascending order",
                    "normal(p10=1)": "normal takes 2 percentiles",
                    "normal(p10=1, p10=2)": "it has p10 twice",
                    "normal(p10=1, 5)": "it mixes percentiles with parameters",
                    "poisson(p10=1, p90=2)": "poisson cannot be given by percentiles",
                }
            ),
        ),
    ),
)
