//! A reply, and what a hook sees of its request, as plain data.
//! Nothing here is checked, so that a hook can make any mistake on purpose.

use super::auth::Credentials;

/// What a reply hook sees of the request.
#[derive(Clone, Copy, Debug)]
pub struct SeenRequest<'a> {
    /// The method as sent, in upper case for the standard ones.
    pub method: &'a str,
    /// Path and query as sent, still percent-encoded.
    pub target: &'a str,
    /// Whose credentials came with it; never the credentials themselves.
    pub credentials: Credentials,
}

/// A reply as plain data, so that a hook can change any part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// Names and values, in the order sent; `Content-Length` is not among them.
    pub headers: Vec<(String, String)>,
    /// The body; not sent when the request is a HEAD.
    pub body: Vec<u8>,
}

impl Reply {
    /// A reply without headers and without a body.
    pub fn empty(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// A reply with a JSON body and its content type.
    pub fn json(status: u16, body: Vec<u8>) -> Self {
        let mut reply = Self {
            body,
            ..Self::empty(status)
        };
        reply.set_header("Content-Type", "application/json");
        reply
    }

    /// The first value of a header, its name compared without case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(have, _)| have.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// Puts one header in the place of all of that name.
    pub fn set_header(&mut self, name: &str, value: impl Into<String>) {
        self.remove_header(name);
        self.headers.push((name.to_owned(), value.into()));
    }

    /// Takes every header of that name away.
    pub fn remove_header(&mut self, name: &str) {
        self.headers
            .retain(|(have, _)| !have.eq_ignore_ascii_case(name));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_names_are_compared_without_case() {
        let mut reply = Reply::json(200, b"{}".to_vec());
        assert_eq!(reply.header("content-TYPE"), Some("application/json"));
        reply.set_header("CONTENT-type", "text/plain");
        assert_eq!(
            reply.headers,
            [("CONTENT-type".to_owned(), "text/plain".to_owned())]
        );
        reply.remove_header("Content-Type");
        assert_eq!(
            reply,
            Reply {
                body: b"{}".to_vec(),
                ..Reply::empty(200)
            }
        );
    }
}
