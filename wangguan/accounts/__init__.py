"""Signing in: who may have an account, passwords, the second factor, sessions, and what browsers are told."""
