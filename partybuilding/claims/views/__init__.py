"""Pages of the three lists: everybody's, those of units and tellers by phone, the office's."""
