//! Content codings by hand: stored blocks of gzip, zlib and brotli, and a gzip body that grows a thousandfold.

/// RFC 1952, with stored blocks.
pub fn gzip(data: &[u8]) -> Vec<u8> {
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    out.extend(stored(data));
    out.extend(crc32(data).to_le_bytes());
    out.extend((data.len() as u32).to_le_bytes());
    out
}

/// RFC 1950, with stored blocks: what HTTP calls `deflate`.
pub fn zlib(data: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    out.extend(stored(data));
    let (mut a, mut b) = (1u32, 0u32);
    for byte in data {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    out.extend((b << 16 | a).to_be_bytes());
    out
}

/// RFC 7932, with uncompressed meta-blocks.
pub fn brotli(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut first = true;
    for piece in data.chunks(60_000) {
        // The window bits stand before the first block only, so each other one is a bit shorter.
        let shift = u32::from(first);
        let bits = ((piece.len() as u32 - 1) << 3 | 1 << 19) << shift;
        out.extend(&bits.to_le_bytes()[..3]);
        out.extend(piece);
        first = false;
    }
    out.push(if first { 0b110 } else { 0b11 });
    out
}

/// A gzip body of a few hundred kilobytes that holds `megabytes` of spaces.
pub fn bomb(megabytes: usize) -> Vec<u8> {
    let mut bits = Bits::default();
    // One fixed-Huffman block: a literal space, then matches of length 258 at distance 1.
    bits.low_first(0b011, 3);
    bits.high_first(0x30 + 0x20, 8);
    for _ in 0..megabytes * 1_048_576 / 258 {
        bits.high_first(0b1100_0101, 8);
        bits.high_first(0, 5);
    }
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    out.extend(bits.out);
    out
}

fn stored(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for piece in data.chunks(65_535) {
        let length = piece.len() as u16;
        out.push(0);
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(piece);
    }
    out.extend([1, 0, 0, 0xff, 0xff]);
    out
}

fn crc32(data: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in data {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = crc >> 1 ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
        }
    }
    !crc
}

#[derive(Default)]
struct Bits {
    out: Vec<u8>,
    filled: u32,
}

impl Bits {
    fn bit(&mut self, bit: u32) {
        if self.filled.is_multiple_of(8) {
            self.out.push(0);
        }
        *self.out.last_mut().unwrap() |= (bit as u8) << (self.filled % 8);
        self.filled += 1;
    }

    fn low_first(&mut self, value: u32, count: u32) {
        (0..count).for_each(|n| self.bit(value >> n & 1));
    }

    fn high_first(&mut self, value: u32, count: u32) {
        (0..count).rev().for_each(|n| self.bit(value >> n & 1));
    }
}
