"""What decides, besides the program, which machine code is made of it: our own code that makes it."""

import hashlib
import importlib.util
import marshal
import pkgutil
from functools import cache

import mcdesk.engine.backends
import mcdesk.engine.passes


@cache
def fingerprint() -> str:
    """A hash of the passes and of what writes LLVM's text, so that no object outlives a change of them."""
    digest = hashlib.sha256()
    for package in (mcdesk.engine.passes, mcdesk.engine.backends):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            spec = importlib.util.find_spec(module.name)
            # not by its class: the loader of a bundle is of none that Python knows
            get_code = None if spec is None else getattr(spec.loader, "get_code", None)
            if get_code is not None:
                digest.update(marshal.dumps(get_code(module.name)))
    return digest.hexdigest()
