"""Help: the guides as pages, and what they say on the subject of one page."""

from flask import Blueprint, Response, render_template, url_for
from flask.typing import ResponseReturnValue

from ecrf.edge.identity import current_actor
from ecrf.errors import NotFound
from ecrf.web import guides
from ecrf.web.presenting.markdown import Piece, pieces

blueprint = Blueprint("help", __name__)
_TO_PICTURES, _TO_GUIDES = "../pictures/", ".md"


@blueprint.get("/help")
def index() -> ResponseReturnValue:
    """All guides with their headings, one's own first."""
    own = guides.own_guides(current_actor())
    others = tuple(guide for guide in guides.guides() if guide not in own)
    return render_template("help/index.html", own=own, others=others)


@blueprint.get("/help/<topic>")
def show(topic: str) -> ResponseReturnValue:
    """What the guides of one's roles say on a topic, or a whole guide by its name."""
    if topic in guides.NAMES:
        [whole] = [guide for guide in guides.guides() if guide.name == topic]
        return render_template("help/guide.html", guide=whole, read=read)
    found = guides.found(current_actor(), topic)
    if not found:
        raise NotFound("help")
    return render_template("help/topic.html", found=found, read=read)


@blueprint.get("/help/pictures/<language>/<picture>")
def picture(language: str, picture: str) -> Response:
    """A picture of the guides."""
    file = guides.PICTURES / language / picture
    if file not in guides.PICTURES.glob("*/*.png"):
        raise NotFound("picture")
    return Response(file.read_bytes(), mimetype="image/png")


def read(text: str) -> tuple[Piece, ...]:
    """The pieces of a guide's text with the addresses that links and pictures have here."""
    return pieces(text, _address)


def _address(target: str) -> str:
    if target.startswith(_TO_PICTURES):
        language, name = target.removeprefix(_TO_PICTURES).split("/")
        return url_for("help.picture", language=language, picture=name)
    name = target.removesuffix(_TO_GUIDES)
    return url_for("help.show", topic=name) if name in guides.NAMES else ""
