"""Add-in functions that declare uncertainty: their names and parameters in terms of ours."""

# our family, and which argument each of its parameters is
_FAMILIES = {
    "NORMAL": ("normal", (0, 1)),
    "LOGNORM": ("lognormal", (0, 1)),
    "LOGNORMAL": ("lognormal", (0, 1)),
    "LOGNORM2": ("lognormal2", (0, 1)),
    "TRIANG": ("triangular", (0, 1, 2)),
    "TRIANGULAR": ("triangular", (0, 1, 2)),
    "TRIANGLE": ("triangular", (0, 1, 2)),
    "PERT": ("pert", (0, 1, 2)),
    "BETAPERT": ("pert", (0, 1, 2)),
    "UNIFORM": ("uniform", (0, 1)),
}
_PREFIXES = ("RISK", "PSI", "VOSE", "CB.")
_OUTPUT_MARKERS = frozenset(("RISKOUTPUT", "PSIOUTPUT", "VOSEOUTPUT"))
_DRAWS = frozenset(("RAND", "RANDBETWEEN"))


def is_distribution_call(name: str) -> bool:
    """Whether a function is an add-in's distribution that mcdesk knows."""
    return _family(name) is not None


def drawn_distribution(name: str) -> tuple[str, tuple[int, ...]]:
    """Our family of an add-in's function, and the argument that each of its parameters is."""
    family = _family(name)
    assert family is not None
    return family


def is_draw(name: str) -> bool:
    """Whether a call draws a random number, so that its cell is uncertain."""
    return name in _DRAWS or is_distribution_call(name)


def is_output_marker(name: str) -> bool:
    """Whether a call marks its cell as an output; its value is 0."""
    return name in _OUTPUT_MARKERS


def _family(name: str) -> tuple[str, tuple[int, ...]] | None:
    for prefix in _PREFIXES:
        if name.startswith(prefix):
            return _FAMILIES.get(name.removeprefix(prefix))
    return None
