"""What pages are built of."""

import re
from types import SimpleNamespace

import pytest
from django.template import Context, Template

SONGS = '<tbody><tr><th scope="row">{{ song }}</th><td class="number" data-label="Plays">7</td></tr></tbody>'


def render(source, **context):
    """Render the source, with each run of blanks as one and none between tags."""
    text = Template("{% load components %}" + source).render(Context(context))
    return re.sub(r">\s+<", "><", " ".join(text.split()).replace(" >", ">")).strip()


class TestTable:
    def test_stands_in_a_box_that_the_keyboard_scrolls(self):
        text = render("{% table title classes='sums' %}<tbody></tbody>{% endtable %}", title="Songs & years")
        assert text == (
            '<div class="card table-responsive" tabindex="0" role="group" aria-label="Songs &amp; years">'
            '<table class="table sums"><tbody></tbody></table></div>'
        )

    def test_is_named_by_a_heading(self):
        text = render("{% table labelledby='songs' in_card=True %}{% endtable %}")
        assert '<div class="table-responsive" tabindex="0" role="group" aria-labelledby="songs">' in text

    def test_without_a_name_is_no_place_of_its_own(self):
        assert render("{% table %}{% endtable %}").startswith('<div class="card table-responsive"><table')

    def test_has_a_head(self):
        text = render("{% columns %}<th scope='col'>Song</th>{% endcolumns %}")
        assert text == "<thead><tr><th scope='col'>Song</th></tr></thead>"


class TestRecords:
    def test_say_what_each_part_is_where_rows_are_no_longer_shown_as_a_table(self):
        head = '{% columns %}<th scope="col">Song</th>{% endcolumns %}'
        text = render("{% records 'Songs' %}" + head + SONGS + "{% endrecords %}", song="Teal")
        assert '<table class="table records" role="table">' in text
        assert '<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Song</th>' in text
        assert '<tbody role="rowgroup"><tr role="row"><th role="rowheader" scope="row">Teal</th>' in text
        assert '<td role="cell" class="number" data-label="Plays">7</td>' in text

    def test_leave_what_people_wrote_as_it_is(self):
        text = render("{% records 'Songs' %}" + SONGS + "{% endrecords %}", song="<td>&<script>")
        assert ">&lt;td&gt;&amp;&lt;script&gt;</th>" in text


class TestSortableHeading:
    @pytest.mark.parametrize(
        ("direction", "hint", "attributes"),
        [("", "", ""), ("ascending", "All of them", ' aria-sort="ascending"')],
    )
    def test_leads_to_the_table_in_that_order(self, direction, hint, attributes):
        heading = SimpleNamespace(label="Songs", sort="-songs", number=True, direction=direction, hint=hint)
        text = render("{% sortable_heading heading '/runs/' %}", heading=heading)
        assert f'<th scope="col" class="number"{attributes}>' in text
        assert '<a href="/runs/?sort=-songs"' in text
        assert text.endswith(">Songs</a></th>")
        assert ("title=" in text) == bool(hint)


class TestPageHead:
    def test_has_what_the_page_is_about_and_what_can_be_done(self):
        source = "{% page_head %}<h1>{{ name }}</h1>{% actions %}<a>{{ name }}</a>{% endactions %}{% endpage_head %}"
        assert render(source, name="R&B") == (
            '<div class="page-head"><div><h1>R&amp;B</h1></div><div class="btn-list"><a>R&amp;B</a></div></div>'
        )

    @pytest.mark.parametrize("actions", ["", "{% actions %}{% if no %}<a></a>{% endif %} {% endactions %}"])
    def test_has_no_place_for_actions_where_there_are_none(self, actions):
        text = render("{% page_head %}<h1>Jobs</h1>" + actions + "{% endpage_head %}")
        assert text == '<div class="page-head"><div><h1>Jobs</h1></div></div>'

    def test_crumbs_say_where_it_is(self):
        text = render("{% crumbs %}<a href='/'>{{ name }}</a>{% endcrumbs %}", name="R&B")
        assert text == '<nav class="crumbs" aria-label="Breadcrumbs"><a href=\'/\'>R&amp;B</a></nav>'


class TestBlankSlate:
    def test_has_a_title_of_the_level_that_is_due(self):
        text = render("{% blank_slate 'No songs' level=3 %}<p>Yet.</p>{% endblank_slate %}")
        assert text == '<div class="card empty-state"><h3>No songs</h3><p>Yet.</p></div>'

    def test_needs_no_title(self):
        assert (
            render("{% blank_slate %}Nothing{% endblank_slate %}")
            == '<div class="card empty-state"> Nothing </div>'
        )


class TestFact:
    def test_says_what_a_number_is(self):
        assert (
            render("{% fact 'Songs' %}{{ n }}{% endfact %}", n=7) == "<div><dt>Songs</dt><dd> 7 </dd></div>"
        )


class TestProgress:
    def test_is_as_wide_as_what_is_done(self):
        text = render("{% progress percent 'Reading' %}", percent=0)
        assert re.fullmatch(r'<progress max="100"\s+value="0"\s+aria-label="Reading"></progress>', text)

    def test_only_moves_where_nobody_knows_how_much_is_left(self):
        text = render("{% progress percent 'Reading' %}", percent=None)
        assert re.fullmatch(r'<progress\s+aria-label="Reading"></progress>', text)
