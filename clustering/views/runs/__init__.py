"""The pages of a run, of its groups, of two runs and of the number of groups."""
