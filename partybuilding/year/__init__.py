"""The page of the year: what party building brought about, per community, with definitions."""
