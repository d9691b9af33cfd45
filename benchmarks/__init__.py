"""The application beside the plain script that it replaces: seconds, memory, pages under load. `make bench`."""
