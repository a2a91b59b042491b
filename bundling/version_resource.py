"""What Windows shows of the program under Properties, Details: the text that PyInstaller compiles."""

PRODUCT = "mcdesk"
DESCRIPTION = "Monte Carlo simulation of Excel workbooks"
COPYRIGHT = "mcdesk authors, Apache License 2.0"
_ENGLISH, _UNICODE = 0x0409, 1200


def version_resource(version: str) -> str:
    """The resource for a version such as `1.2.3` or `0.1.0.dev0`; only its numbers count for Windows."""
    texts = {
        "CompanyName": "mcdesk authors",
        "FileDescription": DESCRIPTION,
        "FileVersion": version,
        "InternalName": PRODUCT,
        "LegalCopyright": COPYRIGHT,
        "OriginalFilename": f"{PRODUCT}.exe",
        "ProductName": PRODUCT,
        "ProductVersion": version,
    }
    entries = ", ".join(f"StringStruct({name!r}, {text!r})" for name, text in texts.items())
    numbers = four_numbers(version)
    return (
        "VSVersionInfo(\n"
        f"  ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3F, flags=0x0,"
        " OS=0x40004, fileType=0x1, subtype=0x0, date=(0, 0)),\n"
        f"  kids=[StringFileInfo([StringTable('{_ENGLISH:04X}{_UNICODE:04X}', [{entries}])]),\n"
        f"    VarFileInfo([VarStruct('Translation', [{_ENGLISH}, {_UNICODE}])])])\n"
    )


def four_numbers(version: str) -> tuple[int, int, int, int]:
    """The release as Windows counts it; what is no number ends it."""
    numbers = []
    for part in version.split("."):
        if not part.isdigit():
            break
        numbers.append(int(part))
    first, second, third, fourth, *_ = (*numbers, 0, 0, 0, 0)
    return first, second, third, fourth
