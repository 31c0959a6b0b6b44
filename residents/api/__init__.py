"""Visits for other systems: when, where to the building, how they went. Nobody is named."""
