"""The workbooks that mcdesk comes with, as the first page shows them."""

from pathlib import Path

from mcdesk.foundation.paths import resources_folder
from mcdesk.ui.views.start_view import ExampleCard

_EXAMPLES = (
    ("product_launch.xlsx", "Product launch", "Will the new product earn its investment back?"),
    ("project_plan.xlsx", "Project plan", "How long will it take, and what will it cost?"),
    ("newsvendor.xlsx", "Newsvendor", "How many to order when demand is uncertain?"),
    ("portfolio.xlsx", "Portfolio", "What may four correlated assets lose in a year?"),
)


def example_cards() -> tuple[ExampleCard, ...]:
    """Those that are there."""
    folder: Path = resources_folder() / "examples"
    return tuple(
        ExampleCard(folder / name, title, text)
        for name, title, text in _EXAMPLES
        if (folder / name).is_file()
    )
