//! A platform as JSON, as Go writes it.

use std::fmt::Write;

use crate::json::quote;
use crate::platform::Platform;

/// Appends a platform as compact JSON in docker's key order, which is that of Go's struct: architecture and os are
/// written even where they are empty, the others only where they say something.
pub(crate) fn write_json(out: &mut String, platform: &Platform) {
    let _ =
        write!(out, "{{\"architecture\":{},\"os\":{}", quote(&platform.architecture), quote(&platform.os));
    if !platform.os_version.is_empty() {
        let _ = write!(out, ",\"os.version\":{}", quote(&platform.os_version));
    }
    if !platform.os_features.is_empty() {
        out.push_str(",\"os.features\":[");
        for (index, feature) in platform.os_features.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            out.push_str(&quote(feature));
        }
        out.push(']');
    }
    if !platform.variant.is_empty() {
        let _ = write!(out, ",\"variant\":{}", quote(&platform.variant));
    }
    out.push('}');
}
