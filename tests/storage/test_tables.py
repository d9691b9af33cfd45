"""Which tables there are to keep, and in which order."""

from clustering.storage.tables import stored_tables


class TestStoredTables:
    def test_come_after_what_they_refer_to(self):
        names = [table.name.removeprefix("clustering_") for table in stored_tables()]
        assert len(set(names)) == len(names)
        for first, then in (
            ("auth_user", "dataset"),
            ("dataset", "song"),
            ("run", "assignment"),
            ("song", "assignment"),
            ("song", "playlistsong"),
            ("run", "sharelink"),
        ):
            assert names.index(first) < names.index(then)
