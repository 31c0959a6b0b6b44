"""What writes centres: bookings and their answers, closures, activities, reminders."""
