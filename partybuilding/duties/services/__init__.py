"""What writes duties: laying out turns, steps, the next year, reminders."""
