"""The REST interface: the same doors, forms and services as the pages, as JSON."""
