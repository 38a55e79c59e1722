"""What every response says to browsers: nothing inline, nothing from elsewhere, in no frame, kept by no cache."""

from flask import Flask, Response, request

from ecrf.config import Settings

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}
STRICT_TRANSPORT = "max-age=63072000; includeSubDomains"


def init_app(app: Flask, settings: Settings) -> None:
    """Set cookies and headers; the demonstration alone goes without https."""
    app.config.update(
        SESSION_COOKIE_NAME="ecrf" if settings.demo else "__Host-ecrf",
        SESSION_COOKIE_SECURE=not settings.demo,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,
    )

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers.update(HEADERS)
        if not settings.demo:
            response.headers["Strict-Transport-Security"] = STRICT_TRANSPORT
        if request.endpoint != "static":
            response.headers["Cache-Control"] = "no-store"
        return response
