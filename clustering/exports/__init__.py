"""Files that people take away: rows to bytes, streamed; no HTTP."""
