"""The files that a double click may open mcdesk with, under the names that each system has for them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileType:
    """One kind of file; `suffix` without its dot."""

    title: str
    suffix: str
    mime_type: str
    apple_type: str


FILE_TYPES = (
    FileType(
        "Excel workbook",
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "org.openxmlformats.spreadsheetml.sheet",
    ),
    FileType(
        "Excel workbook with macros",
        "xlsm",
        "application/vnd.ms-excel.sheet.macroEnabled.12",
        "org.openxmlformats.spreadsheetml.sheet.macroenabled",
    ),
)
