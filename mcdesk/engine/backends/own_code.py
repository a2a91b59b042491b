"""What decides, besides the program, which machine code is made of it: our own code that makes it."""

import hashlib
import importlib.util
import marshal
import pkgutil
from functools import cache

import mcdesk.engine.backends
import mcdesk.engine.mathematics
import mcdesk.engine.passes

# what these write and judge with: a test follows their imports
_PACKAGES = (mcdesk.engine.passes, mcdesk.engine.backends, mcdesk.engine.mathematics)
_MODULES = (
    "block_operations",
    "exact_fma",
    "instruction_writer",
    "intervals",
    "ir",
    "operations",
    "program_draft",
    "scalar_operations",
    "slot_access",
    "slot_order",
    "stage_builder",
    "stage_groups",
    "statements",
    "trial_memory",
    "verifier",
)

MARSHAL_WITHOUT_REFERENCES = 2


@cache
def fingerprint() -> str:
    """A hash of the passes and of what writes LLVM's text, so that no object outlives a change of them."""
    digest = hashlib.sha256()
    for name in makers():
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            digest.update(_bytes_of(spec.loader, name))
    return digest.hexdigest()


def makers() -> list[str]:
    """The modules that decide which machine code is made of a program."""
    names = [f"mcdesk.engine.{name}" for name in _MODULES]
    for package in _PACKAGES:
        names += [each.name for each in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")]
    return names


def _bytes_of(loader: object, name: str) -> bytes:
    # not by its class: the loader of a bundle is of none that Python knows
    get_source, get_code = (getattr(loader, each, None) for each in ("get_source", "get_code"))
    source = None if get_source is None else get_source(name)
    if source is not None:
        return bytes(source, "utf-8")
    # newer formats mark what is referred to elsewhere in the process, and differ from one to the next
    return b"" if get_code is None else marshal.dumps(get_code(name), MARSHAL_WITHOUT_REFERENCES)
