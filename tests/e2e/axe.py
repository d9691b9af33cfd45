"""What axe-core and a few measurements of our own find on pages, in each theme and width."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
LOOKS = Path(__file__).with_name("looks.js")
STANDARDS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
WIDTHS = {1280: 900, 390: 844, 320: 640}
THEMES = ("light", "dark")
# A theme changes nothing but colors
OF_COLORS = ("color-contrast", "link-in-text-block")


@dataclass(slots=True)
class Walk:
    """What was scanned so far, and what is wrong: each fault with the pages, themes and widths that have it."""

    pages: set[str] = field(default_factory=set)
    scans: int = 0
    violations: dict[str, list[str]] = field(default_factory=dict)

    def look_at(self, pages: dict[str, Page]) -> None:
        """Scan pages that are loaded, side by side, without loading them again."""
        axe, looks = AXE.read_text(encoding="utf-8"), LOOKS.read_text(encoding="utf-8")
        for page in pages.values():
            page.evaluate(axe)
            page.evaluate(looks)
        self.pages.update(pages)
        for (width, height), theme in product(WIDTHS.items(), THEMES):
            run: dict[str, Any] = {"type": "tag", "values": STANDARDS}
            if theme == "dark":
                run = {"type": "rule", "values": OF_COLORS}
            for page in pages.values():
                page.set_viewport_size({"width": width, "height": height})
                page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
                page.evaluate("([run, theme]) => window.looks.begin(run, theme)", [run, theme])
            for name, page in pages.items():
                self.scans += 1
                for fault in page.evaluate("window.looks.faults()"):
                    self.violations.setdefault(fault, []).append(f"{name} {theme} {width}")

    def __str__(self) -> str:
        count = sum(len(places) for places in self.violations.values())
        return (
            f"axe-core: {len(self.pages)} pages × {len(THEMES)} themes × {len(WIDTHS)} widths = {self.scans} scans, "
            f"{count} violations"
        )
