//! What the browser is told it may do with the app.

/// The content security policy, without the directives that only work as a header.
const POLICY: &str = "default-src 'none'; \
    script-src 'self' 'wasm-unsafe-eval'; \
    style-src 'self'; \
    img-src 'self' data: blob:; \
    font-src 'self'; \
    connect-src 'self'; \
    worker-src 'self'; \
    manifest-src 'self'; \
    base-uri 'none'; \
    form-action 'none'; \
    require-trusted-types-for 'script'; \
    trusted-types default";

/// The policy as the page itself states it, for hosts that send no headers.
#[must_use]
pub const fn for_meta() -> &'static str {
    POLICY
}

/// Every security header; the same for every answer.
#[must_use]
pub fn headers() -> Vec<(&'static str, String)> {
    let fixed = [
        ("Referrer-Policy", "no-referrer"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        (
            "Permissions-Policy",
            "camera=(), display-capture=(), geolocation=(), microphone=(), midi=(), payment=(), serial=(), usb=()",
        ),
    ];
    let mut headers = vec![("Content-Security-Policy", format!("{POLICY}; frame-ancestors 'none'"))];
    headers.extend(fixed.map(|(name, value)| (name, value.to_owned())));
    headers
}
