"""Pages of repeats, all in the office."""
