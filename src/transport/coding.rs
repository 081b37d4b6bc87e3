//! Undoes the content codings of a body while it arrives (RFC 9110, section 8.4): several in a row, names in any case,
//! several gzip members. What comes out is bounded at every stage, whatever goes in.

use std::io::{self, Write};

use brotli_decompressor::DecompressorWriter;
use flate2::write::{MultiGzDecoder, ZlibDecoder};
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, TRANSFER_ENCODING};

use crate::exchange::{Answer, BodyEnd};

/// More codings on one body than this are not undone.
const MOST_CODINGS: usize = 8;
/// The buffer of one brotli stage, in bytes.
const BUFFER: usize = 16 * 1024;

/// Undoes the codings of a body that was kept as it came.
pub fn undo_coding(answer: &mut Answer, most: u64) {
    let mut headers = HeaderMap::new();
    for value in answer.header("content-encoding") {
        if let Ok(value) = value.parse() {
            headers.append(CONTENT_ENCODING, value);
        }
    }
    if headers.is_empty() {
        return;
    }
    let mut decoder = Decoder::new(&headers, most);
    let done = decoder.push(&answer.body).and_then(|()| decoder.finish());
    answer.end = match (done, decoder.left_coded()) {
        (Ok(()), None) => BodyEnd::Complete,
        (Ok(()), Some(why)) => BodyEnd::Unread(why.to_owned()),
        (Err(Trouble::Full), _) => {
            BodyEnd::Unread("the body is larger than --max-body allows".to_owned())
        }
        (Err(Trouble::Corrupt(why)), _) => {
            BodyEnd::BrokenOff(format!("the body cannot be decoded: {why}"))
        }
    };
    answer.body = decoder.into_bytes().into();
}

/// Takes in a body as it came and gives it back decoded.
pub(super) struct Decoder {
    stage: Stage,
    is_empty: bool,
    /// Why the body is kept as it came, if it is.
    left_coded: Option<String>,
}

/// Why a decoder takes no more.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The decoded body is longer than it may be.
    Full,
    /// What came is not in the coding that the header names.
    Corrupt(String),
}

impl Decoder {
    /// For an answer with these headers, whose decoded body may have so many bytes.
    pub(super) fn new(headers: &HeaderMap, most: u64) -> Decoder {
        // A transfer coding is around the content codings (RFC 9112, section 6.1); chunks are undone already.
        let transfer = headers.get_all(TRANSFER_ENCODING).iter();
        let values = headers.get_all(CONTENT_ENCODING).iter().chain(transfer);
        let names: Vec<String> = values
            .flat_map(|value| value.as_bytes().split(|byte| *byte == b','))
            .map(|name| String::from_utf8_lossy(name).trim().to_ascii_lowercase())
            .filter(|name| !["", "identity", "chunked"].contains(&name.as_str()))
            .collect();
        let room = Room {
            bytes: Vec::new(),
            most: usize::try_from(most).unwrap_or(usize::MAX),
            is_full: false,
        };
        let is_known =
            |name: &String| matches!(name.as_str(), "gzip" | "x-gzip" | "deflate" | "br");
        let left_coded = match names.iter().find(|name| !is_known(name)) {
            Some(name) => Some(format!(
                "the body's content coding `{name}` is not known (only gzip, deflate and br)"
            )),
            None => (names.len() > MOST_CODINGS).then(|| {
                format!(
                    "the body has {} content codings, one in the other, and at most {MOST_CODINGS} are undone",
                    names.len()
                )
            }),
        };
        // The last coding that was applied is the first to be undone.
        let coded = names.iter().filter(|_| left_coded.is_none());
        Decoder {
            stage: coded.fold(Stage::Plain(room), |inner, name| inner.behind(name)),
            is_empty: true,
            left_coded,
        }
    }

    /// Takes in the next piece.
    pub(super) fn push(&mut self, piece: &[u8]) -> Result<(), Trouble> {
        self.is_empty &= piece.is_empty();
        let written = self.stage.write_all(piece);
        written.map_err(|error| self.trouble(&error))
    }

    /// Ends the body. An empty one has no coding, whatever its header says.
    pub(super) fn finish(&mut self) -> Result<(), Trouble> {
        if self.is_empty {
            return Ok(());
        }
        let finished = self.stage.finish();
        finished.map_err(|error| self.trouble(&error))
    }

    /// How many bytes came out so far.
    pub(super) fn len(&self) -> usize {
        self.stage.room().bytes.len()
    }

    /// Why the body is kept as it came, if it is.
    pub(super) fn left_coded(&self) -> Option<&str> {
        self.left_coded.as_deref()
    }

    /// What came out.
    pub(super) fn into_bytes(mut self) -> Vec<u8> {
        std::mem::take(&mut self.stage.room_mut().bytes)
    }

    fn trouble(&self, error: &io::Error) -> Trouble {
        match self.stage.room().is_full {
            true => Trouble::Full,
            false => Trouble::Corrupt(error.to_string()),
        }
    }
}

/// What a coded body goes through, from the outside in.
enum Stage {
    Plain(Room),
    Gzip(Box<MultiGzDecoder<Stage>>),
    Deflate(Box<ZlibDecoder<Stage>>),
    Brotli(Box<DecompressorWriter<Stage>>),
}

impl Stage {
    fn behind(self, name: &str) -> Stage {
        match name {
            "br" => Stage::Brotli(Box::new(DecompressorWriter::new(self, BUFFER))),
            "deflate" => Stage::Deflate(Box::new(ZlibDecoder::new(self))),
            _ => Stage::Gzip(Box::new(MultiGzDecoder::new(self))),
        }
    }

    fn finish(&mut self) -> io::Result<()> {
        match self {
            Stage::Plain(_) => Ok(()),
            Stage::Gzip(coded) => coded.try_finish().and_then(|()| coded.get_mut().finish()),
            Stage::Deflate(coded) => coded.try_finish().and_then(|()| coded.get_mut().finish()),
            Stage::Brotli(coded) => coded.close().and_then(|()| coded.get_mut().finish()),
        }
    }

    fn room(&self) -> &Room {
        match self {
            Stage::Plain(room) => room,
            Stage::Gzip(coded) => coded.get_ref().room(),
            Stage::Deflate(coded) => coded.get_ref().room(),
            Stage::Brotli(coded) => coded.get_ref().room(),
        }
    }

    fn room_mut(&mut self) -> &mut Room {
        match self {
            Stage::Plain(room) => room,
            Stage::Gzip(coded) => coded.get_mut().room_mut(),
            Stage::Deflate(coded) => coded.get_mut().room_mut(),
            Stage::Brotli(coded) => coded.get_mut().room_mut(),
        }
    }
}

impl Write for Stage {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        match self {
            Stage::Plain(room) => room.write(piece),
            Stage::Gzip(coded) => coded.write(piece),
            Stage::Deflate(coded) => coded.write(piece),
            Stage::Brotli(coded) => coded.write(piece),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Where the decoded body ends up.
struct Room {
    bytes: Vec<u8>,
    most: usize,
    is_full: bool,
}

impl Write for Room {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        let room = self.most - self.bytes.len();
        if piece.len() > room {
            self.bytes.extend_from_slice(&piece[..room]);
            self.is_full = true;
            return Err(io::Error::other("the body is longer than it may be"));
        }
        self.bytes.extend_from_slice(piece);
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;

    const TEXT: &[u8] = b"{\"hello\":\"packed, packed, packed\"}";
    /// An uncompressed block of 18 bytes, then an empty last one (RFC 7932, section 9.2).
    const BROTLI: &[u8] = b"\x10\x01\x10{\"hello\":\"packed\"}\x03";

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut coded = GzEncoder::new(Vec::new(), Compression::default());
        coded.write_all(bytes).unwrap();
        coded.finish().unwrap()
    }

    fn zlib(bytes: &[u8]) -> Vec<u8> {
        let mut coded = ZlibEncoder::new(Vec::new(), Compression::default());
        coded.write_all(bytes).unwrap();
        coded.finish().unwrap()
    }

    fn raw(bytes: &[u8]) -> Vec<u8> {
        let mut coded = DeflateEncoder::new(Vec::new(), Compression::default());
        coded.write_all(bytes).unwrap();
        coded.finish().unwrap()
    }

    /// Decodes in pieces of several sizes; the result is always the same.
    fn decode(codings: &[&str], body: &[u8], most: u64) -> Result<Vec<u8>, Trouble> {
        let mut headers = HeaderMap::new();
        for coding in codings {
            headers.append(CONTENT_ENCODING, coding.parse().unwrap());
        }
        let mut results = [1, 7, 1 << 20].map(|size| {
            let mut decoder = Decoder::new(&headers, most);
            for piece in body.chunks(size) {
                decoder.push(piece)?;
            }
            decoder.finish()?;
            Ok(decoder.into_bytes())
        });
        assert_eq!(results[0], results[2]);
        assert_eq!(results[1], results[2]);
        std::mem::replace(&mut results[2], Ok(Vec::new()))
    }

    #[test]
    fn every_right_coding_is_undone() {
        let members = [gzip(&TEXT[..9]), gzip(&TEXT[9..])].concat();
        for (codings, body) in [
            (&["gzip"][..], gzip(TEXT)),
            (&["x-gzip"], gzip(TEXT)),
            (&["GZIP"], gzip(TEXT)),
            (&["Deflate"], zlib(TEXT)),
            (&["identity"], TEXT.to_vec()),
            (&["identity, gzip"], gzip(TEXT)),
            (&["gzip, gzip"], gzip(&gzip(TEXT))),
            (
                &["gzip", "x-gzip , Identity,, deflate"],
                zlib(&gzip(&gzip(TEXT))),
            ),
            (&["deflate,gzip"], gzip(&zlib(TEXT))),
            (&["gzip"], members.clone()),
            (&["deflate, gzip"], gzip(&zlib(TEXT))),
            (&[], TEXT.to_vec()),
        ] {
            assert_eq!(
                decode(codings, &body, 1000).as_deref(),
                Ok(TEXT),
                "{codings:?}"
            );
        }
        let packed = b"{\"hello\":\"packed\"}".as_slice();
        assert_eq!(decode(&["BR"], BROTLI, 1000).as_deref(), Ok(packed));
        assert_eq!(
            decode(&["br, gzip"], &gzip(BROTLI), 1000).as_deref(),
            Ok(packed)
        );
        for coding in ["gzip", "deflate", "br", "gzip, br"] {
            assert_eq!(decode(&[coding], b"", 1000), Ok(Vec::new()), "{coding}");
        }
    }

    #[test]
    fn what_is_not_in_the_coding_named_is_corrupt() {
        let mut changed = gzip(TEXT);
        let whole = changed.len();
        changed[whole - 6] ^= 1;
        let half = gzip(TEXT)[..whole - 12].to_vec();
        let second = [gzip(TEXT), gzip(TEXT)[..9].to_vec()].concat();
        for (coding, body) in [
            ("gzip", changed),
            ("gzip", half),
            ("gzip", second),
            ("gzip", TEXT.to_vec()),
            ("gzip", zlib(TEXT)),
            ("deflate", raw(TEXT)),
            ("deflate", zlib(TEXT)[..12].to_vec()),
            ("br", BROTLI[..12].to_vec()),
            ("gzip, gzip", gzip(TEXT)),
        ] {
            let result = decode(&[coding], &body, 1000);
            assert!(
                matches!(result, Err(Trouble::Corrupt(_))),
                "{coding} {result:?}"
            );
        }
    }

    #[test]
    fn what_comes_out_is_bounded_at_every_stage() {
        let zeros = vec![0; 4 << 20];
        for (coding, body) in [
            ("gzip", gzip(&zeros)),
            ("deflate", zlib(&zeros)),
            ("gzip, gzip, deflate", zlib(&gzip(&gzip(&zeros)))),
        ] {
            let mut headers = HeaderMap::new();
            headers.append(CONTENT_ENCODING, coding.parse().unwrap());
            let mut decoder = Decoder::new(&headers, 5000);
            let end = decoder.push(&body).and_then(|()| decoder.finish());
            assert_eq!(end, Err(Trouble::Full), "{coding}");
            assert_eq!((decoder.len(), decoder.into_bytes()), (5000, vec![0; 5000]));
        }
        assert_eq!(
            decode(&["gzip"], &gzip(TEXT), TEXT.len() as u64).as_deref(),
            Ok(TEXT)
        );
    }

    #[test]
    fn a_coding_that_is_not_known_leaves_the_body_as_it_came() {
        for (coding, why) in [
            ("zstd", "`zstd` is not known"),
            ("gzip, zstd", "`zstd` is not known"),
            ("compress", "`compress` is not known"),
            ("gzip;q=1", "`gzip;q=1` is not known"),
            (&"gzip,".repeat(9), "has 9 content codings"),
        ] {
            let mut headers = HeaderMap::new();
            headers.append(CONTENT_ENCODING, coding.parse().unwrap());
            let mut decoder = Decoder::new(&headers, 1000);
            let told = decoder.left_coded().unwrap_or_default();
            assert!(told.contains(why), "{coding}: {told}");
            assert_eq!(decoder.push(TEXT).and_then(|()| decoder.finish()), Ok(()));
            assert_eq!(decoder.into_bytes(), TEXT);
        }
    }
}
