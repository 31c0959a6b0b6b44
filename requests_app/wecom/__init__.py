"""WeCom: messages to the street's app become matters, and staff may sign in by it."""
