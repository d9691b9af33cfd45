"""Measure the size and shape of the code: ``python tools/measure.py [FOLDER …]``, one column per checkout.

Counts the Python of clustering, musicclust, benchmarks and samples without migrations. Standard library only,
so that any commit can be measured with the Python at hand.
"""

from __future__ import annotations

import ast
import re
import statistics
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

APPLICATION = ("clustering", "musicclust")
PACKAGES = (*APPLICATION, "benchmarks", "samples")
LONG_FUNCTION = 40
MANY_PARAMETERS = 5


@dataclass(frozen=True)
class Function:
    """A function: where it is, its lines without decorators, and its parameters without self and cls."""

    where: str
    lines: int
    parameters: int


@dataclass(frozen=True)
class Code:
    """The modules of a checkout by dotted name, and their functions."""

    trees: dict[str, ast.Module]
    lines: dict[str, int]
    code: dict[str, int]
    """Lines without blank ones, comments and docstrings."""

    @property
    def functions(self) -> list[Function]:
        """All functions and methods, nested ones included."""
        return [function for name, tree in self.trees.items() for function in _functions(name, tree)]

    def longest_chain(self) -> list[str]:
        """Return the longest chain of modules of the application in which each imports the next when it is loaded."""
        edges = {name: _imports(tree, self.trees) - {name} for name, tree in self.trees.items()}

        @cache
        def chain(name: str) -> tuple[str, ...]:
            chains: list[tuple[str, ...]] = [chain(target) for target in sorted(edges[name])]
            return (name, *max(chains, key=len, default=()))

        chains = [chain(name) for name in edges if name.startswith(APPLICATION)]
        longest: tuple[str, ...] = max(chains, key=len)
        return list(longest)


def read(root: Path) -> Code:
    """Parse the modules of a checkout."""
    trees, lines, code = {}, {}, {}
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            if "migrations" in path.parts:
                continue
            text = path.read_text(encoding="utf-8")
            name = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
            trees[name], lines[name] = ast.parse(text), text.count("\n")
            written = sum(
                bool(line.strip()) and not line.lstrip().startswith("#") for line in text.splitlines()
            )
            code[name] = written - _docstring_lines(trees[name])
    return Code(trees, lines, code)


def _docstring_lines(tree: ast.Module) -> int:
    """Return how many lines of a module are strings that stand alone, without their blank ones."""
    strings = (
        node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )
    return sum(bool(line.strip()) for string in strings for line in string.split("\n"))


def _functions(module: str, tree: ast.Module) -> Iterator[Function]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            arguments = node.args
            names = [one.arg for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
            parameters = len([name for name in names if name not in ("self", "cls")])
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            yield Function(f"{module}.{node.name}", lines, parameters)


def _imports(tree: ast.Module, modules: dict[str, ast.Module]) -> set[str]:
    """Return the modules that are imported as a module is loaded, not in functions and not for type checkers."""
    found = set()
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                found.add(inner if inner in modules else node.module)
        elif isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
    return found & set(modules)


def dependencies(root: Path) -> int:
    """Return how many packages the application needs to run, as pyproject.toml or else requirements.txt names them."""
    project = (root / "pyproject.toml").read_text(encoding="utf-8")
    listed = re.search(r"^dependencies = \[\n(.*?)^\]", project, re.MULTILINE | re.DOTALL)
    text = listed.group(1) if listed else (root / "requirements.txt").read_text(encoding="utf-8")
    names = re.findall(r"^\s*\"?([A-Za-z][\w.-]*)", text, re.MULTILINE)
    return len({name.lower() for name in names})


def measure(root: Path) -> dict[str, str]:
    """Return each figure of a checkout, ready to be printed."""
    code = read(root)
    functions = code.functions
    modules = {name: count for name, count in code.lines.items() if count}
    longest_module = max(modules, key=lambda name: modules[name])
    longest = max(functions, key=lambda function: function.lines)
    many = [function for function in functions if function.parameters > MANY_PARAMETERS]
    over = sum(function.lines > LONG_FUNCTION for function in functions)
    application = sum(count for name, count in code.lines.items() if name.startswith(APPLICATION))
    written = sum(count for name, count in code.code.items() if name.startswith(APPLICATION))
    return {
        "lines of clustering and musicclust": f"{application:,}",
        "  without blanks, comments, docstrings": f"{written:,}",
        "lines with benchmarks and samples": f"{sum(code.lines.values()):,}",
        "modules": f"{len(modules)}",
        "median module": f"{statistics.median(modules.values()):g} lines",
        "longest module": f"{modules[longest_module]} lines ({longest_module})",
        "functions": f"{len(functions):,}",
        "median function": f"{statistics.median(function.lines for function in functions):g} lines",
        "longest function": f"{longest.lines} lines ({longest.where})",
        f"functions over {LONG_FUNCTION} lines": f"{over} ({1000 * over / len(functions):.0f} in 1,000)",
        f"functions of more than {MANY_PARAMETERS} parameters": f"{len(many)} ({len(many) / len(functions):.1%})",
        "longest import chain": f"{len(code.longest_chain())} modules",
        "runtime dependencies": f"{dependencies(root)}",
    }


def main(folders: list[str]) -> None:
    """Print the figures of each folder side by side."""
    columns = [measure(Path(folder)) for folder in folders or ["."]]
    for name in columns[0]:
        sys.stdout.write(f"{name:<42}" + "".join(f"{column[name]:<58}" for column in columns).rstrip() + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
