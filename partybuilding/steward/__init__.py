"""Red Steward (红色管家): six parties at one table in every estate; the property firm's service judged."""
