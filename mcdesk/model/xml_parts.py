"""Parts of a package as streams of XML elements, over expat; refuses document types and entities."""

from collections.abc import Callable
from typing import NoReturn, Protocol
from xml.parsers import expat

from mcdesk.model.package import Package, PartRefused, relationships_part, resolve_target

# Attributes by name; those of another namespace carry its address and a space before it.
Attributes = dict[str, str]
ElementReader = Callable[[str, str, Attributes, str], None]

# Excel nests a few dozen; expat keeps each open element, so that millions of them fill the memory.
MOST_DEPTH = 1_000
TOO_DEEP = f"the file is damaged, its elements are nested more than {MOST_DEPTH} deep"


class XmlTarget(Protocol):
    """What a part is read into. Names are `address local`, or `local` without a namespace.

    A target counts what is open itself: a call more for each element would slow large sheets.
    """

    def start(self, name: str, attributes: Attributes) -> None:
        """Take the beginning of an element.

        Raises:
            PartRefused: if more than `MOST_DEPTH` elements are open.
        """
        ...

    def end(self, name: str) -> None:
        """Take the end of an element."""
        ...

    def text(self, text: str) -> None:
        """Take text, whole between two tags unless it is very long."""
        ...


def parse_part(package: Package, name: str, target: XmlTarget, where: str = "") -> None:
    """Send the elements of a part to the target.

    Raises:
        WorkbookUnreadable: if the part is missing, damaged or hostile; it says `where`, or names the part.
    """
    with package.refusing(where or name):
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = target.start
        parser.EndElementHandler = target.end
        parser.CharacterDataHandler = target.text
        parser.StartDoctypeDeclHandler = _refuse_document_type
        parser.EntityDeclHandler = _refuse_document_type
        try:
            for chunk in package.chunks(name):
                parser.Parse(chunk)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise PartRefused(f"the file is damaged, {error}") from error


def read_elements(package: Package, name: str, read: ElementReader) -> None:
    """Call `read(parent, local name, attributes, text)` at the end of each element of a part.

    Only elements in the namespace of the outermost one count; text is what stands directly inside.
    Errors are those of `parse_part`.
    """
    parse_part(package, name, _ElementCollector(read))


def is_true(text: str | None) -> bool:
    """Read a Boolean attribute; absent is false."""
    return text in ("1", "true", "on")


def relationship_id(attributes: Attributes) -> str | None:
    """Return the `r:id` of an element, whichever edition of the format its namespace names."""
    for name, value in attributes.items():
        if name.endswith("relationships id"):
            return value
    return None


class Relationship:
    """A link from one part to another: `kind` is the last word of its type; an external one has no part."""

    __slots__ = ("is_external", "kind", "target")

    def __init__(self, source: str, attributes: Attributes) -> None:
        self.kind = attributes.get("Type", "").rpartition("/")[2]
        self.is_external = attributes.get("TargetMode") == "External"
        target = attributes.get("Target", "")
        self.target = target if self.is_external else resolve_target(source, target)


def read_relationships(package: Package, source: str) -> dict[str, Relationship]:
    """Return the relationships of a part (of the package for an empty name) by their id."""
    relationships: dict[str, Relationship] = {}

    def read(parent: str, name: str, attributes: Attributes, text: str) -> None:
        if name == "Relationship" and "Id" in attributes:
            relationships[attributes["Id"]] = Relationship(source, attributes)

    part = relationships_part(source)
    if package.has_part(part):
        read_elements(package, part, read)
    return relationships


class _ElementCollector:
    """Keeps the open elements: their local name, attributes and pieces of text."""

    def __init__(self, read: ElementReader) -> None:
        self._read = read
        self._open: list[tuple[str, Attributes, list[str]]] = [("", {}, [])]
        self._address: str | None = None

    def start(self, name: str, attributes: Attributes) -> None:
        # the first one that is kept stands for the part itself
        if len(self._open) > MOST_DEPTH:
            raise PartRefused(TOO_DEEP)
        address, _, local = name.rpartition(" ")
        if self._address is None:
            self._address = address
        self._open.append((local if address == self._address else "", attributes, []))

    def end(self, name: str) -> None:
        local, attributes, pieces = self._open.pop()
        if local:
            self._read(self._open[-1][0], local, attributes, "".join(pieces))

    def text(self, text: str) -> None:
        self._open[-1][2].append(text)


def _refuse_document_type(*_declaration: object) -> NoReturn:
    raise PartRefused("it has a document type, which no workbook needs")
