"""What the Finder has to know of the application: the entries of Info.plist beside PyInstaller's own."""

from bundling.file_types import FILE_TYPES


def property_list() -> dict[str, object]:
    """Which files it opens, and that it is a program with a window.

    It does not claim to own workbooks: a double click still opens what opened them before, and mcdesk
    stands in the menu Open With.
    """
    return {
        # PyInstaller makes an application without windows of a program that has a console too
        "LSBackgroundOnly": False,
        "NSHighResolutionCapable": True,
        "NSRequiresAquaSystemAppearance": False,
        "LSMinimumSystemVersion": "13.0",
        "LSApplicationCategoryType": "public.app-category.business",
        "NSHumanReadableCopyright": "mcdesk authors, Apache License 2.0",
        "CFBundleDocumentTypes": [
            {
                "CFBundleTypeName": each.title,
                "CFBundleTypeRole": "Viewer",
                "LSHandlerRank": "Alternate",
                "LSItemContentTypes": [each.apple_type],
                "CFBundleTypeExtensions": [each.suffix],
            }
            for each in FILE_TYPES
        ],
    }
