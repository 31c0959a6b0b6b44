"""Vanguard teams and volunteers (先锋队、志愿者): shifts, call-outs, hours, thanks."""
