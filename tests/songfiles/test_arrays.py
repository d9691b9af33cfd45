"""NumPy arrays as Arrow's."""

import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest

from clustering.songfiles import arrays


@pytest.mark.parametrize("size", [0, 1, 7, 8, 9, 1000])
def test_agree_with_arrows_own(size: int) -> None:
    rng = np.random.default_rng(size)
    absent = rng.random(size) < 0.3
    for kind in (np.int16, np.int64, np.float32):
        values = (rng.random(size * 2) * 1000).astype(kind)[::2]
        assert arrays.numbers(values, absent=absent).equals(pa.array(values, mask=absent))
        assert arrays.numbers(values).equals(pa.array(values))
    assert arrays.flags(absent).equals(pa.array(absent))
    assert arrays.texts([str(n) for n in range(size)]).equals(
        pa.array([str(n) for n in range(size)], pa.string())
    )


def test_load_no_pandas() -> None:
    code = (
        "import sys, numpy as np, pyarrow as pa; from clustering.songfiles import arrays, formula_injection; "
        "arrays.numbers(np.arange(3)); "
        "formula_injection.plain_column(pa.chunked_array([arrays.texts(['=1', 'a'])])); "
        "assert 'pandas' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
