"""A private PostgreSQL and a private broker for a machine that has neither."""
