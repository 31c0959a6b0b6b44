"""What every resource under `/api/v1/` shares: who calls, what they may, and how they are answered."""
