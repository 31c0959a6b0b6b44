"""What writes whistles: drafting, every step of them, what the resident says, what falls due."""
