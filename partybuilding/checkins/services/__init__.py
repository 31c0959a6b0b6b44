"""What writes check-ins: entering, every step, helping hands asked and come, hours, the year's letter."""
