"""How good and how sure a grouping is."""
