"""What pages are built of: each tag fills a template of `templates/components/`. None knows a page.

Block tags take the HTML between them; what is optional and blank leaves nothing behind.
"""

from __future__ import annotations

import re
from typing import Any

from django import template
from django.template.base import NodeList, Parser, Token
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.html import format_html

from clustering.actions.submissions import new_token
from clustering.web.charts import Chart
from clustering.web.components.guide import FIELDS, Entry, entry_of_chart, guide
from clustering.web.components.submissions import FIELD

register = template.Library()

_PARTS_OF_TABLES = re.compile(r"<(thead|tbody|tfoot|tr|td|th)\b([^>]*)")
_ROLES = {"thead": "rowgroup", "tbody": "rowgroup", "tfoot": "rowgroup", "tr": "row", "td": "cell"}


@register.simple_block_tag
def table(content: str, label: str = "", **options: Any) -> str:
    """Write a table in a box that scrolls sideways.

    A `label`, or `labelledby` with the id of a heading, lets the keyboard scroll it. `classes` are the table's,
    and `in_card` says that a card is around it already.
    """
    return render_to_string("components/table.html", {"content": content, "label": label, **options})


@register.simple_block_tag
def records(content: str, label: str = "", **options: Any) -> str:
    """Write a table of which narrow windows show each row as a record, with the `data-label` of its cells.

    There its rows are no longer displayed as a table's, and browsers then forget what they are: roles remind them.
    """
    with_roles = _PARTS_OF_TABLES.sub(_add_role, content)
    return render_to_string(
        "components/table.html", {"content": with_roles, "label": label, "are_records": True, **options}
    )


def _add_role(match: re.Match[str]) -> str:
    name, attributes = match.groups()
    role = _ROLES.get(name) or ("rowheader" if 'scope="row"' in attributes else "columnheader")
    return f'<{name} role="{role}"{attributes}'


@register.simple_block_tag
def columns(content: str) -> str:
    """Write the head of a table: its only row."""
    return render_to_string("components/columns.html", {"content": content})


@register.inclusion_tag("components/sortable_heading.html")
def sortable_heading(heading: object, address: str) -> dict[str, object]:
    """Write the head of a column by which the table at `address` can be sorted."""
    return {"heading": heading, "address": address}


@register.simple_block_tag
def crumbs(content: str) -> str:
    """Write where a page is: links to the pages above it, with slashes between them."""
    return render_to_string("components/crumbs.html", {"content": content})


@register.simple_block_tag
def fold(content: str, title: str, of: str, hint: str = "") -> str:
    """Write a part that is folded on a phone; `of` tells screen readers whose it is, `hint` is a tooltip."""
    return render_to_string(
        "components/fold.html", {"content": content, "title": title, "of": of, "hint": hint}
    )


@register.simple_block_tag
def blank_slate(content: str, title: str = "", level: int = 2) -> str:
    """Write what a page says where there is nothing to show yet."""
    return render_to_string(
        "components/blank_slate.html", {"content": content, "title": title, "level": level}
    )


@register.simple_block_tag
def fact(content: str, label: str) -> str:
    """Write a number with what it says; a `dl` of the class "facts" is around them."""
    return render_to_string("components/fact.html", {"content": content, "label": label})


@register.inclusion_tag("components/chart_card.html")
def chart_card(chart: Chart, level: int = 3) -> dict[str, Any]:
    """Write a chart with its title, its numbers as a table, and a button to save it."""
    return {"chart": chart, "level": level, "entry": entry_of_chart(chart.key)}


@register.inclusion_tag("components/term.html")
def term(anchor: str) -> dict[str, Entry]:
    """Write a question mark that says what a term means, and leads to it in the guide."""
    return {"entry": guide().entries[anchor]}


@register.inclusion_tag("components/term.html")
def term_of_field(name: str) -> dict[str, Entry | None]:
    """Write the same for a field of a form, where the guide explains it."""
    return {"entry": guide().entries[FIELDS[name]] if name in FIELDS else None}


@register.inclusion_tag("components/progress.html")
def progress(percent: int | None, label: str) -> dict[str, Any]:
    """Write a bar; without a percentage it only moves."""
    return {"percent": percent, "label": label}


@register.inclusion_tag("components/icon.html")
def icon(name: str) -> dict[str, str]:
    """Write a picture of `static/img/icons.svg`."""
    return {"name": name}


@register.simple_tag
def once() -> str:
    """Write the hidden field by which a form that makes something makes it once, however often it is sent."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, new_token())


class PageHead(template.Node):
    """The head of a page: what it is about, and to the right what can be done."""

    def __init__(self, about: NodeList, actions: NodeList) -> None:
        self.about = about
        self.actions = actions

    def render(self, context: Context) -> str:
        """Render both parts into the component."""
        parts = {"about": self.about.render(context), "actions": self.actions.render(context)}
        return render_to_string("components/page_head.html", parts)


@register.tag
def page_head(parser: Parser, token: Token) -> PageHead:
    """Read crumbs, the `h1` and a lead, and last what stands between `{% actions %}` and `{% endactions %}`."""
    about = parser.parse(("actions", "endpage_head"))
    actions = NodeList()
    if parser.next_token().contents == "actions":
        actions = parser.parse(("endactions",))
        parser.skip_past("endpage_head")
    return PageHead(about, actions)
