"""Meetings around one table: seats, agenda, attendance, minutes, and what was decided followed to its end."""
