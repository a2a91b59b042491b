"""Starts mcdesk: the window, or the command line; heavy modules are loaded where they are used."""

import gc
import logging
import multiprocessing
import os
import sys
import threading
from typing import NoReturn


def main() -> None:
    """Run the command that the process was started with, and leave with its exit code."""
    # First of all, so that a child process of a frozen bundle does not begin again from here.
    multiprocessing.freeze_support()
    # Before anything loads Qt: its types are made at once, and not in threads (mcdesk.ui.type_room).
    os.environ.setdefault("PYSIDE6_OPTION_LAZY", "0")
    from mcdesk.foundation.cuda_add_on import use_add_on

    use_add_on()
    from mcdesk.cli.interruption import end_on_interrupt, ending, ignore_interrupts
    from mcdesk.foundation.cancellation import Cancelled

    try:
        end_on_interrupt()
        from mcdesk.cli.window_wish import wants_window

        arguments = sys.argv[1:]
        if wants_window(arguments):
            code = _open_window(arguments)
            # threads that follow runs of the queue have nothing to lose, and are not waited for
            _leave_now(code)
        else:
            from mcdesk.cli.command_line import run_command_line

            code = run_command_line(arguments, _run_self_test)
        # By an assignment: a signal that is pending is answered where a function is called.
        ending.is_decided = True
    except (Cancelled, KeyboardInterrupt):
        # Pressed while the command line was loaded, or while it told of the interruption before.
        ending.is_decided = True
        code = Cancelled.exit_code
        ignore_interrupts()
        sys.stderr.write("mcdesk: Interrupted.\n")
    ignore_interrupts()
    # Python looks through all objects once more as it ends: 70 ms for a wide workbook, for nothing.
    gc.freeze()
    if any(thread.name == "mcdesk-compile" for thread in threading.enumerate()):
        # A compiler at work cannot be told to stop, and must not be pulled down under its feet.
        _leave_now(code)
    sys.exit(code)


def _open_window(arguments: list[str]) -> int:
    try:
        from mcdesk.application import run_application
    except ImportError as error:
        from mcdesk.cli.doctor import tell_why_no_window

        return tell_why_no_window(error)
    return run_application(arguments)


def _run_self_test() -> None:
    from mcdesk.selftest.self_test import run_self_test

    run_self_test()


def _leave_now(code: int) -> NoReturn:
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
