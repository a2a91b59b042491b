"""What decides, besides the program, which machine code is made of it: our own code that makes it."""

import hashlib
import importlib.util
import marshal
import pkgutil
from functools import cache
from importlib.abc import InspectLoader

import mcdesk.engine.backends
import mcdesk.engine.passes


@cache
def fingerprint() -> str:
    """A hash of the passes and of what writes LLVM's text, so that no object outlives a change of them."""
    digest = hashlib.sha256()
    for package in (mcdesk.engine.passes, mcdesk.engine.backends):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            spec = importlib.util.find_spec(module.name)
            loader = None if spec is None else spec.loader
            if isinstance(loader, InspectLoader):
                code = loader.get_code(module.name)
                digest.update(b"" if code is None else marshal.dumps(code))
    return digest.hexdigest()
