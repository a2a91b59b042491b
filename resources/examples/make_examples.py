"""Writes the example workbooks beside this file: formulas, formats, and the values that they have.

The values are calculated here, in Python, next to each formula; `mcdesk check` compares the two.
Run it after a change: python3 resources/examples/make_examples.py
"""

import math
from pathlib import Path
from statistics import NormalDist

from example_sheet import ExampleSheet, write_workbook


def product_launch() -> ExampleSheet:
    """Five years of a new product: units, revenue, cost, tax, net present value."""
    sheet = ExampleSheet("Launch", [34, 14, 14, 14, 14, 14, 14])
    sheet.text("A1", "Product launch: profit and loss over five years", "title")
    sheet.text("A3", "Assumptions", "bold")
    market = _assumption(sheet, 4, "Market in year 1 (units)", 1_200_000.0, "whole")
    growth = _assumption(sheet, 5, "Market growth per year", 0.04, "percent")
    share = _assumption(sheet, 6, "Share of the market at its peak", 0.06, "percent")
    price = _assumption(sheet, 7, "Price per unit in year 1", 49.0, "money")
    price_change = _assumption(sheet, 8, "Change of the price per year", -0.02, "percent")
    unit_cost = _assumption(sheet, 9, "Cost per unit", 27.0, "money")
    fixed_cost = _assumption(sheet, 10, "Fixed cost per year", 600_000.0, "whole")
    investment = _assumption(sheet, 11, "Investment before the launch", 1_500_000.0, "whole")
    tax_rate = _assumption(sheet, 12, "Tax rate", 0.25, "percent")
    discount = _assumption(sheet, 13, "Discount rate", 0.10, "percent")
    labels = ("Year", "Ramp-up", "Units", "Price", "Revenue", "Variable cost", "Fixed cost")
    for row, label in enumerate((*labels, "Operating profit", "Tax", "Cash flow"), 16):
        sheet.text(f"A{row}", label, "head" if row == 16 else "plain")
    sheet.number("B16", 0.0, "head")
    flows = [sheet.formula("B25", "-B11", -investment, "whole")]
    for year, (column, ramp) in enumerate(zip("CDEFG", (0.35, 0.7, 1.0, 1.0, 0.9), strict=True), 1):
        before = chr(ord(column) - 1)
        sheet.formula(f"{column}16", f"{before}16+1", float(year), "head")
        sheet.number(f"{column}17", ramp, "input percent")
        units = market * (1 + growth) ** (year - 1) * share * ramp
        sheet.formula(f"{column}18", f"$B$4*(1+$B$5)^({column}16-1)*$B$6*{column}17", units, "whole")
        unit_price = price * (1 + price_change) ** (year - 1)
        sheet.formula(f"{column}19", f"$B$7*(1+$B$8)^({column}16-1)", unit_price, "money")
        revenue = sheet.formula(f"{column}20", f"{column}18*{column}19", units * unit_price, "whole")
        variable = sheet.formula(f"{column}21", f"{column}18*$B$9", units * unit_cost, "whole")
        sheet.formula(f"{column}22", "$B$10", fixed_cost, "whole")
        profit = revenue - variable - fixed_cost
        sheet.formula(f"{column}23", f"{column}20-{column}21-{column}22", profit, "whole")
        tax = sheet.formula(f"{column}24", f"MAX(0,{column}23)*$B$12", max(0.0, profit) * tax_rate, "whole")
        flows.append(sheet.formula(f"{column}25", f"{column}23-{column}24", profit - tax, "whole"))
    sheet.text("A27", "Net present value", "bold")
    value = flows[0] + sum(flow / (1 + discount) ** year for year, flow in enumerate(flows[1:], 1))
    sheet.formula("B27", "B25+NPV(B13,C25:G25)", value, "result money")
    sheet.text("A28", "Internal rate of return", "bold")
    sheet.formula("B28", "IRR(B25:G25)", _rate_of_return(flows), "result percent")
    sheet.text("A29", "Loss (1 if the net present value is negative)", "bold")
    sheet.formula("B29", "IF(B27<0,1,0)", float(value < 0), "result whole")
    return sheet


def project_plan() -> ExampleSheet:
    """A project whose durations are uncertain in the cells themselves, with a path and a penalty."""
    sheet = ExampleSheet("Plan", [26, 12, 12, 12, 12, 12, 12, 14, 14])
    sheet.text("A1", "Project plan: duration and cost under uncertainty", "title")
    heads = ("Task", "Shortest", "Likely", "Longest", "Weeks", "Starts", "Ends", "Cost per week", "Cost")
    for column, head in zip("ABCDEFGHI", heads, strict=True):
        sheet.text(f"{column}3", head, "head")
    tasks = (
        ("Design", (4.0, 6.0, 10.0), "RiskPert", "0", 18_000.0),
        ("Permits", (3.0, 5.0, 12.0), "RiskTriang", "G4", 4_000.0),
        ("Build", (8.0, 10.0, 16.0), "RiskPert", "G4", 42_000.0),
        ("Test", (2.0, 3.0, 6.0), "RiskTriang", "MAX(G5,G6)", 25_000.0),
        ("Roll out", (1.0, 2.0, 4.0), "RiskTriang", "G7", 15_000.0),
    )
    ends: dict[str, float] = {"0": 0.0}
    costs = []
    for row, (name, bounds, function, start_text, rate) in enumerate(tasks, 4):
        sheet.text(f"A{row}", name)
        for column, bound in zip("BCD", bounds, strict=True):
            sheet.number(f"{column}{row}", bound, "input tenth")
        low, mode, high = bounds
        mean = (low + 4 * mode + high) / 6 if function == "RiskPert" else (low + mode + high) / 3
        weeks = sheet.formula(f"E{row}", f"{function}(B{row},C{row},D{row})", mean, "tenth")
        start = max(ends["G5"], ends["G6"]) if "MAX" in start_text else ends[start_text]
        sheet.formula(f"F{row}", start_text, start, "tenth")
        ends[f"G{row}"] = sheet.formula(f"G{row}", f"F{row}+E{row}", start + weeks, "tenth")
        sheet.number(f"H{row}", rate, "input whole")
        costs.append(sheet.formula(f"I{row}", f"E{row}*H{row}", weeks * rate, "whole"))
    overhead = _assumption(sheet, 11, "Overhead per week", 6_000.0, "whole")
    deadline = _assumption(sheet, 12, "Deadline (weeks)", 24.0, "tenth")
    penalty = _assumption(sheet, 13, "Penalty per week late", 20_000.0, "whole")
    rework = _assumption(sheet, 14, "Cost of rework", 120_000.0, "whole")
    sheet.text("A15", "Rework is needed (30 %)")
    needed = sheet.formula("B15", "IF(RAND()<0.3,1,0)", 0.0)
    sheet.text("A16", "Contingency on the tasks")
    contingency = sheet.number("B16", 0.10, "input percent")
    sheet.text("A18", "Duration (weeks)", "bold")
    duration = sheet.formula("B18", 'RiskOutput("Duration")+G8', ends["G8"], "result tenth")
    sheet.text("A19", "Total cost", "bold")
    late = penalty * max(0.0, duration - deadline)
    total = sum(costs) + overhead * duration + late + rework * needed
    text = 'RiskOutput("Total cost")+SUM(I4:I8)+B11*B18+B13*MAX(0,B18-B12)+B14*B15'
    sheet.formula("B19", text, total, "result whole")
    sheet.text("A20", "Budget: likely costs and contingency", "bold")
    likely = sum(bounds[1] * rate for _, bounds, _, _, rate in tasks)
    budget = likely * (1 + contingency) + overhead * deadline
    sheet.formula("B20", "SUMPRODUCT(C4:C8,H4:H8)*(1+B16)+B11*B12", budget, "result whole")
    sheet.text("A21", "The budget is enough (1 or 0)", "bold")
    sheet.formula(
        "B21", 'RiskOutput("Within budget")+IF(B19<=B20,1,0)', float(total <= budget), "result whole"
    )
    return sheet


def call_option() -> ExampleSheet:
    """A call option drawn with RAND(), beside the price that Black and Scholes give for it."""
    sheet = ExampleSheet("Option", [34, 14])
    sheet.text("A1", "Call option: simulated, and in closed form", "title")
    spot = _assumption(sheet, 3, "Price of the share today", 100.0, "money")
    strike = _assumption(sheet, 4, "Strike", 105.0, "money")
    rate = _assumption(sheet, 5, "Interest rate", 0.03, "percent")
    volatility = _assumption(sheet, 6, "Volatility", 0.20, "percent")
    years = _assumption(sheet, 7, "Years", 1.0, "money")
    sheet.text("A9", "A random number")
    sheet.formula("B9", "RAND()", 0.5)
    sheet.text("A10", "Price of the share at the end")
    end = spot * math.exp((rate - volatility**2 / 2) * years)
    sheet.formula("B10", "B3*EXP((B5-B6^2/2)*B7+B6*SQRT(B7)*NORMSINV(B9))", end, "money")
    sheet.text("A11", "Payoff today", "bold")
    payoff = math.exp(-rate * years) * max(0.0, end - strike)
    sheet.formula("B11", "EXP(-B5*B7)*MAX(0,B10-B4)", payoff, "result money")
    normal = NormalDist()
    sheet.text("A13", "d1")
    d1 = (math.log(spot / strike) + (rate + volatility**2 / 2) * years) / (volatility * math.sqrt(years))
    sheet.formula("B13", "(LN(B3/B4)+(B5+B6^2/2)*B7)/(B6*SQRT(B7))", d1)
    sheet.text("A14", "d2")
    d2 = d1 - volatility * math.sqrt(years)
    sheet.formula("B14", "B13-B6*SQRT(B7)", d2)
    sheet.text("A15", "Price in closed form", "bold")
    price = spot * normal.cdf(d1) - strike * math.exp(-rate * years) * normal.cdf(d2)
    sheet.formula("B15", "B3*NORMSDIST(B13)-B4*EXP(-B5*B7)*NORMSDIST(B14)", price, "result money")
    return sheet


def newsvendor() -> ExampleSheet:
    """How much to order before the demand is known, for five quantities beside each other."""
    sheet = ExampleSheet("Order", [36, 14, 14, 14, 14, 14])
    sheet.text("A1", "Newsvendor: how many to order for one season", "title")
    sheet.text(
        "A2", "Simulate B9 (demand) and B10 (share of late demand); the best order has the best mean.", "note"
    )
    sheet.text("A4", "Assumptions", "bold")
    price = _assumption(sheet, 5, "Price", 48.0, "money")
    cost = _assumption(sheet, 6, "Cost of ordering one", 21.0, "money")
    salvage = _assumption(sheet, 7, "Price in the sale at the end", 9.0, "money")
    goodwill = _assumption(sheet, 8, "Loss of goodwill for one not served", 4.0, "money")
    demand = _assumption(sheet, 9, "Demand of the season", 1_000.0, "whole")
    late = _assumption(sheet, 10, "Share of it that comes late and waits", 0.1, "percent")
    sheet.text("A12", "Order", "head")
    rows = ("Sold at once", "Sold late", "Left for the sale", "Not served", "Profit")
    for row, label in enumerate(rows, 13):
        sheet.text(f"A{row}", label, "bold" if label == "Profit" else "plain")
    profits = []
    for column, order in zip("BCDEF", (800.0, 900.0, 1_000.0, 1_100.0, 1_200.0), strict=True):
        sheet.number(f"{column}12", order, "head whole")
        at_once = min(order, demand * (1 - late))
        waiting = min(order - at_once, demand * late)
        rest = order - at_once - waiting
        missed = max(0.0, demand - order)
        sheet.formula(f"{column}13", f"MIN({column}12,ROUND($B$9*(1-$B$10),0))", at_once, "whole")
        sheet.formula(f"{column}14", f"MIN({column}12-{column}13,ROUND($B$9*$B$10,0))", waiting, "whole")
        sheet.formula(f"{column}15", f"{column}12-{column}13-{column}14", rest, "whole")
        sheet.formula(f"{column}16", f"MAX(0,$B$9-{column}12)", missed, "whole")
        profit = (at_once + waiting) * price + rest * salvage - order * cost - missed * goodwill
        text = f"({column}13+{column}14)*$B$5+{column}15*$B$7-{column}12*$B$6-{column}16*$B$8"
        profits.append(sheet.formula(f"{column}17", text, profit, "result whole"))
    sheet.text("A19", "Best order in this trial", "bold")
    best = (800.0, 900.0, 1_000.0, 1_100.0, 1_200.0)[profits.index(max(profits))]
    sheet.formula("B19", "INDEX(B12:F12,MATCH(MAX(B17:F17),B17:F17,0))", best, "result whole")
    return sheet


def portfolio() -> ExampleSheet:
    """Four holdings whose returns are uncertain in the cells, and what may be lost in a year."""
    sheet = ExampleSheet("Portfolio", [30, 16, 14, 14, 14, 16])
    sheet.text("A1", "Portfolio: value after one year, and value at risk", "title")
    sheet.text(
        "A2", "The returns follow one market factor; the value at risk is the 5th percentile of B14.", "note"
    )
    for column, label in zip(
        "ABCDEF", ("Holding", "Value", "Drift", "Own risk", "Beta", "After a year"), strict=True
    ):
        sheet.text(f"{column}4", label, "head")
    holdings = (
        ("Shares, home", 400_000.0, 0.06, 0.08, 1.0),
        ("Shares, abroad", 250_000.0, 0.07, 0.12, 1.2),
        ("Bonds", 300_000.0, 0.03, 0.03, 0.1),
        ("Real estate", 150_000.0, 0.045, 0.07, 0.5),
    )
    sheet.text("A10", "Return of the market")
    sheet.formula("B10", "RiskNormal(0,0.15)", 0.0, "percent")
    after = 0.0
    for row, (name, value, drift, risk, beta) in enumerate(holdings, 5):
        sheet.text(f"A{row}", name)
        for column, number, style in (("B", value, "whole"), ("C", drift, "percent"), ("D", risk, "percent")):
            sheet.number(f"{column}{row}", number, f"input {style}")
        sheet.number(f"E{row}", beta, "input money")
        end = value * math.exp(drift)
        text = f"B{row}*EXP(C{row}+E{row}*$B$10+RiskNormal(0,D{row}))"
        after += sheet.formula(f"F{row}", text, end, "whole")
    before = sum(value for _, value, *_ in holdings)
    sheet.text("A12", "Value today", "bold")
    sheet.formula("B12", "SUM(B5:B8)", before, "result whole")
    sheet.text("A13", "Value after a year", "bold")
    sheet.formula("B13", 'RiskOutput("Value after a year")+SUM(F5:F8)', after, "result whole")
    sheet.text("A14", "Gain or loss", "bold")
    sheet.formula("B14", 'RiskOutput("Gain or loss")+B13-B12', after - before, "result whole")
    sheet.text("A15", "Return", "bold")
    sheet.formula("B15", 'RiskOutput("Return")+B14/B12', (after - before) / before, "result percent")
    return sheet


def _rate_of_return(flows: list[float]) -> float:
    """The rate at which the flows are worth nothing, by halving."""
    low, high = -0.9, 10.0
    for _ in range(200):
        middle = (low + high) / 2
        worth = sum(flow / (1 + middle) ** year for year, flow in enumerate(flows))
        low, high = (middle, high) if worth > 0 else (low, middle)
    return (low + high) / 2


def main() -> None:
    """Write all examples."""
    folder = Path(__file__).parent
    write_workbook(folder / "product_launch.xlsx", product_launch())
    write_workbook(folder / "project_plan.xlsx", project_plan())
    write_workbook(folder / "call_option.xlsx", call_option())
    write_workbook(folder / "newsvendor.xlsx", newsvendor())
    write_workbook(folder / "portfolio.xlsx", portfolio())


def _assumption(sheet: ExampleSheet, row: int, label: str, value: float, style: str) -> float:
    sheet.text(f"A{row}", label)
    return sheet.number(f"B{row}", value, f"input {style}")


if __name__ == "__main__":
    main()
