"""Loading what is heavy, and no more than that."""

import sys


def load_scikit_learn() -> None:
    """Load scikit-learn without pandas, which it imports only to recognize data frames: 60 MB that nothing here uses.

    If pandas is already loaded it stays, and it can still be imported afterwards.
    """
    if "pandas" in sys.modules or "sklearn" in sys.modules:
        import sklearn.cluster

        return
    # Python's word for a module that cannot be imported
    sys.modules["pandas"] = None  # type: ignore[assignment]
    try:
        import sklearn.cluster  # noqa: F401 – loaded here, used elsewhere
    finally:
        del sys.modules["pandas"]
