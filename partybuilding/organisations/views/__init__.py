"""Pages of the organisation tree for the office."""
