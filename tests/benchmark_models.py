"""The benchmark workbooks beside the repository, and their formulas written again in NumPy.

Only constants are read from the workbooks; draws and formulas share nothing with the engine.
"""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mcdesk.model.workbook import Workbook

BENCH = Path(__file__).parent.parent.parent / "shared" / "bench"

Numbers = NDArray[np.float64]
Draws = Mapping[int, Numbers]  # by the row of column B that holds the input


@dataclass(frozen=True)
class Constants:
    """The numbers that a workbook holds, by sheet and address."""

    workbook: Workbook

    def __call__(self, address: str, sheet: int = 0) -> float:
        column, row = re.fullmatch(r"([A-Z]+)(\d+)", address).groups()  # type: ignore[union-attr]  # ours
        number = 0
        for letter in column:
            number = number * 26 + ord(letter) - ord("A") + 1
        cells = self.workbook.sheets[sheet]
        place = cells.position(int(row) - 1, number - 1)
        assert place >= 0 and cells.formulas[place] < 0
        return float(cells.numbers[place])


def read_draws(setup: Path) -> Mapping[int, Callable[[np.random.Generator, int], Numbers]]:
    """How NumPy draws the inputs of a set-up file, so many trials at once."""
    draws: dict[int, Callable[[np.random.Generator, int], Numbers]] = {}
    for entry in tomllib.loads(setup.read_text("utf-8"))["inputs"]:
        name, inside = re.fullmatch(r"(\w+)\((.*)\)", entry["distribution"]).groups()
        numbers = [float(part) for part in inside.split(",")]
        draws[int(entry["cell"].removeprefix("S!B"))] = _bound(_DRAW_BY_NAME[name], numbers)
    return draws


def draw_inputs(setup: Path, trials: int, seed: int) -> Draws:
    """Inputs of a set-up file from NumPy's own generators."""
    rng = np.random.default_rng(seed)
    return {row: draw(rng, trials) for row, draw in read_draws(setup).items()}


def _bound(
    draw: Callable[..., Numbers], numbers: Sequence[float]
) -> Callable[[np.random.Generator, int], Numbers]:
    return lambda rng, trials: draw(rng, trials, *numbers)


def _pert(rng: np.random.Generator, trials: int, low: float, mode: float, high: float) -> Numbers:
    width = high - low
    share = rng.beta(1 + 4 * (mode - low) / width, 1 + 4 * (high - mode) / width, trials)
    return low + width * share


_DRAW_BY_NAME: Mapping[str, Callable[..., Numbers]] = {
    "normal": lambda rng, trials, mean, sd: rng.normal(mean, sd, trials),
    "lognormal2": lambda rng, trials, mu, sigma: rng.lognormal(mu, sigma, trials),
    "triangular": lambda rng, trials, low, mode, high: rng.triangular(low, mode, high, trials),
    "uniform": lambda rng, trials, low, high: rng.uniform(low, high, trials),
    "pert": _pert,
}


def cash_flow(b: Draws, _: Constants) -> dict[str, Numbers]:
    """Model A: five years of sales, costs and taxes."""
    price, volume, cost = b[1], b[3], b[8]
    working_before = b[1] * b[3] * b[13]
    value = -b[9]
    for year in range(1, 6):
        price = price * (1 + b[2])
        growth = b[4] if year == 1 else b[5] if year == 2 else b[6] - 1
        volume = np.minimum(volume * (1 + growth), 125_000)
        cost = cost * (1 + b[2])
        sales = price * volume
        profit = sales - sales * b[7] - cost - b[9] / 5
        tax = np.where(profit > 0, profit * b[10], 0.0)
        working = sales * b[13]
        flow = profit - tax + b[9] / 5 - (working - working_before)
        working_before = working
        value = value + flow / (1 + b[11]) ** year
    return {"S!B33": value + np.maximum(flow, 0) * b[12] / (1 + b[11]) ** 5}


_SEASON = (1, 1.05, 1.0866, 1.1, 1.0866, 1.05, 1, 0.95, 0.9134, 0.9, 0.9134, 0.95)


def project_finance(b: Draws, constant: Constants) -> dict[str, Numbers]:
    """Model B: sixty months of a plant with stock, losses carried forward and a credit line."""
    index, price = constant("C50") + 0 * b[1], b[30]
    stock, losses = constant("C57") + 0 * b[1], constant("C70") + 0 * b[1]
    receivable, payable = constant("C72"), constant("C73")
    debt, cash = constant("C77") + 0 * b[1], constant("C78") + 0 * b[1]
    discount = constant("C79") + 0 * b[1]
    value, most_debt = 0 * b[1], np.full_like(b[1], -np.inf)
    for month in range(1, 61):
        year = (month - 1) // 12
        index = index * (1 + b[18 + year] / 12)
        price = price * (1 + b[13 + year] / 12)
        demand = b[28] * b[1 + (month - 1) % 12] * (1 + 0.004 * month)
        capacity = b[29] * min(1.0, month / 18)
        made = np.minimum(capacity, demand + np.maximum(300 - stock, 0))
        sold = np.minimum(demand, stock + made)
        stock = stock + made - sold
        sales = sold * price * 4 * b[23 + year]
        fixed = b[32] * index + 2 * np.maximum(made - 0.8 * capacity, 0)
        energy = made * b[33] * index * _SEASON[(month - 1) % 12]
        costs = made * b[31] * index + fixed + energy
        overhaul = b[34] * index * 5 if month % 12 == 6 else 0.0
        earnings = sales - costs - overhaul - (b[35] * sales + b[40] * index)
        interest = debt * b[36] / 12
        result = earnings - 2500 - interest
        taxable, losses = np.maximum(result - losses, 0), np.maximum(losses - result, 0)
        new_receivable, new_payable = sales * b[38] / 30, costs * 30 / 30.5
        flow = earnings - taxable * b[37] - (new_receivable - receivable) + (new_payable - payable)
        receivable, payable = new_receivable, new_payable
        drawn = np.where(cash < 5000, 10_000.0, 0.0)
        repaid = np.minimum(debt, np.maximum(np.where(flow > interest, (flow - interest) * 0.6, 0), 0))
        debt = debt - repaid + drawn
        cash = cash + flow - interest - repaid + drawn
        discount = discount / (1 + b[39] / 12)
        value, most_debt = value + flow * discount, np.maximum(most_debt, debt)
    return {"S!B90": value, "S!B91": most_debt, "S!B92": cash}


def wide_sheet(b: Draws, constant: Constants) -> dict[str, Numbers]:
    """Model C: four hundred rows of fifty chained formulas with look-ups."""
    keys = np.array([constant(f"A{row}", 1) for row in range(1, 101)])
    values = np.array([constant(f"B{row}", 1) for row in range(1, 101)])
    before_ab, before_aq = constant("AB29") + 0 * b[1], constant("AQ29") + 0 * b[1]
    total, highest, product = 0 * b[1], np.full_like(b[1], -np.inf), 0 * b[1]

    def look_up(rate: Numbers, start: Numbers, base: Numbers, share: Numbers) -> tuple[Numbers, Numbers]:
        ratio = start / (1 + np.maximum(base, 0)) + rate * 0.2
        square = ratio * start * 0.25 + 0.3
        place = np.searchsorted(keys, np.minimum(np.maximum(square * 20, 0), 99.9), side="right") - 1
        looked_up = np.take_along_axis(values, place, 0)
        return looked_up, (looked_up + square + share) * 0.333

    def turn(x: Numbers, limit: Numbers, weight: float) -> tuple[Numbers, Numbers]:
        mixed = np.minimum(x * (1 + limit * 0.05), 5) * weight * 0.3 + x * 0.4
        return mixed, np.where(mixed > x, mixed - x * 0.5, x - mixed * 0.5)

    def swing(mean: Numbers, floor: Numbers) -> Numbers:
        return np.exp(np.minimum(np.maximum(mean - floor * 0.1, 0.05) * -0.5, 1)) + mean * 0.3

    for row in range(30, 430):
        weight = constant(f"G{row}")
        first = constant(f"E{row}") * b[int(constant(f"D{row}"))] + constant(f"F{row}")
        share = first * b[1] + before_ab * 0.5
        _, mean = look_up(b[2], np.maximum(share - b[2], 0.1), first, share)
        mixed, share = turn(swing(mean, b[2]), b[10], weight)
        w_column, mean = look_up(b[12], np.minimum(share + b[13], 4), mixed, share)
        before_ab, share = turn(swing(mean, b[12]), b[20], weight)
        ag_column, mean = look_up(b[2], np.minimum(share + b[3], 4), before_ab, share)
        mixed, share = turn(swing(mean, b[2]), b[10], weight)
        aq_column, mean = look_up(b[12], np.minimum(share + b[13], 4), mixed, share)
        slow = np.maximum(mean - b[12] * 0.1, 0.05) * 0.7 + before_aq * 0.3
        mixed, share = turn(slow, b[20], weight)
        ba_column, mean = look_up(b[2], np.minimum(share + b[3], 4), mixed, share)
        slow = np.maximum(mean - b[2] * 0.1, 0.05) * 0.7 + before_aq * 0.3
        total = total + np.minimum(slow * (1 + b[10] * 0.05), 5)
        highest, product = np.maximum(highest, ba_column), product + ag_column * w_column
        before_aq = aq_column
    return {"S!B22": total, "S!B23": highest, "S!B24": product}
