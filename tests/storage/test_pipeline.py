"""Items made ahead in a thread."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from typing import cast

import pytest

from clustering.storage.pipeline import ahead


class TestAhead:
    def test_yields_all_in_order(self) -> None:
        assert list(ahead(iter(range(50)))) == list(range(50))

    def test_yields_nothing_of_nothing(self) -> None:
        assert list(ahead(iter(()))) == []

    def test_makes_the_next_while_one_is_used(self) -> None:
        made = [threading.Event() for _ in range(3)]

        def items() -> Iterator[int]:
            for number, event in enumerate(made):
                event.set()
                yield number

        used = cast("Generator[int]", ahead(items()))
        assert next(used) == 0
        assert made[1].wait(10)
        assert not made[2].is_set()
        used.close()

    def test_raises_what_making_one_raises(self) -> None:
        def items() -> Iterator[int]:
            yield 1
            raise ValueError("broken")

        used = cast("Generator[int]", ahead(items()))
        assert next(used) == 1
        with pytest.raises(ValueError, match="broken"):
            next(used)

    def test_leaves_no_thread_when_given_up(self) -> None:
        used = cast("Generator[int]", ahead(iter(range(10))))
        next(used)
        used.close()
        assert not [thread for thread in threading.enumerate() if thread.name.startswith("ahead")]
