"""A thousand people at once, each thinking half a minute between two pages."""
