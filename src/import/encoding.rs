//! Bytes become text: UTF-8, UTF-16 with its mark, Windows-1252. Nothing is guessed and nothing is replaced.

use super::Refused;

/// How the bytes of a text are to be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, and UTF-16 where its mark is.
    #[default]
    Utf8,
    /// UTF-16, little endian unless a mark says otherwise.
    Utf16,
    /// What Western Windows wrote, a superset of Latin-1 (WHATWG Encoding, 9).
    Windows1252,
}

/// 0x80 to 0x9f of Windows-1252.
const HIGH: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// The text of some bytes, without a byte order mark, with line breaks as `\n`.
pub fn decode(bytes: &[u8], encoding: Encoding) -> Result<String, Refused> {
    let text = match (encoding, bytes) {
        (Encoding::Utf8 | Encoding::Utf16, [0xff, 0xfe, rest @ ..]) => utf16(rest, u16::from_le_bytes)?,
        (Encoding::Utf8 | Encoding::Utf16, [0xfe, 0xff, rest @ ..]) => utf16(rest, u16::from_be_bytes)?,
        (Encoding::Utf16, rest) => utf16(rest, u16::from_le_bytes)?,
        (Encoding::Windows1252, bytes) => bytes.iter().map(|b| windows_1252(*b)).collect(),
        (Encoding::Utf8, bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text).to_string(),
            Err(e) => {
                let at = e.valid_up_to();
                let line = 1 + bytes[..at].iter().filter(|b| **b == b'\n').count();
                let wrong = bytes[at..].iter().take(3).map(|b| format!("{b:02X}")).collect::<Vec<_>>().join(" ");
                return Err(Refused::BadBytes { line, encoding: "UTF-8", bytes: wrong });
            }
        },
    };
    if text.contains('\0') {
        return Err(Refused::NotText("this is not a text: it has bytes of zero in it", "save it as plain text first"));
    }
    Ok(text.replace("\r\n", "\n").replace('\r', "\n"))
}

fn windows_1252(byte: u8) -> char {
    if (0x80..=0x9f).contains(&byte) { HIGH[usize::from(byte - 0x80)] } else { char::from(byte) }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, Refused> {
    let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
    let text = String::from_utf16(&units).ok().filter(|_| bytes.len().is_multiple_of(2));
    text.ok_or(Refused::BadBytes { line: 1, encoding: "UTF-16", bytes: "at an odd place".to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_gives_the_same_text() {
        let text = "“Zoë” – 5 €\nend";
        let utf16 = |unit: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(unit).collect::<Vec<u8>>();
        let with = |mark: &[u8], bytes: &[u8]| [mark, bytes].concat();
        for (bytes, encoding) in [
            (text.as_bytes().to_vec(), Encoding::Utf8),
            (with(b"\xef\xbb\xbf", text.replace('\n', "\r\n").as_bytes()), Encoding::Utf8),
            (with(b"\xff\xfe", &utf16(u16::to_le_bytes)), Encoding::Utf8),
            (with(b"\xfe\xff", &utf16(u16::to_be_bytes)), Encoding::Utf16),
            (utf16(u16::to_le_bytes), Encoding::Utf16),
            (b"\x93Zo\xeb\x94 \x96 5 \x80\rend".to_vec(), Encoding::Windows1252),
        ] {
            assert_eq!(decode(&bytes, encoding).expect("a text"), text, "{encoding:?}");
        }
        let refused = decode(b"one\ntwo \x93x\x94", Encoding::Utf8).expect_err("no UTF-8");
        assert_eq!(refused.to_string(), "line 2 is not UTF-8: the bytes 93 78 94 mean nothing there");
        assert!(refused.help().contains("--encoding windows-1252"));
        assert!(decode(b"a\0b", Encoding::Utf8).is_err());
    }
}
