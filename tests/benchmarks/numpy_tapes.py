"""The benchmark models as a good NumPy programmer writes them: blocks of trials, ufuncs into buffers.

Draws come from NumPy's own generator, cells stand in the order of the workbook, and what is the same in all
months or rows is taken out of the loop. Nothing of the engine is used.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy import add, divide, exp, multiply, subtract

from tests.benchmark_models import Constants, Numbers

_SEASON = (1, 1.05, 1.0866, 1.1, 1.0866, 1.05, 1, 0.95, 0.9134, 0.9, 0.9134, 0.95)
_YEARS, _MONTHS = 5, 60

Draw = Callable[[np.random.Generator, Numbers, Numbers], None]
Block = dict[int, Numbers]


class NumpyTape:
    """One model, run block by block.

    Args:
        block_trials: trials of one block.
    """

    def __init__(self, name: str, setup: Path, constants: Constants, block_trials: int) -> None:
        self._block_trials = block_trials
        self._draws = _read_draws(setup)
        self._inputs = {row: np.empty(block_trials) for row in self._draws}
        self._spare = np.empty(block_trials)
        self._formulas = _FORMULAS_BY_NAME[name](constants, block_trials)

    def run(self, rng: np.random.Generator, trials: int) -> dict[str, Numbers]:
        """Outputs by cell; whole blocks are computed, what is too many is dropped."""
        found: dict[str, list[Numbers]] = {}
        for _ in range(0, trials, self._block_trials):
            for row, draw in self._draws.items():
                draw(rng, self._inputs[row], self._spare)
            for cell, values in self.outputs_of(self._inputs).items():
                found.setdefault(cell, []).append(values.copy())
        return {cell: np.concatenate(blocks)[:trials] for cell, blocks in found.items()}

    def outputs_of(self, inputs: Block) -> dict[str, Numbers]:
        """Outputs of one block by cell, in buffers that the next call writes; the inputs are used up."""
        return self._formulas(inputs)


def _read_draws(setup: Path) -> dict[int, Draw]:
    draws: dict[int, Draw] = {}
    for entry in tomllib.loads(setup.read_text("utf-8"))["inputs"]:
        name, inside = re.fullmatch(r"(\w+)\((.*)\)", entry["distribution"]).groups()  # type: ignore[union-attr]  # ours
        parameters = [float(part) for part in inside.split(",")]
        draws[int(entry["cell"].removeprefix("S!B"))] = _DRAW_BY_NAME[name](*parameters)
    return draws


def _normal(mean: float, sd: float) -> Draw:
    def draw(rng: np.random.Generator, out: Numbers, _: Numbers) -> None:
        rng.standard_normal(out=out)
        multiply(out, sd, out)
        add(out, mean, out)

    return draw


def _lognormal(mu: float, sigma: float) -> Draw:
    # faster than the generator's own, which calls a scalar exponential
    normal = _normal(mu, sigma)

    def draw(rng: np.random.Generator, out: Numbers, spare: Numbers) -> None:
        normal(rng, out, spare)
        exp(out, out)

    return draw


def _triangular(low: float, mode: float, high: float) -> Draw:
    # the smaller and the larger of two uniform values, mixed; half the time of the generator's own.
    # Source: Stein and Keblis 2009, Mathematical and Computer Modelling 49(5), the MINMAX method
    def draw(rng: np.random.Generator, out: Numbers, spare: Numbers) -> None:
        first, second = rng.random(out=out), rng.random(len(out))
        minimum(first, second, spare)
        maximum(first, second, second)
        multiply(spare, high - mode, spare)
        multiply(second, mode - low, second)
        add(spare, second, out)
        add(out, low, out)

    return draw


def _pert(low: float, mode: float, high: float) -> Draw:
    width = high - low
    alpha, beta = 1 + 4 * (mode - low) / width, 1 + 4 * (high - mode) / width

    def draw(rng: np.random.Generator, out: Numbers, _: Numbers) -> None:
        multiply(rng.beta(alpha, beta, len(out)), width, out)
        add(out, low, out)

    return draw


_DRAW_BY_NAME: Mapping[str, Callable[..., Draw]] = {
    "normal": _normal,
    "lognormal2": _lognormal,
    "triangular": _triangular,
    "pert": _pert,
}


class _CashFlow:
    """Model A; the inputs' buffers are used up."""

    def __init__(self, _: Constants, block_trials: int) -> None:
        self._buffers = [np.empty(block_trials) for _ in range(8)]

    def __call__(self, b: Block) -> dict[str, Numbers]:
        sales, profit, working, before, flow, factor, value, depreciation = self._buffers
        price, volume, cost, inflation = b[1], b[3], b[8], add(b[2], 1.0, b[2])
        multiply(multiply(price, volume, before), b[13], before)
        divide(b[9], 5.0, depreciation)
        rate = add(b[11], 1.0, b[11])
        np.negative(b[9], value)
        growths = (add(b[4], 1.0, b[4]), add(b[5], 1.0, b[5]), b[6], b[6], b[6])
        factor.fill(1.0)
        for growth in growths:
            multiply(price, inflation, price)
            minimum(multiply(volume, growth, volume), 125_000.0, volume)
            multiply(cost, inflation, cost)
            multiply(price, volume, sales)
            subtract(sales, multiply(sales, b[7], profit), profit)
            subtract(subtract(profit, cost, profit), depreciation, profit)
            multiply(maximum(profit, 0.0, flow), b[10], flow)  # the tax
            multiply(sales, b[13], working)
            add(subtract(profit, flow, flow), depreciation, flow)
            subtract(flow, subtract(working, before, before), flow)
            before, working = working, before
            multiply(factor, rate, factor)
            add(value, divide(flow, factor, profit), value)
        multiply(maximum(flow, 0.0, flow), b[12], flow)
        return {"S!B33": add(value, divide(flow, factor, flow), value)}


@dataclass
class _Plant:
    """What model B carries from month to month."""

    index: Numbers
    price: Numbers
    stock: Numbers
    losses: Numbers
    receivable: Numbers
    payable: Numbers
    debt: Numbers
    cash: Numbers
    discount: Numbers
    value: Numbers
    most_debt: Numbers

    def reset(self, constant: Constants, price: Numbers) -> None:
        """As the workbook begins."""
        np.copyto(self.price, price)
        addresses = {"index": "C50", "stock": "C57", "losses": "C70", "receivable": "C72", "payable": "C73"}
        addresses |= {"debt": "C77", "cash": "C78", "discount": "C79"}
        for name, address in addresses.items():
            getattr(self, name).fill(constant(address))
        self.value.fill(0.0)
        self.most_debt.fill(-np.inf)


class _ProjectFinance:
    """Model B."""

    def __init__(self, constants: Constants, block_trials: int) -> None:
        first = {f"C{row}": constants(f"C{row}") for row in (50, 57, 70, 72, 73, 77, 78, 79)}
        self._first = first.__getitem__

        def buffers(count: int) -> list[Numbers]:
            return [np.empty(block_trials) for _ in range(count)]

        self._plant = _Plant(*buffers(11))
        self._spare = buffers(9)
        self._is_short = np.empty(block_trials, dtype=bool)
        self._by_year = buffers(3 * _YEARS)
        self._demand = buffers(12)
        self._capacity = buffers(2)
        self._month_rates = buffers(3)

    def __call__(self, b: Block) -> dict[str, Numbers]:
        plant = self._plant
        plant.reset(self._first, b[30])  # type: ignore[arg-type]  # called as the constants are
        self._prepare(b)
        for month in range(1, _MONTHS + 1):
            made, sales = self._trade(b, month)
            costs, earnings = self._earn(b, month, made, sales)
            self._finance(b, sales, costs, earnings)
        return {"S!B90": plant.value, "S!B91": plant.most_debt, "S!B92": plant.cash}

    def _prepare(self, b: Block) -> None:
        """What is the same in several months."""
        for year in range(_YEARS):
            for place, row in ((year, 18), (_YEARS + year, 13)):
                growth = self._by_year[place]
                add(divide(b[row + year], 12.0, growth), 1.0, growth)
            multiply(b[23 + year], 4.0, self._by_year[2 * _YEARS + year])
        for turn in range(12):
            multiply(b[28], b[1 + turn], self._demand[turn])
        rate, collected, factor = self._month_rates
        divide(b[36], 12.0, rate)
        divide(b[38], 30.0, collected)
        np.reciprocal(add(divide(b[39], 12.0, factor), 1.0, factor), factor)

    def _trade(self, b: Block, month: int) -> tuple[Numbers, Numbers]:
        plant, (made, sold, *_) = self._plant, self._spare
        year, turn = (month - 1) // 12, (month - 1) % 12
        capacity, busy = self._capacity
        multiply(plant.index, self._by_year[year], plant.index)
        multiply(plant.price, self._by_year[_YEARS + year], plant.price)
        demand = multiply(self._demand[turn], 1 + 0.004 * month, sold)
        if month <= 18:
            multiply(multiply(b[29], month / 18, capacity), 0.8, busy)
        maximum(subtract(300.0, plant.stock, made), 0.0, made)
        minimum(add(made, demand, made), capacity, made)
        add(plant.stock, made, plant.stock)
        minimum(demand, plant.stock, sold)
        subtract(plant.stock, sold, plant.stock)
        multiply(multiply(sold, plant.price, sold), self._by_year[2 * _YEARS + year], sold)
        return made, sold

    def _earn(self, b: Block, month: int, made: Numbers, sales: Numbers) -> tuple[Numbers, Numbers]:
        index = self._plant.index
        _, _, costs, part, earnings, *_ = self._spare
        multiply(maximum(subtract(made, self._capacity[1], costs), 0.0, costs), 2.0, costs)
        add(costs, multiply(b[32], index, part), costs)
        multiply(made, index, made)
        add(costs, multiply(made, b[31], part), costs)
        multiply(multiply(made, b[33], part), _SEASON[(month - 1) % 12], part)
        add(costs, part, costs)
        subtract(sales, costs, earnings)
        if month % 12 == 6:
            multiply(multiply(b[34], index, part), 5.0, part)
            subtract(earnings, part, earnings)
        subtract(earnings, multiply(b[35], sales, part), earnings)
        subtract(earnings, multiply(b[40], index, part), earnings)
        return costs, earnings

    def _finance(self, b: Block, sales: Numbers, costs: Numbers, earnings: Numbers) -> None:
        plant = self._plant
        part, interest, taxable, flow = self._spare[3], *self._spare[5:8]
        rate, collected, factor = self._month_rates
        multiply(plant.debt, rate, interest)
        subtract(subtract(subtract(earnings, 2500.0, part), interest, part), plant.losses, part)
        maximum(part, 0.0, taxable)
        maximum(np.negative(part, part), 0.0, plant.losses)
        subtract(earnings, multiply(taxable, b[37], taxable), flow)
        receivable = multiply(sales, collected, sales)
        subtract(flow, subtract(receivable, plant.receivable, part), flow)
        payable = multiply(costs, 30 / 30.5, costs)
        add(flow, subtract(payable, plant.payable, part), flow)
        np.copyto(plant.receivable, receivable)
        np.copyto(plant.payable, payable)
        drawn = multiply(np.less(plant.cash, 5000.0, self._is_short), 10_000.0, taxable)
        left = subtract(flow, interest, interest)
        maximum(multiply(left, 0.6, part), 0.0, part)
        repaid = minimum(plant.debt, part, part)
        borrowed = subtract(drawn, repaid, part)
        add(plant.debt, borrowed, plant.debt)
        add(plant.cash, add(left, borrowed, left), plant.cash)
        multiply(plant.discount, factor, plant.discount)
        add(plant.value, multiply(flow, plant.discount, flow), plant.value)
        maximum(plant.most_debt, plant.debt, plant.most_debt)


class _WideSheet:
    """Model C."""

    def __init__(self, constant: Constants, block_trials: int) -> None:
        self._keys = np.array([constant(f"A{row}", 1) for row in range(1, 101)])
        self._values = np.array([constant(f"B{row}", 1) for row in range(1, 101)])
        self._starts = constant("AB29"), constant("AQ29")
        self._rows = [
            (constant(f"G{row}"), int(constant(f"D{row}")), constant(f"E{row}"), constant(f"F{row}"))
            for row in range(30, 430)
        ]
        names = ("share", "base", "mean", "part", "start", "before_ab", "before_aq", "w", "ag", "aq", "ba")
        self._buffers = {name: np.empty(block_trials) for name in (*names, "total", "highest", "product")}
        self._fifth = {row: np.empty(block_trials) for row in (2, 12)}
        self._tenth = {row: np.empty(block_trials) for row in (2, 12)}
        self._limit = {row: np.empty(block_trials) for row in (10, 20)}

    def __call__(self, b: Block) -> dict[str, Numbers]:
        of = self._buffers
        for row in (2, 12):
            multiply(b[row], 0.2, self._fifth[row])
            multiply(b[row], 0.1, self._tenth[row])
        for row in (10, 20):
            add(multiply(b[row], 0.05, self._limit[row]), 1.0, self._limit[row])
        for name, value in zip(("before_ab", "before_aq"), self._starts, strict=True):
            of[name].fill(value)
        of["total"].fill(0.0)
        of["highest"].fill(-np.inf)
        of["product"].fill(0.0)
        for row in self._rows:
            self._row(b, *row)
        return {"S!B22": of["total"], "S!B23": of["highest"], "S!B24": of["product"]}

    def _row(self, b: Block, weight: float, place: int, slope: float, level: float) -> None:
        of = self._buffers
        base, share, start, part = of["base"], of["share"], of["start"], of["part"]
        add(multiply(b[place], slope, base), level, base)
        multiply(of["before_ab"], 0.5, part)
        add(multiply(base, b[1], share), part, share)
        maximum(subtract(share, b[2], start), 0.1, start)
        self._look_up(2, base, None)
        self._swing(2)
        self._turn(10, weight, base)
        for rates, limits, turned, found in ((12, 20, "before_ab", "w"), (2, 10, "base", "ag")):
            minimum(add(share, b[rates + 1], start), 4.0, start)
            self._look_up(rates, base, of[found])
            self._swing(rates)
            base = of[turned]
            self._turn(limits, weight, base)
        minimum(add(share, b[13], start), 4.0, start)
        self._look_up(12, base, of["aq"])
        self._slow(12)
        self._turn(20, weight, base)
        minimum(add(share, b[3], start), 4.0, start)
        self._look_up(2, base, of["ba"])
        self._slow(2)
        minimum(multiply(of["mean"], self._limit[10], part), 5.0, part)
        add(of["total"], part, of["total"])
        maximum(of["highest"], of["ba"], of["highest"])
        add(of["product"], multiply(of["ag"], of["w"], part), of["product"])
        of["before_aq"], of["aq"] = of["aq"], of["before_aq"]

    def _look_up(self, rates: int, base: Numbers, kept: Numbers | None) -> None:
        """From `start`, `base` and `share` to `mean`; the value looked up in `kept`."""
        start, part, mean = self._buffers["start"], self._buffers["part"], self._buffers["mean"]
        found = mean if kept is None else kept
        divide(start, add(maximum(base, 0.0, part), 1.0, part), part)
        add(part, self._fifth[rates], part)
        add(multiply(multiply(part, start, part), 0.25, part), 0.3, part)
        np.clip(multiply(part, 20.0, start), 0.0, 99.9, start)
        places = self._keys.searchsorted(start, side="right")
        self._values.take(subtract(places, 1, places), out=found, mode="clip")
        multiply(add(add(found, part, mean), self._buffers["share"], mean), 0.333, mean)

    def _swing(self, rates: int) -> None:
        mean, part = self._buffers["mean"], self._buffers["part"]
        multiply(maximum(subtract(mean, self._tenth[rates], part), 0.05, part), -0.5, part)
        exp(minimum(part, 1.0, part), part)
        add(multiply(mean, 0.3, mean), part, mean)

    def _slow(self, rates: int) -> None:
        mean, part = self._buffers["mean"], self._buffers["part"]
        multiply(maximum(subtract(mean, self._tenth[rates], mean), 0.05, mean), 0.7, mean)
        add(mean, multiply(self._buffers["before_aq"], 0.3, part), mean)

    def _turn(self, limits: int, weight: float, mixed: Numbers) -> None:
        """From `mean` to `mixed` and `share`; the two sides of the IF are one expression of both."""
        mean, part, share = self._buffers["mean"], self._buffers["part"], self._buffers["share"]
        multiply(minimum(multiply(mean, self._limit[limits], mixed), 5.0, mixed), weight * 0.3, mixed)
        add(mixed, multiply(mean, 0.4, part), mixed)
        multiply(minimum(mixed, mean, part), 0.5, part)
        subtract(maximum(mixed, mean, share), part, share)


_FORMULAS_BY_NAME: Mapping[str, Callable[[Constants, int], Callable[[Block], dict[str, Numbers]]]] = {
    "A": _CashFlow,
    "B": _ProjectFinance,
    "C": _WideSheet,
}


def minimum(one: Numbers | float, other: Numbers | float, out: Numbers) -> Numbers:
    """np.minimum, which takes the third only by name."""
    return np.minimum(one, other, out=out)


def maximum(one: Numbers | float, other: Numbers | float, out: Numbers) -> Numbers:
    """np.maximum, likewise."""
    return np.maximum(one, other, out=out)
