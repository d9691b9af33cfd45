"""The mathematics: arrays in, frozen dataclasses out. Knows no Django, no Celery and no file."""


class AnalysisError(ValueError):
    """What a person can mend: its message says what is wrong, where, and what to do."""
