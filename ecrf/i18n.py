"""Which language a request is answered in: English or Simplified Chinese. Study texts are data and use `text_tag`."""

from urllib.parse import urlencode

from flask import Flask, Response, request
from flask_babel import Babel, get_locale

LANGUAGES = {"en": "EN", "zh-CN": "中文"}
LOCALES = {"en": "en", "zh-CN": "zh_Hans_CN"}
COOKIE = "ecrf_language"
_YEAR = 365 * 24 * 3600


def asked_for() -> str | None:
    """The language named by the request's `lang`, where it is one of ours."""
    asked = request.args.get("lang")
    return asked if asked in LANGUAGES else None


def language() -> str:
    """The BCP 47 tag of this request's language: asked for, chosen before, or the browser's."""
    chosen = asked_for() or request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return str(chosen)
    return "zh-CN" if (request.accept_languages.best_match(["en", "zh"]) or "en") == "zh" else "en"


def locale_name() -> str:
    """The name of this request's catalogue."""
    return LOCALES[language()]


def text_tag() -> str:
    """The tag in which study texts are said, also outside a request: `Text.said_in(text_tag())`."""
    return "zh-CN" if str(get_locale()).startswith("zh") else "en"


def remember(response: Response) -> Response:
    """Keep a language that was asked for."""
    if asked_for():
        response.set_cookie(COOKIE, language(), max_age=_YEAR, samesite="Lax", httponly=True, secure=request.is_secure)
    return response


def link_to(tag: str, path: str, query: dict[str, list[str]]) -> str:
    """The address of a page in another language."""
    return f"{path}?{urlencode({**query, 'lang': [tag]}, doseq=True)}"


def init_app(app: Flask) -> None:
    """Give the application its languages."""
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", "translations")
    Babel(app, locale_selector=locale_name)
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.after_request(remember)
