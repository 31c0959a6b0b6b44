"""Whistles for other systems: the office's view, or that of a called department."""
