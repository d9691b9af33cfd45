"""The one app: from a table of songs to the kinds of music that are in it."""
