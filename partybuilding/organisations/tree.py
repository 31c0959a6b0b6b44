"""The organisations a reader sees, as a tree."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from partybuilding.organisations.models import Organisation
from partybuilding.organisations.terms import Kind


@dataclass
class Node:
    """One organisation and those below it."""

    organisation: Organisation
    below: list["Node"] = field(default_factory=list)

    @property
    def members(self) -> int:
        """Members of it and of all below it."""
        return self.organisation.member_count + sum(node.members for node in self.below)

    @property
    def count(self) -> int:
        """Organisations below it, however deep."""
        return sum(1 + node.count for node in self.below)


def grown(organisations: Iterable[Organisation]) -> list[Node]:
    """Roots in the order of kinds and names; whose parent is not among them is a root itself."""
    nodes = {row.pk: Node(row) for row in sorted(organisations, key=_order)}
    children: dict[int | None, list[Node]] = defaultdict(list)
    for node in nodes.values():
        parent = node.organisation.parent_id
        children[parent if parent in nodes else None].append(node)
    for key, node in nodes.items():
        node.below = children[key]
    return children[None]


def _order(row: Organisation) -> tuple[str, int, str, int]:
    """By community, then from the higher kinds to the lower, then by name."""
    return (row.community.code if row.community else "", Kind(row.kind).rank, row.name, row.pk)
