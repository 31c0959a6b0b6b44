"""The territory for other systems: grids as GeoJSON, and who answers for a place."""
