"""Nothing that is read is run: no module makes objects or code of bytes whose content says which."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.source_tree import Source, sources

# what runs or makes what its argument names
RUNNING = {
    *("eval", "exec", "compile"),
    *("pickle.load", "pickle.loads", "pickle.Unpickler", "_pickle.loads", "cPickle.loads"),
    *("marshal.load", "marshal.loads", "shelve.open", "copyreg.constructor", "runpy.run_path"),
    *("code.interact", "yaml.load", "yaml.unsafe_load", "joblib.load", "dill.loads", "cloudpickle.loads"),
}
MODULES = {"pickle", "_pickle", "shelve", "dill", "cloudpickle", "joblib", "yaml"}
# `multiprocessing` unpickles what comes through a connection: only the inherited pipes between a process and
# the child that it has started itself; nobody else can reach them.
PIPES = {
    "mcdesk/__main__.py",
    "mcdesk/dispatch/engine_child.py",
    "mcdesk/dispatch/engine_host.py",
    "mcdesk/foundation/child_signals.py",
    "mcdesk/machine/telemetry.py",
    "mcdesk/machine/telemetry_child.py",
}
# what others could reach
REACHABLE = {"Listener", "Client", "BaseManager", "SyncManager", "Manager"}


def faults(source: Source) -> Iterator[str]:
    """What a module uses of it, with the line."""
    for node in ast.walk(source.tree):
        for name in _names(node):
            if name in RUNNING or name.split(".")[0] in MODULES:
                yield f"{source.path}:{getattr(node, 'lineno', 0)}: {name}"
            if name.split(".")[0] == "multiprocessing" and source.path not in PIPES:
                yield f"{source.path}:{getattr(node, 'lineno', 0)}: {name}"
            if source.path in PIPES and name.split(".")[-1] in REACHABLE:
                yield f"{source.path}:{getattr(node, 'lineno', 0)}: {name}"
        if _may_unpickle(node):
            yield f"{source.path}:{getattr(node, 'lineno', 0)}: an array without allow_pickle=False"


def _names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (each.name for each in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module is not None:
        yield from (f"{node.module}.{each.name}" for each in node.names)
    elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        yield f"{node.value.id}.{node.attr}"
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        yield node.func.id


def _may_unpickle(node: ast.AST) -> bool:
    """Whether it reads an array of NumPy that may hold objects; its default is not, but may change."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    called = ast.unparse(node.func)
    if called not in ("np.load", "numpy.load", "np.lib.format.read_array"):
        return False
    given = {each.arg: each.value for each in node.keywords}.get("allow_pickle")
    return not (isinstance(given, ast.Constant) and given.value is False)


def test_that_nothing_that_is_read_is_run() -> None:
    assert [fault for source in sources("mcdesk") for fault in faults(source)] == []


@pytest.mark.parametrize(
    "text",
    [
        "import pickle",
        "from pickle import loads",
        "import marshal\nmarshal.loads(b'')",
        "from marshal import loads",
        "import shelve",
        "eval('1')",
        "exec('1')",
        "import numpy as np\nnp.load('x', allow_pickle=True)",
        "import numpy as np\nnp.load('x')",
        "from multiprocessing.connection import Connection",
    ],
)
def test_that_a_planted_one_is_found(text: str) -> None:
    assert list(faults(Source("mcdesk/planted.py", text)))


def test_that_a_planted_connection_that_others_reach_is_found() -> None:
    text = "from multiprocessing.connection import Listener"

    assert list(faults(Source("mcdesk/dispatch/engine_host.py", text)))
