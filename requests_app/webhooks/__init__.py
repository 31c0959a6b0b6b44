"""Webhooks: other systems subscribe to what happens to matters, and are told in signed, thin events."""
