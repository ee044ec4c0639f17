"""The command line: arguments in, one call, an answer and an exit code out."""

from wheelbase.cli.main import main

__all__ = ["main"]
