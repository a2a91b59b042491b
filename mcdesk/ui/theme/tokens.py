"""The colours and measures of the two themes: palette, style sheet and charts are made from them."""

from dataclasses import dataclass

# Lengths are device-independent pixels.
PAGE_MARGIN = 28
GUTTER = 18
CARD_RADIUS = 12
CONTROL_RADIUS = 8
CONTROL_HEIGHT = 34
BODY_PIXELS = 13
SMALL_PIXELS = 12
LABEL_PIXELS = 11
HEADING_PIXELS = 22
CARD_TITLE_PIXELS = 14
FIGURE_PIXELS = 22


@dataclass(frozen=True, slots=True)
class Tokens:
    """Colours as `#rrggbb`; every text colour has a contrast of 4.5 or more on what lies behind it.

    Attributes:
        page, sidebar, card, raised: grounds; `raised` is that of menus, fields and hovered rows.
        accent_ground: behind what is chosen, with accent_text on it; on_accent is text on accent itself.
        series: fills for several outputs or runs, told apart by lightness too.
        low, high: the two sides of a tornado.
        input_ground, output_ground, precedent_ground, dependent_ground: tints of cells in the grid.
    """

    is_dark: bool
    page: str
    sidebar: str
    card: str
    raised: str
    border: str
    border_strong: str
    text: str
    muted: str
    accent: str
    accent_hover: str
    accent_text: str
    accent_ground: str
    on_accent: str
    good: str
    warning: str
    bad: str
    good_ground: str
    warning_ground: str
    bad_ground: str
    neutral_ground: str
    track: str
    grid_line: str
    series: tuple[str, ...]
    low: str
    high: str
    input_ground: str
    input_text: str
    output_ground: str
    output_text: str
    precedent_ground: str
    dependent_ground: str


LIGHT = Tokens(
    is_dark=False,
    page="#f5f6f8",
    sidebar="#fbfbfc",
    card="#ffffff",
    raised="#f3f4f7",
    border="#e3e6ec",
    border_strong="#c3c9d4",
    text="#131722",
    muted="#5d6878",
    accent="#3556ee",
    accent_hover="#2a48d6",
    accent_text="#2f4fe0",
    accent_ground="#edf1ff",
    on_accent="#ffffff",
    good="#077b58",
    warning="#9a5b00",
    bad="#c92a2a",
    good_ground="#e3f5ee",
    warning_ground="#fdf1dc",
    bad_ground="#fdeaea",
    neutral_ground="#eceef2",
    track="#e8eaef",
    grid_line="#e9ebf0",
    series=("#3556ee", "#e8833a", "#0f9d8a", "#a64ac9", "#c2255c", "#5f6b7a"),
    low="#26a99a",
    high="#f2914e",
    input_ground="#e5ecff",
    input_text="#2643c4",
    output_ground="#dff3ea",
    output_text="#076b4c",
    precedent_ground="#fdf1dc",
    dependent_ground="#f6e8fb",
)

DARK = Tokens(
    is_dark=True,
    page="#0d1015",
    sidebar="#10141a",
    card="#151a21",
    raised="#1c222b",
    border="#262d38",
    border_strong="#3b4554",
    text="#eceff4",
    muted="#98a3b3",
    accent="#7390ff",
    accent_hover="#8aa3ff",
    accent_text="#8ea5ff",
    accent_ground="#1d2742",
    on_accent="#0b0f1c",
    good="#3ecf8e",
    warning="#f0b24a",
    bad="#ff7b7b",
    good_ground="#143026",
    warning_ground="#33270f",
    bad_ground="#3a1c20",
    neutral_ground="#242a34",
    track="#282e39",
    grid_line="#222934",
    series=("#7390ff", "#f2a15f", "#35c4b0", "#c58af0", "#f06595", "#98a3b3"),
    low="#2bb8aa",
    high="#f2965a",
    input_ground="#1e2a4d",
    input_text="#a9bbff",
    output_ground="#15352a",
    output_text="#63dfa9",
    precedent_ground="#3a2d12",
    dependent_ground="#35213f",
)
