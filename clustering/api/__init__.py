"""The REST API: HTTP for scripts, over the same actions and queries as the pages."""
