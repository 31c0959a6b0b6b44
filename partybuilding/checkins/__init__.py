"""Dual check-in (双报到): units and their members check in to a community, serve it, and hear of it."""
