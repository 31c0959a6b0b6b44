"""What writes gatherings: announcing and changing, signing up and off, arriving, attendance and hours."""
