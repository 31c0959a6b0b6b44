"""What writes teams: entering and leaving, memberships and thanks, shifts and hours, call-outs, letters."""
