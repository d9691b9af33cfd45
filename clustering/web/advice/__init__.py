"""Pages of the advice on the number of groups."""
