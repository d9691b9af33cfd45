"""How dates are written, everywhere: Django looks here for the formats of a language."""
