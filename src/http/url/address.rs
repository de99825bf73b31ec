//! Literal addresses in every spelling that hosts understand, and which networks they belong to.
//!
//! Sources: the URL standard's IPv4 parser (decimal, octal and hexadecimal parts, one to four of them), RFC
//! 4291 for IPv6, the IANA special-purpose address registries for what is not public.

use super::metadata;
use crate::guard::{Guard, stands};
use std::fmt;

/// A literal address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Address {
    /// IPv4
    V4(u32),
    /// IPv6
    V6([u16; 8]),
}

/// Blocks of IPv4 that are not public: first address, length of the prefix.
const RESERVED_V4: &[(u32, u32)] = &[
    (0x0000_0000, 8),  // "this" network; 0.0.0.0 reaches the machine itself
    (0x0a00_0000, 8),  // private
    (0x6440_0000, 10), // shared by carriers, used for metadata by some clouds
    (0x7f00_0000, 8),  // loopback
    (0xa9fe_0000, 16), // link-local: 169.254.169.254 hands out a cloud machine's credentials
    (0xac10_0000, 12), // private
    (0xc000_0000, 24), // protocol assignments; Oracle's metadata address lies here
    (0xc000_0200, 24), // documentation
    (0xc0a8_0000, 16), // private
    (0xc612_0000, 15), // benchmarks
    (0xc633_6400, 24), // documentation
    (0xcb00_7100, 24), // documentation
    (0xe000_0000, 3),  // multicast, reserved, broadcast
    (0xa83f_8110, 32), // 168.63.129.16, Azure's own services
];

impl Address {
    /// Whether the address is the machine that asks.
    pub fn is_loopback(self) -> bool {
        match self {
            Address::V4(bits) => bits >> 24 == 127,
            Address::V6([0, 0, 0, 0, 0, 0, 0, 1]) => true,
            Address::V6(_) => self.embedded().is_some_and(Address::is_loopback),
        }
    }

    /// Whether the address is reachable from anywhere and belongs to no special network.
    pub fn is_public(self) -> bool {
        match self {
            Address::V4(bits) => {
                !RESERVED_V4.iter().any(|(first, length)| (bits ^ first).checked_shr(32 - length) == Some(0))
            }
            // NAT64 of a local network (RFC 8215), which may carry the address in other bits, too.
            Address::V6([0x0064, 0xff9b, 1, ..]) => false,
            // Benchmarks, and documentation (RFC 3849, RFC 9637).
            Address::V6([0x2001, 2, 0, ..] | [0x2001, 0x0db8, ..] | [0x3fff, ..=0x0fff, ..]) => false,
            // Of the rest only 2000::/3 is handed out.
            Address::V6([first, ..]) => self.embedded().map_or(first >> 13 == 1, Address::is_public),
        }
    }

    /// Whether a cloud machine's own services answer there, which hand out its credentials, or whether the address
    /// is one that only neighbours on a wire share: nothing that a registry may name.
    pub fn is_metadata(self) -> bool {
        match self {
            Address::V4(bits) => metadata::is_v4(bits),
            Address::V6(parts) => match self.embedded() {
                Some(inner) => inner.is_metadata(),
                None => metadata::is_v6(parts),
            },
        }
    }

    /// The IPv4 address that an IPv6 one stands for: mapped, compatible, NAT64, 6to4, Teredo.
    fn embedded(self) -> Option<Address> {
        let join = |high: u16, low: u16| Some(Address::V4(u32::from(high) << 16 | u32::from(low)));
        match self {
            _ if !stands(Guard::AddressInside) => None,
            Address::V6([0, 0, 0, 0, 0, 0, 0, 0 | 1]) => None,
            Address::V6([0, 0, 0, 0, 0, 0 | 0xffff, high, low]) => join(high, low),
            Address::V6([0, 0, 0, 0, 0xffff, 0, high, low]) => join(high, low),
            Address::V6([0x0064, 0xff9b, .., high, low]) => join(high, low),
            Address::V6([0x2002, high, low, ..]) => join(high, low),
            Address::V6([0x2001, 0, .., high, low]) => join(!high, !low),
            _ => None,
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::V4(bits) => {
                let [a, b, c, d] = bits.to_be_bytes();
                write!(f, "{a}.{b}.{c}.{d}")
            }
            Address::V6(parts) => write_v6(f, parts),
        }
    }
}

/// Whether hosts read the name as an IPv4 address: its last part is a number in some base.
pub(crate) fn looks_like_v4(name: &str) -> bool {
    name.rsplit('.').next().is_some_and(|last| {
        last.bytes().all(|byte| byte.is_ascii_digit())
            || last.strip_prefix("0x").is_some_and(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
    })
}

/// One to four parts; the last one fills the bytes that are left.
pub(crate) fn parse_v4(name: &str) -> Option<Address> {
    let mut parts = Vec::with_capacity(4);
    for part in name.split('.') {
        parts.push(parse_number(part)?);
    }
    let (last, leading) = parts.split_last()?;
    if leading.len() > 3 || leading.iter().any(|part| *part > 255) {
        return None;
    }
    let free = 4 - leading.len() as u32;
    if last.checked_shr(8 * free).unwrap_or(0) != 0 {
        return None;
    }
    let high = leading.iter().zip([24, 16, 8]).fold(0, |bits, (part, shift)| bits | part << shift);
    u32::try_from(high | last).ok().map(Address::V4)
}

fn parse_number(part: &str) -> Option<u64> {
    let (digits, radix) = match part.strip_prefix("0x") {
        Some("") => return Some(0),
        Some(hex) => (hex, 16),
        None => match part.strip_prefix('0') {
            Some("") => ("0", 10),
            Some(octal) => (octal, 8),
            None => (part, 10),
        },
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    u64::from_str_radix(digits, radix).ok().filter(|number| *number <= u64::from(u32::MAX))
}

/// RFC 5952: the longest run of two or more zeros is written as `::`.
fn write_v6(f: &mut fmt::Formatter<'_>, parts: &[u16; 8]) -> fmt::Result {
    let (mut start, mut length, mut run) = (0, 1, 0);
    for (at, part) in parts.iter().enumerate() {
        run = if *part == 0 { run + 1 } else { 0 };
        if run > length {
            (start, length) = (at + 1 - run, run);
        }
    }
    f.write_str("[")?;
    for (at, part) in parts.iter().enumerate() {
        let shortened = length > 1 && (start..start + length).contains(&at);
        if shortened && at == start {
            f.write_str("::")?;
        }
        if !shortened {
            let first = at == 0 || (length > 1 && at == start + length);
            write!(f, "{}{part:x}", if first { "" } else { ":" })?;
        }
    }
    f.write_str("]")
}

/// The text between the brackets: RFC 4291 section 2.2. A zone (`%eth0`) is refused.
pub(crate) fn parse_v6(text: &str) -> Option<Address> {
    let (head, tail) = match text.split_once("::") {
        Some((head, tail)) => (groups(head, false)?, Some(groups(tail, true)?)),
        None => (groups(text, true)?, None),
    };
    let given = head.len() + tail.as_ref().map_or(0, Vec::len);
    // `::` stands for at least one group.
    if (tail.is_none() && given != 8) || (tail.is_some() && given > 7) {
        return None;
    }
    let zeros = std::iter::repeat_n(0, 8 - given);
    let all: Vec<u16> = head.into_iter().chain(zeros).chain(tail.unwrap_or_default()).collect();
    <[u16; 8]>::try_from(all).ok().map(Address::V6)
}

/// Groups of one to four hexadecimal digits; the `last` of an address may be IPv4 in decimal.
fn groups(text: &str, last: bool) -> Option<Vec<u16>> {
    let mut groups = Vec::new();
    if text.is_empty() {
        return Some(groups);
    }
    let mut parts = text.split(':').peekable();
    while let Some(part) = parts.next() {
        if last && parts.peek().is_none() && part.contains('.') {
            let bytes: Vec<u16> = part.split('.').map(decimal).collect::<Option<_>>()?;
            let [a, b, c, d] = <[u16; 4]>::try_from(bytes).ok()?;
            groups.extend([a << 8 | b, c << 8 | d]);
        } else {
            groups.push(number(part, 16, 4)?);
        }
    }
    Some(groups)
}

/// A byte in decimal, without leading zeros.
fn decimal(part: &str) -> Option<u16> {
    number(part, 10, 3).filter(|byte| *byte <= 255 && (part.len() == 1 || !part.starts_with('0')))
}

/// One to `most` digits.
fn number(part: &str, radix: u32, most: usize) -> Option<u16> {
    if part.is_empty() || part.len() > most {
        return None;
    }
    let value = part.chars().try_fold(0, |value, digit| Some(value * radix + digit.to_digit(radix)?))?;
    u16::try_from(value).ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::net::Ipv6Addr;

    #[test]
    fn ipv6_is_read_and_written_as_the_standard_library_does() {
        let texts = [
            "::",
            "::1",
            "1::",
            "1::8",
            "fe80::1",
            "2001:db8:0:0:1:0:0:1",
            "2001:db8::1:0:0:1",
            "1:2:3:4:5:6:7:8",
            "1:0:3:4:5:6:7:8",
            "0:0:3::",
            "::ffff:10.0.0.1",
            "64:ff9b::1.2.3.4",
            "1:2:3:4:5:6:1.2.3.4",
            "FE80::A",
            "1:2:3:4:5:6:7::",
            "::2:3:4:5:6:7:8",
            "",
            ":",
            ":::",
            "1:::2",
            "1::2::3",
            ":1",
            "1:",
            "12345::",
            "g::",
            "1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:8:9",
            "::1.2.3",
            "::1.2.3.256",
            "::01.2.3.4",
            "1.2.3.4::",
            "::1.2.3.4:5",
            "fe80::1%eth0",
            "1:2:3:4::5:6:7:8",
            "::+1",
            " ::1",
            "::1.2.3.4.5",
            "1:2:3:4:5:6:7:1.2.3.4",
        ];
        for text in texts {
            let known = text.parse::<Ipv6Addr>().ok();
            assert_eq!(parse_v6(text), known.map(|address| Address::V6(address.segments())), "{text}");
            // Only the mixed notation differs: it is not used for writing here.
            if let Some(address) =
                known.filter(|address| address.to_ipv4().is_none() || address.is_loopback())
            {
                assert_eq!(parse_v6(text).unwrap().to_string(), format!("[{address}]"), "{text}");
            }
        }
    }
}
