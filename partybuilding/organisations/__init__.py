"""The tree of party organisations: where each stands, who leads it until when, whose members it has."""
