"""mcdesk, a desktop Monte Carlo workbench; this module holds only its version."""

__version__ = "0.1.0"
