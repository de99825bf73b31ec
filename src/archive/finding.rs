//! What is wrong with an archive, or with one entry of it, without being a reason to refuse the rest.

/// Writes [`Finding`], its text form and what it means from one table.
macro_rules! findings {
    ($($variant:ident $text:literal $about:literal,)*) => {
        /// Something odd, under a stable name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Finding {
            $(#[doc = concat!("`", $text, "`: ", $about, ".")] $variant,)*
        }

        impl Finding {
            /// Every finding, in the order of the documentation.
            pub const ALL: &'static [Finding] = &[$(Finding::$variant,)*];

            /// The stable text form, `PATH_UPWARDS` for instance.
            pub fn as_str(self) -> &'static str {
                match self { $(Finding::$variant => $text,)* }
            }

            /// What it means, as a sentence without a stop.
            pub fn about(self) -> &'static str {
                match self { $(Finding::$variant => $about,)* }
            }
        }
    };
}

findings! {
    PathAbsolute "PATH_ABSOLUTE" "the path begins with a slash: it is taken from the root of the archive",
    PathUpwards "PATH_UPWARDS" "the path has a component \"..\": it may lead out of the archive, and no file of it is used",
    PathNul "PATH_NUL" "the path has a NUL, at which some tools end it",
    PathEmpty "PATH_EMPTY" "the entry has no path",
    PathTooLong "PATH_TOO_LONG" "the path, or a component of it, is longer than a file system takes",
    PathTooDeep "PATH_TOO_DEEP" "the path has more components than are followed",
    TarNumberInvalid "TAR_NUMBER_INVALID" "mode, owner, group, time or device is no number: 0 stands for it",
    TarLinkSize "TAR_LINK_SIZE" "a hard link states a size, and no content follows it",
    TarSparse "TAR_SPARSE" "the file is stored with its holes left out: what is stored is not what it holds",
    TarTypeUnknown "TAR_TYPE_UNKNOWN" "the type of the entry is not known: it is carried, and not used",
    WhiteoutInvalid "WHITEOUT_INVALID" "a whiteout that takes nothing away, or a name that AUFS keeps for itself: it is not used",
    EntryDuplicate "ENTRY_DUPLICATE" "the layer has an entry of this path before: the last one counts",
    TarEndMissing "TAR_END_MISSING" "the archive ends without the two empty blocks that end it",
    TarTrailingData "TAR_TRAILING_DATA" "bytes follow the end of the archive: tools do not read them",
}
