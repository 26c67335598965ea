"""Whose records a request is about: those of its API key's holder, or of the browser that its cookie names.

The cookie's value is never kept. The database has its hash, so that who reads that cannot pass as a browser.
"""

from __future__ import annotations

import hashlib
import re
import secrets

from flask import Response, request

from server.callers import current_key
from server.csrf import is_from_own_page, require_own_page

__all__ = ["BY_KEY", "COOKIE", "classifying", "forget_browser", "reading", "remember_browser", "writing"]

COOKIE = "lesion_browser"
YEAR_S = 31_536_000
BY_KEY = "key:"
"""How owners begin who hold an API key, before its name."""
NOBODY = ""
"""Owner of no record."""

_ID = re.compile(r"[A-Za-z0-9_-]{22}")


def reading() -> str:
    """Return whose records the current request may read."""
    return _by_key() or _by_cookie() or NOBODY


def writing() -> str:
    """Return whose records the current request may change. Raises ForbiddenOrigin."""
    if key := _by_key():
        return key
    if browser := _by_cookie():
        require_own_page(request)
        return browser
    return NOBODY


def classifying() -> tuple[str | None, str | None]:
    """Return whose record an answer becomes, if anybody's, and the browser's id to be remembered by then.

    A key's holder needs no cookie. A browser gets one with its first picture from the own page, and a year
    more with each further one; whoever else asks is nobody.
    """
    if key := _by_key():
        return key, None
    if not is_from_own_page(request):
        return None, None
    browser = _cookie() or secrets.token_urlsafe(16)
    return _owner(browser), browser


def remember_browser(response: Response, browser: str) -> None:
    """Have the browser send its id with each request of the own page, and with no other site's."""
    response.set_cookie(
        COOKIE, browser, max_age=YEAR_S, secure=request.is_secure, httponly=True, samesite="Strict"
    )


def forget_browser(response: Response) -> None:
    """Have the browser forget its id."""
    response.delete_cookie(COOKIE, secure=request.is_secure, httponly=True, samesite="Strict")


def _by_key() -> str | None:
    key = current_key()
    return f"{BY_KEY}{key.name}" if key else None


def _by_cookie() -> str | None:
    browser = _cookie()
    return _owner(browser) if browser else None


def _cookie() -> str | None:
    value = request.cookies.get(COOKIE, "")
    return value if _ID.fullmatch(value) else None


def _owner(browser: str) -> str:
    return f"browser:{hashlib.sha256(browser.encode()).hexdigest()}"
