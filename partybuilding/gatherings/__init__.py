"""Gatherings: whatever people sign up for and come to, with places, a waiting list, attendance and hours."""
