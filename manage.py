#!/usr/bin/env python
"""The command line of musicclust. Starts the private servers around every command that needs them."""

import os
import signal
import sys
from contextlib import nullcontext

# What needs neither database nor broker, and so must not wait for them.
WITHOUT_SERVERS = frozenset(
    {"help", "--help", "-h", "version", "--version", "check", "collectstatic", "findstatic", "diffsettings"}
)


def main() -> None:
    """Run one command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "musicclust.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    from musicclust.local import LocalServerError

    # A stopped command must leave no server behind: turn the signal into an exception that unwinds.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    try:
        with nullcontext() if command in WITHOUT_SERVERS else settings.SERVERS:
            execute_from_command_line(sys.argv)
    except (LocalServerError, ImproperlyConfigured) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
