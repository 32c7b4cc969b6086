"""Paging of lists that the rules answer themselves."""


def page(items: list, size: int, token: "str | None") -> "tuple[list, str | None]":
    """The items of one page and the token of the next, if there is one; ValueError for a token that is none."""
    start = int((token or "page-0").removeprefix("page-"))
    following = start + size
    return items[start:following], f"page-{following}" if following < len(items) else None
