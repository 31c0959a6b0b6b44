"""What writes cases: opening, answering, judging, withdrawing, and what falls due by itself."""
