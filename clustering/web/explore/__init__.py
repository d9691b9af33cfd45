"""Explore: every song of a dataset on a map, in histograms and in a table, all linked."""
