"""The daily, weekly and monthly report, as the street files it."""
