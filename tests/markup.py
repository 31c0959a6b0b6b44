"""What the content security policy forbids, found in a page."""

from html.parser import HTMLParser

DATA = frozenset({"application/json", "application/ld+json"})


class _Inline(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in given and given.get("type") not in DATA):
            self.found.append(f"<{tag}>")
        self.found += [f"<{tag} {name}>" for name in given if name == "style" or name.startswith("on")]


def inline(page: str) -> list[str]:
    """Inline scripts, styles and handlers of a page; empty when it may be shown under the policy."""
    parser = _Inline()
    parser.feed(page)
    return parser.found
