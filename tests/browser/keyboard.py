"""Somebody at a browser without a mouse: Tab and Shift+Tab to a control, whose focus must be seen, and then keys."""

from collections.abc import Mapping
from dataclasses import dataclass

from playwright.sync_api import Download, Locator, Page, expect

from tests.accessibility import is_wider
from tests.browser.visitor import Visitor
from tests.browser.words import Words

MOST_STOPS = 400
# How a control lies to what has the focus: itself, before it or after it.
_WAY = """e => {
  const a = document.activeElement;
  if (a === e) return 'here';
  return a && a !== document.body && (e.compareDocumentPosition(a) & 4) ? 'before' : 'after';
}"""
# A control is told by its outline, or by that of the label around it; one of five points of it must not be covered.
_SEEN = """e => {
  const around = [e, e.closest('label'), e.closest('.yn')].filter(each => each);
  const ringed = around.filter(each => {
    const style = getComputedStyle(each);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  });
  if (!ringed.length) return 'no outline';
  const box = ringed[0].getClientRects()[0];
  if (!box || box.width < 2 || box.height < 2) return 'no size';
  const points = [[.5, .5], [.1, .3], [.9, .3], [.1, .7], [.9, .7]];
  const spots = points.map(([x, y]) => document.elementFromPoint(box.left + x * box.width, box.top + y * box.height));
  return spots.some(spot => spot && around.some(each => each.contains(spot))) ? '' : 'covered';
}"""
# Two words in a row of small Latin letters, where no language but that of the page is marked.
_ENGLISH = r"""() => {
  const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const { data, parentElement } = walk.currentNode;
    const isOurs = !parentElement.closest('[lang]:not(html), script, textarea, code, select.unit');
    if (isOurs && /[a-z]{2,} [a-z]{2,}/.test(data)) found.push(data.trim());
  }
  return found;
}"""
_NAMES = ("main campus", "partner hospital")


def _is_typed(text: str) -> bool:
    """Whether a text is a name, or was typed by somebody in a journey, which all do in English with a full stop."""
    return text.endswith((".", "?")) or any(name in text for name in _NAMES)


@dataclass
class Keyboard:
    """The keys before a visitor. `stops` counts the presses of Tab so far."""

    visitor: Visitor
    stops: int = 0

    @property
    def page(self) -> Page:
        """The page the keys go to."""
        return self.visitor.page

    @property
    def words(self) -> Words:
        """What pages say in the visitor's language."""
        return self.visitor.words

    def new_tab(self, path: str) -> None:
        """Close the tab without a word, and open another one."""
        context = self.page.context
        self.page.close()
        self.visitor.sit_before(context.new_page())
        self.visitor.open(path)

    def look(self, step: str) -> None:
        """The page as it stands is for everybody, in the window's width, and in its language."""
        self.visitor.expect_accessible(step, in_every_language=True)
        assert not is_wider(self.page), (self.page.url, step)
        english = [text for text in self._in_english() if not _is_typed(text)]
        assert english == [], (self.page.url, step, english)

    def _in_english(self) -> list[str]:
        """What a page in another language says in English, but for what is marked so."""
        return [] if self.visitor.words.language == "en" else self.page.evaluate(_ENGLISH)

    def press(self, *keys: str) -> None:
        """Press keys, one after the other, wherever the focus is."""
        for key in keys:
            self.page.keyboard.press(key)

    def to(self, control: Locator) -> Locator:
        """Tab to a control; fails where it is not reached, or where its focus is not seen."""
        expect(control).to_have_count(1)
        element = control.element_handle()
        for _ in range(MOST_STOPS):
            way = element.evaluate(_WAY)
            if way == "here":
                break
            self.press("Shift+Tab" if way == "before" else "Tab")
            self.stops += 1
        else:
            raise AssertionError(f"not reached in {MOST_STOPS} stops: {control}")
        assert element.evaluate(_SEEN) == "", (self.page.url, control)
        return control

    def link(self, sentence: str, **places: object) -> Locator:
        """The only link of the content that says this in the visitor's language."""
        return self.page.locator("main").get_by_role("link", name=self.visitor.words.said(sentence, **places))

    def button(self, sentence: str, **places: object) -> Locator:
        """The only button of the content that says this."""
        return self.page.locator("main").get_by_role("button", name=self.visitor.words.said(sentence, **places))

    def named(self, name: str) -> Locator:
        """The control that is posted under a name."""
        return self.page.locator(f"main [name='{name}']:not([type=hidden])")

    def go(self, control: Locator, key: str = "Enter") -> int:
        """Tab to a link or a button and press it; answers the status of the page that comes of it."""
        self.to(control)
        return self.leave(key)

    def leave(self, key: str) -> int:
        """Press a key that leads to another page; answers the status of the first answer."""
        first = self.page.expect_response(lambda answer: answer.request.is_navigation_request())
        with self.page.expect_navigation(), first as told:
            self.press(key)
        return told.value.status

    def write(self, control: Locator, text: str) -> None:
        """Tab to a box and type over what stands in it."""
        self.to(control)
        self.press("Control+a")
        self.page.keyboard.type(text)

    def choose(self, control: Locator, value: str) -> None:
        """Tab to a list of choices and go down it to one."""
        self.to(control)
        self.press("Home")
        for _ in range(control.locator("option").count()):
            if control.input_value() == value:
                return
            self.press("ArrowDown")
        raise AssertionError(f"{value} is not among {control.locator('option').all_inner_texts()}")

    def open(self, summary: Locator) -> None:
        """Tab to what is folded away and unfold it."""
        self.to(summary)
        self.press("Enter")

    def answer(self, answers: Mapping[str, str]) -> None:
        """Give answers by the names of their controls, going from one to the next."""
        for name, value in answers.items():
            control = self.named(name)
            kind = control.first.evaluate("e => e.type")
            if kind == "radio":
                self._answer_question(control, value)
            elif kind.startswith("select"):
                self.choose(control, value)
            else:
                self.write(control, value)

    def _answer_question(self, control: Locator, code: str) -> None:
        chosen = control.and_(self.page.locator(":checked"))
        self.to(chosen if chosen.count() else control.first)
        for _ in range(control.count()):
            if self.page.evaluate("document.activeElement.value") == code and chosen.count():
                return
            self.press("Space" if self.page.evaluate("document.activeElement.value") == code else "ArrowRight")
        assert chosen.input_value() == code

    def file(self, key: str) -> Download:
        """What a press of a key hands over as a file."""
        with self.page.expect_download() as handed:
            self.press(key)
        return handed.value

    def section(self, path: str) -> Locator:
        """The way to a section, in the bar at the top."""
        return self.page.locator(f".topbar nav a[href='{path}']")
