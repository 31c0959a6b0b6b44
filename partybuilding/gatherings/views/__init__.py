"""Pages of gatherings: by phone, of the staff, of those who keep them, and the code at the place."""
