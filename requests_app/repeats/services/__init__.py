"""What writes groups: the grouping itself, people's hands in it, projects, one answer to all."""
