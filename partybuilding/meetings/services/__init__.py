"""What writes tables and meetings: setting up, calling, attending, topics, actions, reminders, minutes."""
