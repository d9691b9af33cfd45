"""What the web process carries."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOAD_ALL_PAGES = """
import sys
from musicclust.web.__main__ import _load, application
assert _load()
application()
from django.urls import get_resolver
get_resolver().reverse_dict
import clustering.web, pkgutil, importlib
for module in pkgutil.walk_packages(clustering.web.__path__, "clustering.web."):
    importlib.import_module(module.name)
from clustering.api.docs import text
text()
from clustering.jobs import kinds
kinds.registry()  # pages read labels and links from them
print(sorted({"sklearn", "scipy", "pandas"} & set(sys.modules)))
"""


LOAD_THE_COMMAND = """
import sys, django
django.setup()
import clustering.management.commands.cluster
from clustering.jobs import kinds, runner
kinds.registry()
print(sorted({"pydantic", "ninja"} & set(sys.modules)))
"""


def test_the_command_line_loads_nothing_of_the_api(tmp_path):
    assert loaded_by(LOAD_THE_COMMAND, tmp_path) == "[]"


def test_the_web_process_loads_no_numerical_library(tmp_path):
    assert loaded_by(LOAD_ALL_PAGES, tmp_path) == "[]"


def loaded_by(program: str, tmp_path: Path) -> str:
    """Return what a program prints in a fresh interpreter: in this one other tests have loaded everything long ago."""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={
            "DJANGO_SETTINGS_MODULE": "musicclust.settings",
            "DATABASE_URL": "postgresql://nobody@localhost:1/none",
            "REDIS_URL": "redis://localhost:1/0",
            "SECRET_KEY": "only-for-tests",
            "DATA_DIR": str(tmp_path),
            "PATH": "/usr/bin:/bin",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().splitlines()[-1]
