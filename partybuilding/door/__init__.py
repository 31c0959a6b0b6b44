"""The door of members, volunteers and contacts of units, who have no account: their phone opens it."""
