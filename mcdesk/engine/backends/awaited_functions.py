"""Small functions that are compiled in a thread, while whoever wants them goes on without.

LLVM does one thing at a time: who asked it here while it optimises a large program would wait for seconds.
"""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future

from mcdesk.engine.backends.compiler_thread import COMPILING_THREAD
from mcdesk.engine.backends.llvm_machine import CompiledFunctions

logger = logging.getLogger(__name__)


class AwaitedFunctions:
    """Compiled when they are first asked for.

    Args:
        make: compiles them.
    """

    def __init__(self, make: Callable[[], CompiledFunctions]) -> None:
        self._make = make
        self._made: Future[CompiledFunctions] = Future()
        self._is_begun = False
        self._lock = threading.Lock()

    def are_at_hand(self) -> bool:
        """Whether they can be called now; at the first time it begins to compile them."""
        self._begin()
        return self._made.done() and self._made.exception() is None

    def get(self) -> CompiledFunctions:
        """The functions, as soon as they are compiled.

        Raises:
            Exception: what went wrong with the compiler.
        """
        self._begin()
        return self._made.result()

    def _begin(self) -> None:
        with self._lock:
            if not self._is_begun:
                threading.Thread(target=self._compile, name=COMPILING_THREAD, daemon=True).start()
                self._is_begun = True

    def _compile(self) -> None:
        try:
            self._made.set_result(self._make())
        except Exception as error:
            # where nobody waits for them NumPy does without, and nobody would know
            logger.exception("functions of a chunk were not compiled")
            self._made.set_exception(error)
