"""Pages of the centres: everybody's, those of whoever is known by phone, the office's."""
