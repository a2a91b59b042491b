"""What a Linux desktop has to know of the application: its entry in the menu, its icon, its files."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import escape

from bundling.file_types import FILE_TYPES

# `install-desktop-entry.sh` writes in its place where the folder lies.
PROGRAM = "@PROGRAM@"
INSTALLER = "install-desktop-entry.sh"


def desktop_entry(program: str = PROGRAM) -> str:
    """The entry of the menu, for the program at this path."""
    types = "".join(f"{each.mime_type};" for each in FILE_TYPES)
    lines = (
        "[Desktop Entry]",
        "Type=Application",
        "Version=1.4",
        "Name=mcdesk",
        "GenericName=Monte Carlo simulation",
        "Comment=Simulate Excel workbooks whose cells are uncertain",
        f'Exec="{program}" %f',
        "Icon=mcdesk",
        "Terminal=false",
        "Categories=Office;Spreadsheet;",
        "Keywords=risk;uncertainty;forecast;Excel;workbook;simulation;",
        f"MimeType={types}",
        "StartupNotify=true",
        "StartupWMClass=mcdesk",
    )
    return "\n".join(lines) + "\n"


def mime_package() -> str:
    """The kinds of files, for desktops that do not know them yet."""
    types = "".join(
        f'  <mime-type type="{each.mime_type}">\n    <comment>{escape(each.title)}</comment>\n'
        f'    <glob pattern="*.{each.suffix}"/>\n  </mime-type>\n'
        for each in FILE_TYPES
    )
    space = "http" + "://www.freedesktop.org/standards/shared-mime-info"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<mime-info xmlns="{space}">\n{types}</mime-info>\n'


def write_desktop_files(folder: Path, icons: Mapping[str, Path]) -> None:
    """Put them into `share` of a bundle, and what installs them beside its program."""
    share = folder / "share"
    (share / "applications").mkdir(parents=True, exist_ok=True)
    (share / "applications" / "mcdesk.desktop").write_text(desktop_entry(), encoding="utf-8")
    (share / "mime" / "packages").mkdir(parents=True, exist_ok=True)
    (share / "mime" / "packages" / "mcdesk.xml").write_text(mime_package(), encoding="utf-8")
    for name, source in icons.items():
        if name == "svg" or name.isdigit():
            width = "scalable" if name == "svg" else f"{name}x{name}"
            place = share / "icons" / "hicolor" / width / "apps" / f"mcdesk{source.suffix}"
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, place)
    installer = Path(__file__).with_name(INSTALLER)
    shutil.copy2(installer, folder / INSTALLER)
    (folder / INSTALLER).chmod(0o755)
