"""What people cause: one function per thing a person can do, in modules by what it is done to.

Each writes its rows in one transaction and hands new jobs to the workers on commit.
Errors that the person can mend are ``SongFileError`` and ``AnalysisError``.
"""
