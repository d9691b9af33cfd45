"""From a run's settings to its stored results: load, fit, measure, describe, save."""
