"""Announcements to grids: told to those who serve them, pasted into their groups, and read or not."""
