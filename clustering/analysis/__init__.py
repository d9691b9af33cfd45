"""The mathematics: arrays in, frozen dataclasses out. Knows no Django, no Celery and no file."""


class AnalysisError(ValueError):
    """What a person can mend: its message says what is wrong, where, and what to do.

    Parameters
    ----------
    message
        For people.
    code
        For the program, where a page offers more for this error than for others; no page looks for words in messages.
    """

    def __init__(self, message: str, *, code: str = "") -> None:
        super().__init__(message)
        self.code = code
