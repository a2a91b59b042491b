"""Starts mcdesk: the command line; heavy modules are loaded by the commands that use them."""

import multiprocessing
import sys


def main() -> None:
    """Run the command that the process was started with, and leave with its exit code."""
    # First of all, so that a child process of a frozen bundle does not begin again from here.
    multiprocessing.freeze_support()
    from mcdesk.cli.command_line import run_command_line

    sys.exit(run_command_line(sys.argv[1:]))


if __name__ == "__main__":
    main()
