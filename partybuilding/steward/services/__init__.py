"""What writes stewards: setting a table up, voices, what residents see, the company's log, closing."""
