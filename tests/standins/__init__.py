"""Local servers that speak the protocols of what lies beyond this machine."""
