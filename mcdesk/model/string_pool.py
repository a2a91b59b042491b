"""All texts of a workbook, each kept once."""


class StringPool:
    """Texts by index; the shared strings of the file keep their own numbering beside it."""

    def __init__(self) -> None:
        self._index_by_text: dict[str, int] = {}
        self._shared: list[int] = []

    def add(self, text: str) -> int:
        """Return the index of the text, adding it if it is new."""
        return self._index_by_text.setdefault(text, len(self._index_by_text))

    def add_shared(self, text: str) -> None:
        """Take the next entry of the file's table of shared strings."""
        self._shared.append(self.add(text))

    def shared(self, number: int) -> int:
        """Return the index of a shared string.

        Raises:
            ValueError: if the file has no such string.
        """
        if not 0 <= number < len(self._shared):
            raise ValueError(f"there is no shared string {number}")
        return self._shared[number]

    def texts(self) -> tuple[str, ...]:
        """Return all texts in the order of their indices."""
        return tuple(self._index_by_text)
