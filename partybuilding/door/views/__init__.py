"""Pages of those who are known by their phone."""
