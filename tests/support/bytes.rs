//! Bytes as the tests need them: gzipped, and as text that JSON can carry.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};

/// A text, gzipped.
pub fn zipped(text: &str) -> Vec<u8> {
    let mut zip = GzEncoder::new(Vec::new(), Compression::fast());
    zip.write_all(text.as_bytes()).expect("memory takes all");
    zip.finish().expect("memory takes all")
}

/// Bytes as base64: <https://www.rfc-editor.org/rfc/rfc4648#section-4>.
pub fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let of_three = |three: &[u8]| {
        let byte = |at: usize| u32::from(three.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        let letter = move |at: u32| char::from(LETTERS[(bits >> (18 - 6 * at) & 63) as usize]);
        let letters = three.len() as u32 + 1;
        (0..4).map(move |at| if at < letters { letter(at) } else { '=' })
    };
    bytes.chunks(3).flat_map(of_three).collect()
}
