"""What writes firms, and what has consequences."""
