"""What writes the three lists: items entered, claimed, carried out, accepted, rated; reminders."""
