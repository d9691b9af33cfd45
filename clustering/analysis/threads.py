"""How many threads a calculation takes."""

from contextlib import AbstractContextManager
from functools import cache
from typing import Any

from threadpoolctl import ThreadpoolController


def one_thread() -> AbstractContextManager[Any]:
    """Keep the numerical libraries to one thread within the block: small work is slower when it is shared."""
    limited: AbstractContextManager[Any] = _controller().limit(limits=1)
    return limited


@cache
def _controller() -> Any:
    # finding the libraries takes some milliseconds, as long as a small fit; only those that are loaded are found
    import sklearn.cluster  # noqa: F401

    return ThreadpoolController()
