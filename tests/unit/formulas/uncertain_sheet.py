"""A sheet of uncertain and certain cells of every kind, for tests of compiled functions."""

from tests.builders_xlsx import CellContent

INPUTS = {"A1": "uniform(-3, 5)", "A2": "uniform(0.05, 0.95)", "A3": "discrete({1, 2, 3}, {1, 1, 1})"}
# B1:B10 uncertain numbers with errors among them, C certain cells of every kind, D uncertain numbers,
# E logical values and texts that vary, G certain numbers, H uncertain and certain cells in turn
CELLS: dict[str, CellContent] = {
    "A1": 1.0, "A2": 0.5, "A3": 2.0,
    **{f"B{row}": f"=SQRT(A$1+{row - 2})*A$2" for row in range(1, 11)},
    "C1": 1.0, "C2": "x", "C3": True, "C5": "2", "C6": 2.0, "C7": "yes", "C8": "", "C9": 3.0, "C10": -1.0,
    **{f"D{row}": f"=ROUND(A$1*{row}+A$2,0)" for row in range(1, 11)},
    **{f"E{row}": f'=IF(D{row}>2,"yes","no")' for row in range(1, 6)},
    **{f"E{row}": f"=D{row}>3" for row in range(6, 11)},
    **{f"P{row}": float(value) for row, value in enumerate((3, 1, 4, 1, 5, 2, 6, 2), 1)},
    **{f"Q{row}": f"=$A$2*{row}" if row % 3 else float(row) for row in range(1, 9)},
    **{f"R{row}": "no" if row % 3 == 0 else "yes" if row % 3 == 1 else f"other {row}" for row in range(1, 9)},
    **{f"S{row}": row * 0.7 - 1 for row in range(1, 9)}, **{f"T{row}": 5 - row * 0.9 for row in range(1, 9)},
    **{f"U{row}": f"=$A$1*{row}" for row in range(1, 9)}, **{f"V{row}": row * 2.0 for row in range(1, 9)},
    **{f"{column}1": float(i) for i, column in enumerate("WXYZ")},
    **{f"{column}2": f"=$A$1+{i}" for i, column in enumerate("WXYZ")},
    **{f"{column}3": i * 1.5 for i, column in enumerate("WXYZ")},
    "Y5": "=SUBTOTAL(9,D1:D3)", "X5": "=45000+A1*321.7", "X6": "=46000+A2*900",
    "M1": "=-10*A2", "M2": 2.0, **{f"M{row}": f"=$A$1+{row}" for row in range(3, 7)},
    **{f"N{row}": 45_000.0 + 200 * row for row in range(1, 7)},
    **{f"O{row}": f"=45000+{row * 100}*$A$1" for row in range(1, 7)},
    **{f"L{row}": f"=MOD(A$1*{row}^2,7)-A$2" for row in range(1, 91)},
    **{f"G{row}": float(row * 7 % 5) for row in range(1, 11)},
    "H1": "=A1*2", "H2": 3.0, "H3": "=A3", "H4": "text", "H5": "=A3+1", "H7": "=A2", "H8": False, "H9": 2.0,
}  # fmt: skip
