"""A text in Markdown as plain pieces for a template, which alone writes tags: no text becomes HTML by itself."""

from collections.abc import Callable
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

_PARSER = MarkdownIt("commonmark", {"html": False})


@dataclass(frozen=True)
class Piece:
    """One piece: its kind as CommonMark calls it, its own text, where it leads or lies, and what stands in it."""

    kind: str
    text: str
    target: str
    inner: tuple["Piece", ...]


def pieces(text: str, address: Callable[[str], str]) -> tuple[Piece, ...]:
    """The pieces of a text; `address` says where a link or a picture of the text is found here, empty for nowhere."""
    return tuple(_piece(node, address) for node in SyntaxTreeNode(_PARSER.parse(text)).children)


def _piece(node: SyntaxTreeNode, address: Callable[[str], str]) -> Piece:
    leads_to = str(node.attrs.get("href") or node.attrs.get("src") or "")
    return Piece(
        kind="tight" if node.type == "paragraph" and node.hidden else node.type,
        text=node.content,
        target=address(leads_to) if leads_to else "",
        inner=tuple(_piece(child, address) for child in node.children),
    )
