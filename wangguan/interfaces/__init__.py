"""What every interface to other systems stands on: their keys, and how they are answered.

Below all rooms: a room brings its own resources (`api.py`) and leans on this one.
"""
