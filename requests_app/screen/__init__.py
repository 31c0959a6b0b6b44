"""The wall screen: the street at a glance, without personal data, behind a display's token."""
