"""What the results page says of the trials of an output that ended in errors."""

from mcdesk.engine.simulation_types import OutputStatistics
from mcdesk.ui.formatting import percent_text


def failed_note(output: OutputStatistics) -> str:
    """How many of the trials have no value, and the commonest error; empty where all have one."""
    if not output.errors:
        return ""
    share = percent_text(output.errors / output.trials)
    kind = _commonest(output)
    return f"{share} gave errors{', most' if len(output.error_kinds) > 1 else ':'} {kind}"


def all_failed_text(output: OutputStatistics) -> str:
    """Why there is nothing to draw, and where to look; empty where some trial has a value."""
    if not output.errors or output.errors < output.trials:
        return ""
    kind = _commonest(output)
    what = f"errors, most of them {kind}" if len(output.error_kinds) > 1 else kind
    return f"All trials gave {what}; the tab Errors says where"


def _commonest(output: OutputStatistics) -> str:
    kinds = output.error_kinds
    return max(kinds, key=lambda each: each.trials).kind if kinds else "of no known kind"
