"""What whoever runs the portal needs: is it safe, is it backed up, may it be upgraded now.

Management commands alone, no tables: `check_production`, `backup`, `restore`, `upgrade`.
"""
