"""The examples in the docstrings of the mathematics."""

import doctest
import importlib
import pkgutil

import pytest

from clustering import analysis

MODULES = [module.name for module in pkgutil.walk_packages(analysis.__path__, "clustering.analysis.")]


@pytest.mark.parametrize("name", MODULES)
def test_examples_give_what_they_say(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0
