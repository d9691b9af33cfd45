"""Print the table of bombs in docs/security.md.

python -m tests.songfiles.bombs [PART OF A NAME]
"""

import sys
import tempfile
from pathlib import Path

from tests.songfiles.bombs.makers import BOMBS
from tests.songfiles.bombs.measuring import make, take_in


def main() -> None:
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    print("| bomb | bytes | upload MB | import MB | what is said |")
    print("|---|---|---|---|---|")
    for name in BOMBS:
        if wanted not in name:
            continue
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "songs"
            make(name, path)
            steps = [take_in("upload", path)]
            if steps[0].said == "taken":
                steps.append(take_in("import", path))
            peaks = [f"{step.peak_mb:.0f}" for step in steps]
            row = (name, f"{path.stat().st_size:,}", *[*peaks, "–"][:2], steps[-1].said)
            print("| " + " | ".join(row) + " |", flush=True)
            print([round(step.seconds, 1) for step in steps], file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
