"""The bundled sample: a collection of songs that nobody ever recorded, and the script that writes it."""
