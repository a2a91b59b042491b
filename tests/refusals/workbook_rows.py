"""Workbooks that cannot be read or simulated."""

from tests.refusals.refusal_table import Kind, Subject, row, rows

WORKBOOKS = Subject(
    "The workbook",
    (
        Kind(
            "There is no such file",
            "Look at its name and at the folder you are in.",
            (
                row("run none.xlsx", "none.xlsx cannot be opened: ", "Check the path and its permissions"),
                row("check none.xlsx", "none.xlsx cannot be opened: "),
                row("calc none.xlsx --trial 1", "none.xlsx cannot be opened: "),
                row("run folder.xlsx", "folder.xlsx is not a file. Choose an .xlsx or .xlsm file"),
                row("check folder.xlsx", "folder.xlsx is not a file"),
                row("run ''", "'MODEL': the name of a file is empty"),
                row("check ''", "'MODEL': the name of a file is empty"),
            ),
        ),
        Kind(
            "It is a file of another kind",
            "Open it in Excel or LibreOffice and save it as .xlsx; changing the name is not enough.",
            rows(
                "run",
                {
                    "renamed.xlsx": "renamed.xlsx cannot be read: it is not an Excel workbook (.xlsx",
                    "notes.txt": "notes.txt cannot be read: it is not an Excel workbook",
                    "any.xlsx": "any.xlsx cannot be read: it is not an Excel workbook",
                    "old.xls": "old.xls cannot be read: it is protected by a password, or in the old .xls",
                    "binary.xlsb": "binary.xlsb cannot be read: it is a binary workbook (.xlsb)",
                    "linked.xlsx": "linked.xlsx cannot be read: it is a binary workbook (.xlsb)",
                    "empty.xlsx": "empty.xlsx cannot be read: the file is empty",
                },
            ),
        ),
        Kind(
            "It is protected by a password",
            "Take the password off in Excel (File, Info, Protect Workbook) and save it.",
            rows(
                "run",
                {
                    "encrypted.xlsx": "encrypted.xlsx cannot be read: it is protected by a password",
                    "protected.xlsx": "protected.xlsx cannot be read: it is protected by a password",
                },
            ),
        ),
        Kind(
            "It is damaged",
            "Open it in Excel, let Excel repair it, and save it; or take an earlier copy.",
            (
                *rows(
                    "run",
                    {
                        "cut-off.xlsx": "cut-off.xlsx cannot be read: the file is damaged",
                        "broken.xlsx": "broken.xlsx cannot be read: the file is damaged",
                        "no-part.xlsx": "no-part.xlsx cannot be read: this part is missing (sheet Cash flow)",
                        "bad-cell.xlsx": "cannot be read: A1: 'ten' is not a number (sheet Plan)",
                        "outside.xlsx": "outside.xlsx cannot be read: row 1048577 lies outside of a sheet",
                        "far-right.xlsx": "the file is damaged, 'XFE1' lies outside of a sheet (sheet Plan)",
                        "no-link.xlsx": "the list of sheets names a part that is missing (sheet Cash flow)",
                        "deep.xlsx": "the file is damaged, its elements are nested more than 1000 deep",
                        "no-sheets.xlsx": "no-sheets.xlsx cannot be read: it has no sheets",
                    },
                ),
                row("check cut-off.xlsx", "cut-off.xlsx cannot be read: the file is damaged"),
                row("check broken.xlsx", "(sheet Cash flow)"),
                row("calc bad-cell.xlsx --trial 1", "A1: 'ten' is not a number"),
            ),
        ),
        Kind(
            "It is built to do harm",
            "Do not open it. If you trust where it comes from, open it in Excel and save it anew.",
            rows(
                "run",
                {
                    "bomb.xlsx": "bomb.xlsx cannot be read: xl/media/image1.png is packed more than 100:1",
                    "large.xlsx": "large.xlsx cannot be read: it is larger than 200 MB",
                    "many-parts.xlsx": "many-parts.xlsx cannot be read: it has more than 2000 parts",
                    "many-sheets.xlsx": "cannot be read: it lists more sheets than it has parts",
                    "repacked.xlsx": "cannot be read: xl/media/image1.png is packed in an unknown way",
                    "hostile.xlsx": "hostile.xlsx cannot be read: xl/styles.xml has a document type",
                },
            ),
        ),
        Kind(
            "There is nothing in it to simulate",
            "Choose a workbook with cells; charts and empty sheets have none.",
            (
                row("run chart.xlsx", "chart.xlsx has no cells. Choose a workbook with a model in it"),
                row("run empty-sheet.xlsx", "empty-sheet.xlsx has no cells"),
                row("run chart.xlsx --output Chart!A1", "Chart!A1 is an empty cell of chart.xlsx"),
                row("calc empty-sheet.xlsx --trial 1", "empty-sheet.xlsx has no cells"),
            ),
        ),
        Kind(
            "A formula cannot be simulated",
            "Replace the formula, choose outputs that do not depend on it, or make its cell an input.",
            rows(
                "run formulas.xlsx",
                {
                    "--output Plan!B1": "Plan!B1 uses FOO, which mcdesk does not know. Replace the formula",
                    "--output Plan!B2": "Plan!B2 uses RISKNORMAL with fewer than 2 parameters",
                    "--output Plan!B3": "Plan!B3 gives RISKNORMAL the property RISKLIBRARY",
                    "--output Plan!B4": "Plan!B4 uses RISKWEIRDO, which mcdesk does not know",
                },
            ),
        ),
        Kind(
            "A value from outside of the workbook is missing",
            "`GETPIVOTDATA`, `CUBEVALUE`, `STOCKHISTORY`, `WEBSERVICE` and their like ask a pivot cache, a "
            "server or the internet; mcdesk takes the value that the file keeps. Save the workbook in Excel "
            "with its values, or type them in place of the formulas; where an input moves such a cell, "
            "replace its formula by cells.",
            rows(
                "run formulas.xlsx",
                {
                    "--output Plan!B6": "Plan!B6 uses GETPIVOTDATA, whose value comes from outside of the "
                    "cells, and the file keeps none",
                    '--output Plan!B7 --input "Plan!A1=uniform(1,2)"': "Plan!B7 uses GETPIVOTDATA, whose "
                    "value comes from outside of the cells, and depends on an input",
                },
            ),
        ),
    ),
)
