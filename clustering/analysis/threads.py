"""How many threads a calculation takes."""

import sys
from contextlib import AbstractContextManager
from functools import cache
from typing import Any

from threadpoolctl import ThreadpoolController


def one_thread() -> AbstractContextManager[Any]:
    """Keep the numerical libraries to one thread within the block: small work is slower when it is shared."""
    limited: AbstractContextManager[Any] = _controller(with_openmp="sklearn.cluster" in sys.modules).limit(
        limits=1
    )
    return limited


@cache
def _controller(*, with_openmp: bool) -> Any:
    # finding the libraries takes some milliseconds, as long as a small fit. Only those that are loaded are found, so
    # that they are looked for again once scikit-learn has brought its OpenMP
    return ThreadpoolController()
