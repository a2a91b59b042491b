"""Signals that come while an object is taken down."""

import subprocess
import sys

import pytest

_CODE = """
from mcdesk.cli.interruption import end_on_interrupt
from mcdesk.foundation.cancellation import Cancelled

end_on_interrupt()


class Closing:
    def __del__(self):
        raise {error}


del_me = Closing()
del del_me
"""


@pytest.mark.parametrize(
    ("error", "is_told"), [('Cancelled("Interrupted")', False), ('ValueError("x")', True)]
)
def test_that_a_cancel_in_the_end_of_an_object_is_no_traceback(error: str, is_told: bool) -> None:
    completed = subprocess.run(
        [sys.executable, "-c", _CODE.format(error=error)], capture_output=True, text=True, check=True
    )

    assert ("Traceback" in completed.stderr) is is_told
