"""A compiler at work cannot be stopped; in a thread of its own it need not be waited for."""

import threading
from collections.abc import Callable
from concurrent.futures import Future

from mcdesk.foundation.cancellation import CancelToken

# by this name `__main__` knows that it must not pull the thread down
COMPILING_THREAD = "mcdesk-compile"
_SECONDS_BETWEEN_LOOKS = 0.02


def compile_while_looking(compile_all: Callable[[], None], cancel: CancelToken) -> None:
    """Return when the work is done, or leave it alone when cancelled.

    Raises:
        Cancelled: if `cancel` was cancelled meanwhile; or what the work raised.
    """
    future: Future[None] = Future()

    def work() -> None:
        try:
            compile_all()
        except BaseException as error:  # noqa: BLE001  # raised in the thread that waits
            future.set_exception(error)
        else:
            future.set_result(None)

    thread = threading.Thread(target=work, name=COMPILING_THREAD, daemon=True)
    thread.start()
    while thread.is_alive():
        cancel.raise_if_cancelled()
        thread.join(_SECONDS_BETWEEN_LOOKS)
    future.result()
