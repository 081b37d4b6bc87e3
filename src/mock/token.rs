//! Opaque page tokens: an offset with a checksum over the collection it belongs to.
//! A token that this module did not make for that very collection is never accepted.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The token of the page that starts at `offset`; 16 characters that need no encoding in a query.
pub(super) fn write(plugin: &str, environment: &str, offset: u64) -> String {
    let sum = checksum(plugin, environment, offset);
    let mut bytes = [0; 12];
    bytes[..4].copy_from_slice(&sum.to_be_bytes());
    // The checksum veils the offset, so that nobody is tempted to read or to build a token.
    let veiled = offset ^ (u64::from(sum) << 32 | u64::from(sum));
    bytes[4..].copy_from_slice(&veiled.to_be_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The offset in a token, if it was made for this collection.
pub(super) fn read(plugin: &str, environment: &str, token: &str) -> Option<u64> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (sum, veiled) = bytes.split_first_chunk::<4>()?;
    let sum = u32::from_be_bytes(*sum);
    let veiled = u64::from_be_bytes(veiled.try_into().ok()?);
    let offset = veiled ^ (u64::from(sum) << 32 | u64::from(sum));
    (checksum(plugin, environment, offset) == sum).then_some(offset)
}

/// FNV-1a, 64 bits folded to 32. It guards against guesses and typing errors, not against attackers.
fn checksum(plugin: &str, environment: &str, offset: u64) -> u32 {
    let offset = offset.to_be_bytes();
    let parts = [
        plugin.as_bytes(),
        b"\0",
        environment.as_bytes(),
        b"\0",
        &offset,
    ];
    let hash = parts
        .into_iter()
        .flatten()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        });
    (hash >> 32) as u32 ^ hash as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_back_by_its_own_collection_only() {
        for offset in [0, 1, 10, 999_990, u64::MAX] {
            let token = write("ccp-a", "env-a", offset);
            assert_eq!(read("ccp-a", "env-a", &token), Some(offset));
            assert_eq!(read("ccp-b", "env-a", &token), None);
            assert_eq!(read("ccp-a", "env-b", &token), None);
        }
    }

    #[test]
    fn a_token_needs_no_encoding() {
        let token = write("ccp-a", "env-a", 10);
        assert_eq!(token.len(), 16);
        assert!(
            token
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        );
    }

    #[test]
    fn made_up_and_damaged_tokens_are_refused() {
        for made_up in [
            "",
            "x",
            "0",
            "10",
            "AAAAAAAAAAAAAAAA",
            "not a token",
            "é",
            "%00",
            "next",
        ] {
            assert_eq!(read("ccp-a", "env-a", made_up), None, "{made_up}");
        }
        let token = write("ccp-a", "env-a", 10);
        assert_eq!(read("ccp-a", "env-a", &token[..15]), None);
        assert_eq!(read("ccp-a", "env-a", &format!("{token}A")), None);
        for place in 0..token.len() {
            let mut damaged = token.clone().into_bytes();
            damaged[place] = if damaged[place] == b'A' { b'B' } else { b'A' };
            let damaged = String::from_utf8(damaged).unwrap();
            assert_eq!(read("ccp-a", "env-a", &damaged), None, "{damaged}");
        }
    }
}
