//! The guards by name, so that tests can switch one off and see that a test fails.
//!
//! Code that refuses something asks [`stands`] first. In every build that ships it is the constant `true`; with the
//! feature `mutants` one guard at a time can be off. A mistake that takes other code, and not only less of it, is a file
//! of `tests/mutants`.

/// Writes the guards and the list of them from one table.
macro_rules! guards {
    ($($variant:ident $what:literal,)*) => {
        /// A check without which a registry could do what it must not do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[cfg_attr(not(feature = "mutants"), allow(unreachable_pub))]
        pub enum Guard {
            $(#[doc = $what] $variant,)*
        }

        impl Guard {
            /// Every guard.
            #[cfg(feature = "mutants")]
            pub const ALL: &'static [Guard] = &[$(Guard::$variant,)*];
        }
    };
}

guards! {
    TokenRedirect "A token service does not redirect elsewhere.",
    UploadPrivate "An upload does not lead into a private network.",
    UploadHttp "An upload does not leave TLS.",
    UploadOrigin "An upload stays with its registry, or goes where the user allows it.",
    LinkOrigin "The next page is at the listing's host.",
    LinkPath "The next page is of the same listing.",
    PageLoop "A listing ends.",
    RealmUserinfo "A URL holds no name and password.",
    RealmHttp "A realm is not asked in the clear.",
    RealmLiteral "A realm is no literal address.",
    RealmPrivate "A public registry names no private realm.",
    RealmOwner "A realm of another owner gets no credentials.",
    Metadata "No registry leads to a cloud machine's own credentials, a private one neither.",
    RedirectHttp "A redirect does not leave TLS.",
    RedirectPrivate "A redirect does not lead into a private network.",
    RedirectOrigin "A redirect to another origin carries no credentials.",
    RedirectWrite "What is written is sent to its own origin, or where the user allows it.",
    RegistryListed "A registry that the user has not listed is not asked.",
    RegistryPrivate "A registry in a private network is not asked where the user forbids it.",
    LeadsPrivate "Nothing leads into a private network where the user forbids it.",
    ForeignChallenge "A challenge from elsewhere is not answered.",
    ProxySecret "A proxy sees no credentials.",
    PlainHttp "TLS does not become plain http by itself.",
    PlainElsewhere "What fails at another place does not make a registry be asked in plain http.",
    ChallengeSize "A challenge has a length that can be parsed.",
    ChallengeTwice "A challenge names one realm.",
    TokenSize "A token service's answer is small.",
    TokenText "A token is what a header can carry.",
    OwnToken "A token serves those only who have the credentials that it was got with.",
    WrongOnce "A password that was refused is not tried again at once.",
    Echo "A secret that is echoed is taken out of the error.",
    Printable "A registry's words are made safe to print.",
    ErrorSize "A registry's words are cut.",
    TextSize "What an error quotes is cut.",
    DocumentDigest "A document has the digest that was promised.",
    DocumentType "A document is what its type says.",
    DocumentSize "A document has a size that can be read.",
    EntrySize "A document has the size that its descriptor states.",
    ConfigDigest "A config has the digest that was promised.",
    ConfigSize "A config has a size that can be read.",
    JsonTwice "A key stands once.",
    JsonDepth "Nesting ends.",
    TagText "A listing's tags are tags.",
    AddressInside "An IPv6 address that stands for an IPv4 one is where that one is.",
    RetryEnds "A request is not sent forever.",
    RetryAfter "Nothing is sent before the time that a registry asks for.",
    LeastWait "A registry that says no time is not asked again at once.",
    RetryLimit "A registry does not make a call wait for hours.",
    RetryBudget "A registry that is down is not asked six times as often.",
    CoolDown "A refusal of one request holds for all.",
    OneAsks "Of calls with one scope one asks for its token.",
    Remembered "What a registry makes a client remember has a bound.",
    OneIsRefused "A token that is refused when it is new is not asked for again by every call.",
    UploadOther "An upload does not go on behind what is not its own.",
    UploadHeld "Content that got through is not sent again.",
    PushDigest "A registry keeps what it was given.",
    MountSeen "A blob that is said to be mounted is there.",
    ExpectBefore "A tag that is not as expected is not written.",
    ExpectCondition "A tag that changes before the write is not written.",
    ExpectAfter "A tag that changes after the write is noticed.",
    TagSame "A tag that cannot be overwritten is as wanted only where it points at the same bytes.",
    ReferrersRefused "A refusal is not taken for a registry without referrers.",
    ReferrersPage "No page of referrers is lost.",
    ReferrersKept "An entry that another client added to a list of referrers stays.",
}

/// Whether a guard is on.
#[cfg(not(feature = "mutants"))]
pub(crate) const fn stands(_: Guard) -> bool {
    true
}

#[cfg(feature = "mutants")]
thread_local! {
    static AWAY: std::cell::Cell<Option<Guard>> = const { std::cell::Cell::new(None) };
}

/// Whether a guard is on.
#[cfg(feature = "mutants")]
pub(crate) fn stands(guard: Guard) -> bool {
    AWAY.get() != Some(guard)
}

/// Switches one guard of this thread off, and the one before on again.
#[cfg(feature = "mutants")]
pub fn send_away(guard: Option<Guard>) {
    AWAY.set(guard);
}
