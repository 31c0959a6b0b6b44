"""Three lists, two-way claim (三张清单、双向认领): needs, resources, projects, and who takes them on."""
