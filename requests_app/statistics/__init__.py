"""Figures with their definitions, rolled up by the worker, exact to five minutes."""
