//! Numbers of a header: octal digits, or GNU's base-256.

/// The number of a field. Octal digits stand between spaces and NULs; a field without a digit is 0. With the first bit
/// set, the rest is a number in two's complement. `None` for anything else, and beyond 63 bits.
pub(super) fn field(bytes: &[u8]) -> Option<i64> {
    match bytes.first() {
        Some(first) if first & 0x80 != 0 => base_256(bytes),
        _ => octal(bytes),
    }
}

fn octal(bytes: &[u8]) -> Option<i64> {
    let is_blank = |byte: &u8| matches!(byte, b' ' | 0);
    let start = bytes.iter().position(|byte| !is_blank(byte)).unwrap_or(bytes.len());
    let text = bytes.get(start..).unwrap_or_default();
    let end = text.iter().position(is_blank).unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(end)?;
    // What follows a NUL is left over from another field and read by no tool; after a space there are blanks only.
    let is_ended = rest.first() == Some(&0) || rest.iter().all(is_blank);
    if !is_ended {
        return None;
    }
    digits.iter().try_fold(0_i64, |number, digit| match digit {
        b'0'..=b'7' => number.checked_mul(8)?.checked_add(i64::from(digit - b'0')),
        _ => None,
    })
}

fn base_256(bytes: &[u8]) -> Option<i64> {
    let (first, rest) = bytes.split_first()?;
    // The first bit marks the form; the second one is the sign.
    let is_negative = first & 0x40 != 0;
    let first = if is_negative { i64::from(first | 0x80) - 256 } else { i64::from(first & 0x3f) };
    rest.iter().try_fold(first, |number, byte| number.checked_mul(256)?.checked_add(i64::from(*byte)))
}

/// A decimal number of a pax record, without a sign.
pub(super) fn decimal(text: &[u8]) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    text.iter().try_fold(0_u64, |number, digit| match digit {
        b'0'..=b'9' => number.checked_mul(10)?.checked_add(u64::from(digit - b'0')),
        _ => None,
    })
}

/// A number of a pax record that may have a sign and, being a time, a fraction: rounded down.
pub(super) fn integer(text: &[u8]) -> Option<i64> {
    let (is_negative, text) = match text.split_first() {
        Some((b'-', rest)) => (true, rest),
        _ => (false, text),
    };
    let mut parts = text.splitn(2, |byte| *byte == b'.');
    let whole = i64::try_from(decimal(parts.next()?)?).ok()?;
    let fraction = parts.next().unwrap_or_default();
    if !fraction.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let has_more = fraction.iter().any(|digit| *digit != b'0');
    Some(if is_negative { -whole - i64::from(has_more) } else { whole })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn octal_fields_are_read_as_all_tools_write_them() {
        for (bytes, number) in [
            (&b"0000644\0"[..], Some(0o644)),
            (b"   644 \0", Some(0o644)),
            (b"77777777777", Some(0o77_777_777_777)),
            (b"\0\0\0\0", Some(0)),
            (b"", Some(0)),
            (b"12\0junk", Some(0o12)),
            (b"12 junk", None),
            (b"-1", None),
            (b"8", None),
            (b"0x12", None),
            (b"7777777777777777777777777", None),
        ] {
            assert_eq!(field(bytes), number, "{bytes:?}");
        }
    }

    #[test]
    fn base_256_has_a_sign_and_an_end() {
        for (bytes, number) in [
            (&b"\x80\0\0\0\0\0\0\x02\0\0\0\0"[..], Some(0x2_0000_0000)),
            (b"\xff\xff\xff\xff\xff\xff\xff\xff", Some(-1)),
            (b"\xff\xff\xff\xff\xff\xff\xff\0", Some(-256)),
            (b"\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff", Some(i64::MAX)),
            (b"\x80\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff", None),
            (b"\xbf\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", None),
        ] {
            assert_eq!(field(bytes), number, "{bytes:?}");
        }
    }

    #[test]
    fn times_have_fractions_and_signs() {
        for (text, number) in [
            ("1700000000", Some(1_700_000_000)),
            ("1700000000.999999999", Some(1_700_000_000)),
            ("-1.5", Some(-2)),
            ("-1.0", Some(-1)),
            ("1.", Some(1)),
            ("", None),
            ("-", None),
            (".5", None),
            ("1.5e3", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(integer(text.as_bytes()), number, "{text}");
        }
    }
}
