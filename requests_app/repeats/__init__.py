"""Repeats and hot spots: matters that belong together, grouped, watched, and made one project."""
