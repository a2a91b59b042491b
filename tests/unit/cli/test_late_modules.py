"""A command that does not compute does not wait for what computes to load."""

import os
import subprocess
import sys
from pathlib import Path

LATE = (
    *("mcdesk.dispatch.engine", "mcdesk.dispatch.model_preparation", "mcdesk.engine.backends.cuda"),
    *("mcdesk.engine.simulation", "mcdesk.formulas.compiler", "mcdesk.formulas.evaluator", "llvmlite"),
)
PROGRAM = """
import sys
sys.argv = ["mcdesk", *sys.argv[1:]]
from mcdesk.__main__ import main
try:
    main()
finally:
    print(*sorted(sys.modules), file=sys.stderr)
"""


def test_that_a_list_of_the_history_loads_no_compiler(tmp_path: Path) -> None:
    environment = os.environ | {"MCDESK_HOME": str(tmp_path)}

    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "history", "list"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )

    loaded = set(done.stderr.split())
    assert "mcdesk.services" in loaded
    assert loaded.intersection(LATE) == set()
