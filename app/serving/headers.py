"""Headers of every answer: any origin may read it, and no browser runs it as a page."""

HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Location, Retry-After, X-Request-ID, Allow, "
    "Accept-Ranges, Content-Range, Content-Disposition, X-Total-Count",
    "Access-Control-Max-Age": "86400",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Permissions-Policy": "interest-cohort=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Vary": "Accept, Accept-Encoding",
}
RAW_HEADERS = [(name.lower().encode(), text.encode()) for name, text in HEADERS.items()]
# An answer is a page of data, never a page to run: the pages of the docs bring their own policy.
DATA_POLICY = b"default-src 'none'; frame-ancestors 'none'; sandbox"
CACHEABLE = b"public, max-age=300, stale-while-revalidate=86400"
DEFAULT_HEADERS = [(b"content-security-policy", DATA_POLICY), (b"cache-control", CACHEABLE)]
