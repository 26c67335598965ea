"""Whether a request comes from this server's own page: nothing else may use what the browser's cookie allows.

A browser sends a site's cookies along, whoever caused the request. Two things only the own page can do: be of
the same origin, as the browser itself says in ``Sec-Fetch-Site`` (where it does not, ``Origin`` is compared
with the host that was asked), and send a header that no HTML form can.
"""

from __future__ import annotations

from flask import Request

from server.errors import ForbiddenOrigin

__all__ = ["PAGE_HEADER", "PAGE_VALUE", "is_from_own_page", "require_own_page"]

PAGE_HEADER, PAGE_VALUE = "X-Requested-With", "lesion"


def require_own_page(request: Request) -> None:
    """Raise ForbiddenOrigin unless the own page asks. Call it before a cookie authorises a write.

    A request that is authorised by an API key needs none of this: no browser adds one by itself.
    """
    if not is_from_own_page(request):
        raise ForbiddenOrigin(
            "Only this server's own page may do that with the browser's cookie; send the header "
            f"{PAGE_HEADER}: {PAGE_VALUE} from there, or an API key."
        )


def is_from_own_page(request: Request) -> bool:
    """Whether the own page sent the request. Ask it also before a cookie is set.

    Otherwise another site's form could put a new cookie in place of the one that a browser has.
    """
    return request.headers.get(PAGE_HEADER) == PAGE_VALUE and _same_origin(request)


def _same_origin(request: Request) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return origin is None or origin.partition("://")[2] == request.host
