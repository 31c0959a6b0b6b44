"""`make bench`: what submitting, reading and sweeping cost at 10,000 and at 100,000 tickets."""
