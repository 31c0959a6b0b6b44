"""What is typed about needs, resources, projects, claims and milestones."""
