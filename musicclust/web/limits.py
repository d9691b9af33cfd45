"""For how long somebody slow is waited for, and how many of them there may be."""

ADDRESS_BYTES = 4_094
HEAD_BYTES = 32 * 1024
"""An address with all headers."""
HEAD_SECONDS = 20.0
"""Within which a request's head has to come, counted from when the connection is free for it."""
SILENCE_SECONDS = 30.0
"""For how long a body may stop; however slow it is otherwise, it is waited for."""
STOPPED_SECONDS = 300.0
"""For how long a download may stop."""
REFUSED_SECONDS = 5.0
"""For how long what comes after a refused head is thrown away, so that its sender gets to read why."""
CONNECTIONS = 2_000
"""Of one process; one more ends the one that has waited longest without a request."""
DOWNLOADS = 64
"""That one process sends at a time."""
