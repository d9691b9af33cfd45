"""Files: bytes to tables of songs and back. Knows no Django.

`readers` finds out what a file is and reads it in batches, `columns` says which column is which field,
`cleaning` makes songs of the cells and keeps account of everything it could not use.
"""


class SongFileError(ValueError):
    """A file that a person can mend; the message says what is wrong, where, and what to do."""

    code = ""
    """No page offers more for one of these than for another; see ``AnalysisError``."""
