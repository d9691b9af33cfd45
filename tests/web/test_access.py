"""What views read from an address or a form, which anybody can type."""

from clustering.web.access import as_ids


class TestAsIds:
    def test_are_numbers_each_once_and_in_order(self):
        assert as_ids(["7", "3", "7"]) == [7, 3]

    def test_leave_out_what_cannot_be_an_id(self):
        assert as_ids(["", "-1", "1.5", "٣", "x", str(2**63), "9" * 30, "4"]) == [4]
