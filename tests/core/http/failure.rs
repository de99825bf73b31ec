//! What the failures of every host mean.

use multiarch::http::network_error;

/// (name, code, message, what it means): the wordings that the table is meant for; not recorded from live hosts.
const FAILURES: &[(&str, &str, &str, &str)] = &[
    ("TypeError", "ECONNREFUSED", "fetch failed", "CONNECTION_REFUSED"),
    ("Error", "ECONNREFUSED", "connect ECONNREFUSED 127.0.0.1:1", "CONNECTION_REFUSED"),
    ("AggregateError", "", "connect ECONNREFUSED ::1:1", "CONNECTION_REFUSED"),
    (
        "TypeError",
        "",
        "error sending request for url (http://127.0.0.1:1/): client error (Connect): tcp connect error: Connection refused (os error 111)",
        "CONNECTION_REFUSED",
    ),
    (
        "Error",
        "ConnectionRefused",
        "Unable to connect. Is the computer able to access the url?",
        "CONNECTION_REFUSED",
    ),
    ("TypeError", "", "net::ERR_CONNECTION_REFUSED", "CONNECTION_REFUSED"),
    ("TypeError", "ENOTFOUND", "fetch failed", "HOST_NOT_FOUND"),
    ("Error", "EAI_AGAIN", "getaddrinfo EAI_AGAIN a.invalid", "HOST_NOT_FOUND"),
    (
        "TypeError",
        "",
        "client error (Connect): dns error: failed to lookup address information: Name or service not known",
        "HOST_NOT_FOUND",
    ),
    ("Error", "FailedToOpenSocket", "Was there a typo in the url or port?", "HOST_NOT_FOUND"),
    ("Error", "", "DNS lookup failed.", "HOST_NOT_FOUND"),
    ("TypeError", "ERR_SSL_WRONG_VERSION_NUMBER", "fetch failed", "PLAIN_HTTP"),
    (
        "Error",
        "EPROTO",
        "write EPROTO 0:error:0A00010B:SSL routines:ssl3_get_record:wrong version number",
        "PLAIN_HTTP",
    ),
    ("Error", "ERR_SSL_PACKET_LENGTH_TOO_LONG", "packet length too long", "PLAIN_HTTP"),
    ("TypeError", "", "received corrupt message of type InvalidContentType", "PLAIN_HTTP"),
    ("TypeError", "DEPTH_ZERO_SELF_SIGNED_CERT", "fetch failed", "TLS_FAILED"),
    ("TypeError", "SELF_SIGNED_CERT_IN_CHAIN", "fetch failed", "TLS_FAILED"),
    ("TypeError", "CERT_HAS_EXPIRED", "fetch failed", "TLS_FAILED"),
    ("TypeError", "ERR_TLS_CERT_ALTNAME_INVALID", "fetch failed", "TLS_FAILED"),
    ("TypeError", "UNABLE_TO_VERIFY_LEAF_SIGNATURE", "fetch failed", "TLS_FAILED"),
    ("TypeError", "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION", "fetch failed", "TLS_FAILED"),
    ("TypeError", "", "invalid peer certificate: UnknownIssuer", "TLS_FAILED"),
    ("Error", "", "TLS peer's certificate is not trusted; reason = self signed certificate", "TLS_FAILED"),
    ("TypeError", "ERR_CERTIFICATE_FILE", "client.cert has no key beside it", "CERTIFICATE_INVALID"),
    ("TypeError", "ERR_PROXY_TUNNEL", "the proxy p:1 answered 502 to CONNECT", "PROXY_REFUSED"),
    ("TypeError", "ERR_CONTENT_CODING", "the body comes in the coding \"x\"", "RESPONSE_INVALID"),
    ("AbortError", "ABORT_ERR", "This operation was aborted", "ABORTED"),
    ("AbortError", "", "signal is aborted without reason", "ABORTED"),
    ("TimeoutError", "", "The operation was aborted due to timeout", "TIMEOUT"),
    ("TypeError", "UND_ERR_CONNECT_TIMEOUT", "fetch failed", "TIMEOUT"),
    ("TypeError", "UND_ERR_HEADERS_TIMEOUT", "fetch failed", "TIMEOUT"),
    ("TypeError", "ETIMEDOUT", "fetch failed", "TIMEOUT"),
    ("TypeError", "ECONNRESET", "fetch failed", "NETWORK"),
    ("TypeError", "UND_ERR_SOCKET", "other side closed", "NETWORK"),
    ("TypeError", "", "Failed to fetch", "NETWORK"),
    ("TypeError", "", "NetworkError when attempting to fetch resource.", "NETWORK"),
    ("TypeError", "", "Load failed", "NETWORK"),
    ("Error", "", "Network connection lost.", "NETWORK"),
    ("", "", "", "NETWORK"),
];

#[test]
fn failures_of_every_host_have_a_code() {
    for (name, code, message, wanted) in FAILURES {
        assert_eq!(network_error(name, code, message).code().as_str(), *wanted, "{name} {code} {message}");
    }
}

#[test]
fn only_what_a_browser_may_have_said_is_explained_by_a_browsers_rules() {
    for (code, message, expected) in [
        ("", "Failed to fetch", true),
        ("", "NetworkError when attempting to fetch resource.", true),
        ("", "Load failed", true),
        ("", "", true),
        ("ECONNRESET", "read ECONNRESET", false),
        ("HPE_INVALID_CONSTANT", "Parse Error: Expected HTTP/, RTSP/ or ICE/", false),
        ("", "Network connection lost.", false),
        ("", "internal error; reference = b88loqnda8qv3slakcopv4gm", false),
        ("", "error sending request for url (https://registry.example/v2/)", false),
    ] {
        let error = network_error("TypeError", code, message);
        assert_eq!(error.code().as_str(), "NETWORK", "{message}");
        assert_eq!(error.hint().contains("browser"), expected, "{message}: {}", error.hint());
        assert_eq!(error.hint().starts_with("The connection broke: try again."), !expected, "{message}");
    }
}

#[test]
fn failures_do_not_quote_queries() {
    let error = network_error(
        "TypeError",
        "",
        "error sending request for url (https://cdn.example/x?sig=secret): lost",
    );
    assert!(!error.message().contains("secret") && error.message().contains("lost"), "{error}");
}
