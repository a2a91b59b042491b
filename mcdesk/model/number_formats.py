"""Number formats of a workbook: one format code per cell style."""

from typing import Final

from mcdesk.model.cell_values import parse_index
from mcdesk.model.package import Package
from mcdesk.model.xml_parts import Attributes, read_elements

# ECMA-376 part 1, 18.8.30; 5 to 8 and 41 to 44 are those of an English Excel.
BUILT_IN_FORMATS: Final = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    5: '"$"#,##0_);("$"#,##0)',
    6: '"$"#,##0_);[Red]("$"#,##0)',
    7: '"$"#,##0.00_);("$"#,##0.00)',
    8: '"$"#,##0.00_);[Red]("$"#,##0.00)',
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    14: "m/d/yyyy",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "m/d/yyyy h:mm",
    37: "#,##0_);(#,##0)",
    38: "#,##0_);[Red](#,##0)",
    39: "#,##0.00_);(#,##0.00)",
    40: "#,##0.00_);[Red](#,##0.00)",
    41: '_(* #,##0_);_(* (#,##0);_(* "-"_);_(@_)',
    42: '_("$"* #,##0_);_("$"* (#,##0);_("$"* "-"_);_(@_)',
    43: '_(* #,##0.00_);_(* (#,##0.00);_(* "-"??_);_(@_)',
    44: '_("$"* #,##0.00_);_("$"* (#,##0.00);_("$"* "-"??_);_(@_)',
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
    48: "##0.0E+0",
    49: "@",
}

# Excel takes no longer ones; the digits that one asks for also fit what Python writes out.
MOST_CODE_CHARACTERS: Final = 255


def read_number_formats(package: Package, part: str) -> tuple[str, ...]:
    """Return the format code of each cell style; unknown and overlong formats count as General.

    Raises:
        WorkbookUnreadable: if the part is damaged.
    """
    code_by_id = dict(BUILT_IN_FORMATS)
    ids: list[int] = []

    def read(parent: str, name: str, attributes: Attributes, text: str) -> None:
        if parent == "numFmts" and name == "numFmt":
            code = attributes.get("formatCode", "General")
            is_overlong = len(code) > MOST_CODE_CHARACTERS
            code_by_id[parse_index(attributes["numFmtId"])] = "General" if is_overlong else code
        elif parent == "cellXfs" and name == "xf":
            ids.append(parse_index(attributes.get("numFmtId", "0")))

    read_elements(package, part, read)
    return tuple(code_by_id.get(number, "General") for number in ids) or ("General",)
