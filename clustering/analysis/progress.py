"""The callback by which a long calculation says how far it is, and at which it can be stopped."""

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Called with ``(done, total)`` between blocks of work; an exception it raises ends the calculation."""


def no_progress(done: int, total: int) -> None:
    """Tell nobody: the default of every function that reports progress."""
