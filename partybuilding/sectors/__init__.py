"""Emerging sectors (新兴领域): firms and new-form workers, surveyed, guided, with a branch."""
