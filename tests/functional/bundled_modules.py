"""mcdesk without the modules that a bundle leaves out: what needs one fails here as it would there.

The processes that it starts begin here as well.
"""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

from bundling.contents import EXCLUDED_MODULES


class LeftOut(MetaPathFinder):
    """Finds nothing, and lets nobody else look for what is left out."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if any(fullname == name or fullname.startswith(f"{name}.") for name in EXCLUDED_MODULES):
            raise ModuleNotFoundError(f"No module named {fullname!r} in a bundle", name=fullname)
        return None


NETWORK = ("socket.bind", "socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname")


def tell_what_may_not_be(event: str, arguments: tuple[object, ...]) -> None:
    """Python's own SQLite tells hooks of each connection; ours does not, and only ours may open the file."""
    if event == "sqlite3.connect":
        sys.stderr.write(f"a second SQLite library opens {arguments}\n")
    if event in NETWORK:
        sys.stderr.write(f"nobody asked for the network: {event} {arguments}\n")


sys.meta_path.insert(0, LeftOut())
sys.addaudithook(tell_what_may_not_be)

if __name__ == "__main__":
    from mcdesk.__main__ import main

    main()
