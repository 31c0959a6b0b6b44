"""The three lists for other systems: needs, resources, joint projects."""
