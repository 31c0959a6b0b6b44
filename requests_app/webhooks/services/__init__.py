"""What writes subscribers and deliveries."""
