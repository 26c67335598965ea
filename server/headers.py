"""Headers that every answer carries, errors included, and who may call from another origin."""

from __future__ import annotations

from flask import Flask, Response, request
from flask_cors import CORS

__all__ = ["CONTENT_SECURITY_POLICY", "SECURITY_HEADERS", "install_cors", "install_headers"]

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "font-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def install_headers(app: Flask) -> None:
    """Add the security headers; what sets no cache rule of its own is not kept by anybody."""

    @app.after_request
    def secure(response: Response) -> Response:
        response.headers.update(SECURITY_HEADERS)
        response.headers.setdefault("Cache-Control", "no-store")
        if request.is_secure:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        return response


def install_cors(app: Flask, origins: tuple[str, ...]) -> None:
    """Let pages of ``origins`` call the API; without any, no answer carries a CORS header."""
    if not origins:
        return
    CORS(
        app,
        resources=[r"/api/.*", r"/predict"],
        origins="*" if "*" in origins else list(origins),
        methods=["DELETE", "GET", "PATCH", "POST"],
        allow_headers=["Authorization", "Content-Type", "X-Job-Key", "X-Request-ID"],
        expose_headers=["Location", "X-Request-ID", "Retry-After"],
        send_wildcard=True,
        max_age=600,
    )
