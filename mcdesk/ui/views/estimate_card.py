"""Below the Run button: what a simulation is estimated to take before it runs, or why it cannot."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from mcdesk.ui.presenters.run_estimate import RunEstimate
from mcdesk.ui.widgets.parts import ElidedLabel, card, label
from mcdesk.ui.widgets.plain_tip import plain_tip


class EstimateCard(QWidget):
    """Shows one estimate; its lines keep their places, so that nothing jumps while they change."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("estimatePanel")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        frame, inside = card("estimateCard")
        inside.setContentsMargins(14, 9, 14, 10)
        inside.setSpacing(1)
        self._headline = ElidedLabel("", "strong", "estimateHeadline")
        self._needs = ElidedLabel("", "small", "estimateNeeds")
        self._allowed = ElidedLabel("", "small", "estimateAllowed")
        self._warning = label("", "warning", "estimateWarning")
        self._warning.setWordWrap(True)
        for part in (self._headline, self._needs, self._allowed, self._warning):
            inside.addWidget(part)
        outer.addWidget(frame)
        self._frame = frame
        self.show_estimate(RunEstimate(""))

    def show_estimate(self, estimate: RunEstimate) -> None:
        """Show this one."""
        self._headline.setText(estimate.headline)
        is_bare = not estimate.needs and bool(estimate.warning)
        for part, text in ((self._needs, estimate.needs), (self._allowed, estimate.allowed)):
            part.setText(text)
            part.setToolTip(plain_tip(text))
            part.setVisible(not is_bare)
        self._warning.setText(estimate.warning)
        self._warning.setVisible(bool(estimate.warning))
        told = (estimate.headline, estimate.needs, estimate.allowed, estimate.warning)
        self._frame.setAccessibleName("Estimate: " + ". ".join(each for each in told if each))
