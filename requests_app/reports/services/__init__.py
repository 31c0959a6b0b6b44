"""What makes, edits, issues and sends reports."""
