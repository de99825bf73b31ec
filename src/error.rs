//! One [`Error`] for the whole crate.
//!
//! A [`Code`] is API: it never changes meaning, and scripts branch on it. The message says what failed, on
//! which object, what was expected and what came; the hint says what to do next. Text that a registry chose
//! goes through [`crate::text::printable`] first, so an error can be printed as it is. No secret is ever
//! put into an error.

use std::borrow::Cow;
use std::fmt;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::limits::SHOWN;
use crate::text::printable::{cut, shown};

/// The hint of a code. JavaScript has those of the codes that are raised around the core alone: there, the core has none.
macro_rules! hint {
    (around $hint:literal) => {
        if cfg!(target_arch = "wasm32") { "" } else { $hint }
    };
    ($hint:literal) => {
        $hint
    };
}

/// Writes [`Code`], its text form, whether a retry may help, and its default hint from one table.
macro_rules! codes {
    ($($variant:ident $text:literal $retry:literal $($around:ident)? $hint:literal,)*) => {
        /// What went wrong, as a stable name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        // The hints are plain text: brackets in them are no links.
        #[allow(rustdoc::broken_intra_doc_links)]
        pub enum Code {
            $(#[doc = concat!("`", $text, "`: ", $hint)] $variant,)*
        }

        impl Code {
            /// Every code, in the order of the documentation.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)*];

            /// The stable text form, `DIGEST_MISMATCH` for instance.
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$variant => $text,)* }
            }

            /// What to do next when the place that raises the error knows nothing better.
            pub fn hint(self) -> &'static str {
                match self { $(Code::$variant => hint!($($around)? $hint),)* }
            }

            /// Whether the same call may succeed later without any change.
            pub fn retryable(self) -> bool {
                match self { $(Code::$variant => $retry,)* }
            }
        }
    };
}

codes! {
    // Input: the caller wrote something that cannot be meant.
    ReferenceInvalid "REFERENCE_INVALID" false "Write [domain/]path[:tag][@digest], for example alpine:3.20 or ghcr.io/owner/app@sha256:….",
    DigestInvalid "DIGEST_INVALID" false "Write algorithm:encoded, for example sha256: and 64 lower-case hexadecimal digits.",
    DigestUnsupported "DIGEST_UNSUPPORTED" false "Use sha256, sha384 or sha512.",
    MediaTypeInvalid "MEDIA_TYPE_INVALID" false "Write type/subtype without parameters, as in RFC 6838.",
    PlatformInvalid "PLATFORM_INVALID" false "Write os/architecture[/variant], for example linux/arm64 or windows(10.0.20348)/amd64.",
    OptionInvalid "OPTION_INVALID" false "See the documentation of this call for what the option takes.",

    // Documents: bytes that are not what they should be.
    JsonInvalid "JSON_INVALID" false "The document is not JSON: check that it was read whole and is not a web page.",
    JsonTooDeep "JSON_TOO_DEEP" false "No manifest nests this deep.",
    JsonDuplicateKey "JSON_DUPLICATE_KEY" false "Tools disagree on which of the two values counts; the key has to stand once.",
    ManifestInvalid "MANIFEST_INVALID" false "The document breaks the image specification; build the image again.",
    ManifestAmbiguous "MANIFEST_AMBIGUOUS" false "Tools disagree on what this document is (CVE-2021-41190); do not use it.",
    ManifestTooLarge "MANIFEST_TOO_LARGE" false "Registries accept up to 4 MiB.",
    IndexTooLarge "INDEX_TOO_LARGE" false "An index names one manifest per platform; no real one is this large.",
    IndexTooDeep "INDEX_TOO_DEEP" false "Indexes inside indexes are followed four levels deep.",
    MediaTypeMismatch "MEDIA_TYPE_MISMATCH" false "Push the document again with the Content-Type that it states.",
    MediaTypeUnsupported "MEDIA_TYPE_UNSUPPORTED" false "This call needs an image manifest or an index.",
    Schema1Unsupported "SCHEMA1_UNSUPPORTED" false "Docker schema 1 was withdrawn, and its images have no digest that lasts: build or push the image again. Its bytes can be read as they are, with `raw`.",
    DescriptorInvalid "DESCRIPTOR_INVALID" false "A descriptor needs mediaType, digest and size.",
    ConfigInvalid "CONFIG_INVALID" false "Build the image again.",
    DigestMismatch "DIGEST_MISMATCH" false "The content is not what the digest promises: a proxy or cache may have changed it. Do not use it.",
    SizeMismatch "SIZE_MISMATCH" false "The content was cut short or changed. Try again; if it stays, do not use it.",

    // Selection.
    PlatformNotFound "PLATFORM_NOT_FOUND" false "Ask for one of the platforms that exist, or add the missing one to the index.",
    PlatformDuplicate "PLATFORM_DUPLICATE" false "Two entries for one platform leave the choice to the tool that pulls: remove one, or say what to do with the second.",
    EntryUnknown "ENTRY_UNKNOWN" false "Name an entry by its digest or by a platform that the index has.",
    NotAnIndex "NOT_AN_INDEX" false "Platforms are chosen from an index.",

    // Answers of the registry.
    ManifestUnknown "MANIFEST_UNKNOWN" false "Check the tag or digest; `multiarch tags` lists the tags that exist.",
    NameUnknown "NAME_UNKNOWN" false "Check the repository's name.",
    BlobUnknown "BLOB_UNKNOWN" false "The registry lost a part of the image; push it again.",
    Unauthorized "UNAUTHORIZED" false "The repository does not exist or is private: check the name, and give credentials if it is private.",
    Denied "DENIED" false "Ask the owner of the repository for access.",
    TooManyRequests "TOO_MANY_REQUESTS" true "Wait, or give credentials: registries allow more to users who are logged in.",
    RegistryUnavailable "REGISTRY_UNAVAILABLE" true "The registry has a problem of its own; try again later.",
    RegistryError "REGISTRY_ERROR" false "The registry's message says why.",
    NotARegistry "NOT_A_REGISTRY" false "A proxy, login page or web site answered instead of a registry; check the domain and your network.",
    ResponseInvalid "RESPONSE_INVALID" false "Report it to the operator of the registry.",
    ResponseTooLarge "RESPONSE_TOO_LARGE" false "Nothing that belongs here is this large.",
    PageLimit "PAGE_LIMIT" false "Report it to the operator of the registry.",

    // Authentication.
    ChallengeInvalid "CHALLENGE_INVALID" false "Report it to the operator of the registry.",
    ChallengeUnsupported "CHALLENGE_UNSUPPORTED" false "Only Basic and Bearer authentication are known.",
    RealmRefused "REALM_REFUSED" false "The registry asks to send credentials to a host that it does not own. If you trust that host, name it in trustedRealms.",
    CredentialsInvalid "CREDENTIALS_INVALID" false around "Repair what the message names, or move it away and log in again with `multiarch login`.",
    CredentialsUnavailable "CREDENTIALS_UNAVAILABLE" false around "Check the file of the credentials: its permissions, and the space that is left.",
    HelperInvalid "HELPER_INVALID" false around "A credential helper is named by letters, digits, dots, dashes and underscores, without its path.",
    HelperMissing "HELPER_MISSING" false around "Install the credential helper, or take its name out of the file that names it.",
    HelperFailed "HELPER_FAILED" false around "Run the credential helper by hand to see what it says: all of its output may hold secrets, so at most a line is shown.",
    HelperTimeout "HELPER_TIMEOUT" true around "The credential helper may wait for a keychain to be unlocked: unlock it, and try again.",
    TokenInvalid "TOKEN_INVALID" false "Check the credentials and the token service.",

    // Rules about where a request may go.
    ViaRefused "VIA_REFUSED" false "The proxy that `via` names refused by itself: change its settings, for instance which registries it may ask.",
    RegistryRefused "REGISTRY_REFUSED" false "This client may ask certain registries only: name the registry in `registries`, or set `privateAddresses` where private networks may be asked.",
    RedirectRefused "REDIRECT_REFUSED" false "It is not safe to go where the registry redirects to.",
    RedirectLimit "REDIRECT_LIMIT" false "Report it to the operator of the registry.",
    AddressRefused "ADDRESS_REFUSED" false "The registry sends to a name whose address lies in a private network; name a token service that you trust in trustedRealms.",
    LinkRefused "LINK_REFUSED" false "The next page has to belong to the same listing at the same host; the message names what differs. Report it to the operator of the registry.",

    // The network.
    ConnectionRefused "CONNECTION_REFUSED" true "Nothing listens at that address: check the domain and port, and that the registry runs.",
    HostNotFound "HOST_NOT_FOUND" true "The domain has no address: check its spelling and your network.",
    PlainHttp "PLAIN_HTTP" false "The registry speaks plain http where https was expected; if you trust the network, name it in `insecure`.",
    TlsFailed "TLS_FAILED" false "The registry's certificate is not trusted: add its authority, or name the registry in `insecure`.",
    CertificateInvalid "CERTIFICATE_INVALID" false "Repair the file that the message names, or move it away: it is read for every connection to that registry.",
    ProxyRefused "PROXY_REFUSED" false "The proxy does not let the request through: check HTTPS_PROXY, or name the registry in NO_PROXY.",
    Timeout "TIMEOUT" true "The registry did not answer in time; try again, or allow more time.",
    Network "NETWORK" true "A browser needs Access-Control-Allow-Origin in every answer of the registry, also in that to OPTIONS, and 2xx there (no 401): use `via` with a proxy where these are missing.",
    Aborted "ABORTED" false "The call was aborted by its signal.",

    // Files that a caller names; raised around the core, which opens none.
    FileUnreadable "FILE_UNREADABLE" false "Check the path and its permissions.",
    FileUnwritable "FILE_UNWRITABLE" false around "Check the permissions of the file and its folder, and the space on the disk.",

    // Archives, and layers, which are archives too.
    ArchiveInvalid "ARCHIVE_INVALID" false "The archive is damaged, or is none: make it again.",
    ArchiveAmbiguous "ARCHIVE_AMBIGUOUS" false "Tools disagree on which entries the archive has (CVE-2025-62518); do not use it.",
    ArchiveTruncated "ARCHIVE_TRUNCATED" false "The archive was cut off: download or make it again.",
    ArchiveLimit "ARCHIVE_LIMIT" false "No real archive is this large; the message names the limit.",
    ArchiveUnsupported "ARCHIVE_UNSUPPORTED" false "Make the archive again with docker, podman or skopeo.",
    ArchiveImageUnknown "ARCHIVE_IMAGE_UNKNOWN" false around "Name one of the images that the archive has, or write @ and its digest.",
    LayerUnsupported "LAYER_UNSUPPORTED" false around "The layer's size and digest are known, its files are not.",
    PathUnknown "PATH_UNKNOWN" false around "`multiarch files` lists the files of an image.",
    PathNotAFile "PATH_NOT_A_FILE" false around "`multiarch files` lists what is in a folder.",

    // Specifications of lists, and their locks.
    SpecInvalid "SPEC_INVALID" false around "Correct the line that the message names; docs/specs.md lists what a specification has.",
    LockInvalid "LOCK_INVALID" false around "The lock is damaged or of another version: make the lists again without it, and keep the new one.",
    LockMismatch "LOCK_MISMATCH" false around "Make the lists again without the lock, and keep the new one; or go back to the specification that it was made of.",

    // Drafts: lists that were not pushed yet.
    DraftUnknown "DRAFT_UNKNOWN" false "Drafts are local: create the list first, under the same name and in the same store.",
    DraftExists "DRAFT_EXISTS" false "Add to it with `amend`, start over with `replace`, or remove it first.",
    DraftCorrupt "DRAFT_CORRUPT" false "The draft is damaged: remove it, and create the list again.",
    DraftCollision "DRAFT_COLLISION" false "Two names share one file in docker's folder; use another tag or repository for one of them.",
    DraftLocked "DRAFT_LOCKED" true around "Another process works on the list; try again when it is done.",
    DraftUnavailable "DRAFT_UNAVAILABLE" false "Check the folder of the drafts: its permissions, and the space that is left.",
    LocationRefused "LOCATION_REFUSED" false "The registry wants the upload at another host, which is not safe to send it to. If that host may have the content, name it in uploadOrigins.",

    // Writing.
    PreconditionFailed "PRECONDITION_FAILED" false "The tag is not as expected: look at what it points at now, and decide again.",
    TagMoved "TAG_MOVED" false "Another writer has written the tag at the same time: look at what it points at now.",
    UpdateConflict "UPDATE_CONFLICT" false "Look at what the tag points at now, and make the change again: the registry keeps one of the two.",
    TagImmutable "TAG_IMMUTABLE" false "This repository lets no tag be written over: push under another tag, or let its owner allow it.",
    NotYetVisible "NOT_YET_VISIBLE" true "The registry took it, but does not show it yet; ask again in a moment.",
    UploadLost "UPLOAD_LOST" true "The registry has forgotten the upload; try again.",
    DeleteUnsupported "DELETE_UNSUPPORTED" false "This registry deletes in its own interface, or not at all.",
    DeleteRefused "DELETE_REFUSED" false "Something still points at it, or it is protected; the registry's message says what.",

    // Ourselves.
    LoadFailed "LOAD_FAILED" true around "The WebAssembly module could not be loaded: check that multiarch_bg.wasm is served and that the CSP allows 'wasm-unsafe-eval'.",
    NotLoaded "NOT_LOADED" false around "Await init() before the first synchronous call in this host.",
    Internal "INTERNAL" false "This is a defect in multiarch; please report it with what you called.",
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A fact that goes with an error, for programs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Detail {
    /// A text: a part of the input, a path in a document, the registry's own code.
    Text(String),
    /// Several texts: the platforms that exist, for instance.
    List(Vec<String>),
    /// A count, a position or a size.
    Number(u64),
}

impl From<&str> for Detail {
    fn from(text: &str) -> Detail {
        Detail::Text(text.to_owned())
    }
}

impl From<String> for Detail {
    fn from(text: String) -> Detail {
        Detail::Text(text)
    }
}

impl From<Vec<String>> for Detail {
    fn from(list: Vec<String>) -> Detail {
        Detail::List(list)
    }
}

impl From<u64> for Detail {
    fn from(number: u64) -> Detail {
        Detail::Number(number)
    }
}

impl Serialize for Detail {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Detail::Text(text) => serializer.serialize_str(text),
            Detail::List(list) => list.serialize(serializer),
            Detail::Number(number) => serializer.serialize_u64(*number),
        }
    }
}

/// What went wrong, where, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Box<Inner>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Inner {
    code: Code,
    message: String,
    hint: Option<Cow<'static, str>>,
    status: Option<u16>,
    registry: Option<String>,
    reference: Option<String>,
    details: Vec<(&'static str, Detail)>,
}

/// The result of everything here that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error with the code's own hint. Control characters in `message` are made visible, and a long one is cut: it
    /// may quote what a document or a caller says.
    pub fn new(code: Code, message: impl AsRef<str>) -> Error {
        Error(Box::new(Inner {
            code,
            message: shown(message.as_ref()).into_owned(),
            hint: None,
            status: None,
            registry: None,
            reference: None,
            details: Vec::new(),
        }))
    }

    /// The same failure in other words, which may be several lines.
    #[must_use]
    pub fn with_message(mut self, message: &str) -> Error {
        let cut = cut(message);
        let lines: Vec<_> = cut.split('\n').map(shown).collect();
        self.0.message = lines.join("\n");
        self
    }

    /// The same failure under another code, with that code's own hint.
    #[must_use]
    pub fn recoded(&self, code: Code) -> Error {
        Error(Box::new(Inner { code, hint: None, ..(*self.0).clone() }))
    }

    /// Replaces the code's own hint by one that knows more.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<Cow<'static, str>>) -> Error {
        self.0.hint = Some(match hint.into() {
            Cow::Borrowed(text) => Cow::Borrowed(text),
            Cow::Owned(text) => Cow::Owned(shown(&text).into_owned()),
        });
        self
    }

    /// Adds the HTTP status of the answer.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Error {
        self.0.status = Some(status);
        self
    }

    /// Adds the registry's domain, unless one is there already.
    #[must_use]
    pub fn with_registry(mut self, registry: &str) -> Error {
        self.0.registry.get_or_insert_with(|| cut(registry).into_owned());
        self
    }

    /// Adds the reference that the call was about, unless one is there already.
    #[must_use]
    pub fn with_reference(mut self, reference: &str) -> Error {
        self.0.reference.get_or_insert_with(|| shown(reference).into_owned());
        self
    }

    /// Adds a fact for programs. Texts keep their characters, since details are data and printed as JSON only; long
    /// ones are cut like the message.
    #[must_use]
    pub fn with_detail(mut self, name: &'static str, detail: impl Into<Detail>) -> Error {
        let short = |text: String| if text.len() > SHOWN { cut(&text).into_owned() } else { text };
        let detail = match detail.into() {
            Detail::Text(text) => Detail::Text(short(text)),
            Detail::List(list) => Detail::List(list.into_iter().map(short).collect()),
            number => number,
        };
        self.0.details.push((name, detail));
        self
    }

    /// The stable code.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// What failed, safe to print.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// What to do next, safe to print.
    pub fn hint(&self) -> &str {
        self.0.hint.as_deref().unwrap_or(self.0.code.hint())
    }

    /// The HTTP status of the answer, where there was one.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The registry's domain, where one is concerned.
    pub fn registry(&self) -> Option<&str> {
        self.0.registry.as_deref()
    }

    /// The reference that the call was about.
    pub fn reference(&self) -> Option<&str> {
        self.0.reference.as_deref()
    }

    /// The facts for programs, in the order they were added.
    pub fn details(&self) -> &[(&'static str, Detail)] {
        &self.0.details
    }

    /// One fact by its name.
    pub fn detail(&self, name: &str) -> Option<&Detail> {
        self.0.details.iter().find(|(known, _)| *known == name).map(|(_, detail)| detail)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Error {}

/// As it crosses into JavaScript: every field under its public name, absent ones left out.
impl Serialize for Error {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("code", self.code().as_str())?;
        map.serialize_entry("message", self.message())?;
        map.serialize_entry("hint", self.hint())?;
        map.serialize_entry("retryable", &self.code().retryable())?;
        if let Some(status) = self.status() {
            map.serialize_entry("status", &status)?;
        }
        if let Some(registry) = self.registry() {
            map.serialize_entry("registry", registry)?;
        }
        if let Some(reference) = self.reference() {
            map.serialize_entry("reference", reference)?;
        }
        if !self.details().is_empty() {
            map.serialize_entry("details", &Details(self.details()))?;
        }
        map.end()
    }
}

struct Details<'a>(&'a [(&'static str, Detail)]);

impl Serialize for Details<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, detail)| (name, detail)))
    }
}
