"""The joint council (联席会): units that sit together, chair in turn, and keep what they resolved."""
