"""Pages of runs: overview, metrics, visualizations, insights, map, groups, comparisons, sharing."""
