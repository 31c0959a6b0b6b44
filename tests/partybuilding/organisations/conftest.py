from tests.partybuilding.organisations.tree import branch

__all__ = ["branch"]
