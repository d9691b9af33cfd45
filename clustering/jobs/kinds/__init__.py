"""The kinds of jobs: one module each, found by being here.

A kind is a subclass of `JobKind` in a module of this package. Nothing else lists them.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from functools import cache
from typing import Any

from clustering.jobs.kind import JobKind
from clustering.models import Job

AnyKind = JobKind[Any]


@cache
def registry() -> dict[str, AnyKind]:
    """Return every kind by its name.

    Modules are looked up when somebody first asks, as some of them ask for others through what they import.
    """
    kinds: dict[str, AnyKind] = {}
    for name in sorted(module.name for module in pkgutil.iter_modules(__path__)):
        module = importlib.import_module(f"{__name__}.{name}")
        for _, member in inspect.getmembers(module, inspect.isclass):
            if issubclass(member, JobKind) and member.__module__ == module.__name__:
                if member.name in kinds:
                    raise ValueError(f"Two kinds of jobs are named {member.name}.")
                kinds[member.name] = member()
    return kinds


def of(job: Job) -> AnyKind:
    """Return the kind of a job."""
    return registry()[job.kind]


def title(job: Job) -> str:
    """Say in words what a job is and what it is about."""
    return f"{of(job).label}: {job.subject}"


def names(which: Callable[[AnyKind], bool]) -> list[str]:
    """Return the names of the kinds of which something is true, for queries."""
    return [name for name, kind in registry().items() if which(kind)]


def deletions() -> list[str]:
    """Return the names of the kinds that delete."""
    return names(lambda kind: kind.is_deletion)


def parts() -> list[str]:
    """Return the names of the kinds that lists show only as parts of other jobs."""
    return names(lambda kind: kind.is_part)
