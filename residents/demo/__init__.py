"""The demo's population: some 20,000 households of 55 grids, invented, the same at every run.

What is drawn depends on the grid's code alone; dates hang on today's. Rows are made as plain
tuples and copied into the tables, since making them one by one through the services would take an hour;
what the services would have reckoned (levels, next days, hashes) is reckoned by their own rules.
"""
