"""Pages of runs: overview, metrics, pictures, insights, map, groups, comparisons, sharing."""
