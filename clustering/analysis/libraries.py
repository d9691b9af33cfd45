"""Loading what is heavy, and no more than that."""

import sys


def load_scikit_learn() -> None:
    """Load scikit-learn without pandas, which it only looks for to know its tables again: 60 MB that nobody uses.

    Where pandas is there already it stays, and whoever wants it later gets it.
    """
    if "pandas" in sys.modules or "sklearn" in sys.modules:
        import sklearn.cluster

        return
    # Python's word for a module that cannot be imported
    sys.modules["pandas"] = None  # type: ignore[assignment]
    try:
        import sklearn.cluster  # noqa: F401
    finally:
        del sys.modules["pandas"]
