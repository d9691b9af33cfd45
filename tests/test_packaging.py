"""The requirements files, which `make lock` writes, are of what pyproject.toml asks for."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from musicclust.version import __version__

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
FILES = {
    "requirements.txt": ["local"],
    "requirements-s3.txt": ["s3"],
    "requirements-dev.txt": ["local", "s3", "dev"],
}


def locked(file: str) -> dict[str, tuple[Version, str]]:
    """Return the version of each package in a requirements file, and all that is said of it."""
    entries = re.split(r"\n(?=\S)", (ROOT / file).read_text().replace("\\\n", ""))
    found = (re.match(r"([\w.-]+)==(\S+)(.*)", entry, re.DOTALL) for entry in entries)
    return {canonicalize_name(one[1]): (Version(one[2]), one[3]) for one in found if one}


@pytest.mark.parametrize("file", FILES)
def test_every_dependency_is_locked_at_a_version_that_it_allows(file: str) -> None:
    versions = locked(file)
    asked = [*PROJECT["dependencies"], *(line for extra in FILES[file] for line in EXTRAS[extra])]
    for dependency in map(Requirement, asked):
        version, _rest = versions[canonicalize_name(dependency.name)]
        assert dependency.specifier.contains(version, prereleases=True), dependency


@pytest.mark.parametrize("file", FILES)
def test_every_package_has_hashes_and_comes_from_no_named_index(file: str) -> None:
    assert all("--hash=sha256:" in rest for _version, rest in locked(file).values())
    assert "://" not in (ROOT / file).read_text()
    assert "--index" not in (ROOT / file).read_text()


def test_all_files_have_the_same_versions() -> None:
    development = locked("requirements-dev.txt")
    for file in ("requirements.txt", "requirements-s3.txt"):
        for name, (version, _rest) in locked(file).items():
            assert development[name][0] == version, name


def test_a_deployment_has_no_private_servers() -> None:
    names = {canonicalize_name(Requirement(line).name) for line in EXTRAS["local"]}
    assert names <= locked("requirements.txt").keys()
    assert not names & locked("requirements-s3.txt").keys()


def test_the_version_is_one() -> None:
    assert Version(__version__).release
    assert "version" in PROJECT["dynamic"]
    assert "version" not in PROJECT
