//! The servers of a document: which URLs they may be, whatever stands for their variables.

use regex::Regex;

use crate::contract::Document;
use crate::contract::yaml::Node;

/// So many URLs are made of one server.
const MOST: usize = 64;

/// A server that a document names.
#[derive(Debug)]
pub(super) struct Server {
    /// The URLs that are listed: one for each choice of values. Where a variable may be any text, that is its default.
    pub(super) urls: Vec<String>,
    /// All the URLs that it may be; `None` where it has no origin.
    whole: Option<Regex>,
    /// The same of their paths; `None` where nobody knows where they begin.
    path: Option<Regex>,
}

/// A variable of a server.
struct Variable {
    /// As it stands in the URL.
    mark: String,
    /// What it may be: the default first.
    values: Vec<String>,
    /// Whether it may be any text.
    is_free: bool,
}

impl Variable {
    fn of(name: &str, node: &Node) -> Variable {
        let default = node.get("default").and_then(Node::as_str);
        let listed = node.get("enum").and_then(Node::as_sequence);
        let listed = listed.unwrap_or_default().iter().filter_map(Node::as_str);
        let mut values: Vec<String> = default.into_iter().map(str::to_owned).collect();
        for value in listed {
            if !values.iter().any(|known| known == value) {
                values.push(value.to_owned());
            }
        }
        let is_free = node.get("enum").is_none();
        if values.is_empty() {
            values.push(String::new());
        }
        Variable {
            mark: format!("{{{name}}}"),
            values,
            is_free,
        }
    }
}

impl Server {
    fn of(node: &Node) -> Option<Server> {
        let url = node.get("url").and_then(Node::as_str)?;
        let entries = node.get("variables").and_then(Node::as_mapping);
        let variables: Vec<Variable> = entries
            .into_iter()
            .flatten()
            .map(|(name, entry)| Variable::of(name, &entry.node))
            .collect();
        let mut urls = vec![url.to_owned()];
        for one in &variables {
            let with = |value: &String| {
                let all = urls.iter().map(|url| url.replace(&one.mark, value));
                all.collect::<Vec<_>>()
            };
            urls = one.values.iter().flat_map(with).take(MOST).collect();
            urls.dedup();
        }
        // Where the path begins; one that begins with a variable says it with its value.
        let begin = match url.split_once("://") {
            Some((scheme, rest)) => {
                let path = rest.find('/').unwrap_or(rest.len());
                Some(scheme.len() + "://".len() + path)
            }
            None => url.starts_with('/').then_some(0),
        };
        let (origin, path) = url.split_at(begin.unwrap_or(url.len()));
        let path = path.trim_end_matches('/');
        let (origin, path) = (spelled(origin, &variables), spelled(path, &variables));
        let whole = Regex::new(&format!("^(?i:{origin})(?:{path})$")).ok();
        let path = Regex::new(&format!("^(?:{path})$")).ok();
        Some(Server {
            urls,
            whole: whole.filter(|_| begin != Some(0)),
            path: path.filter(|_| begin.is_some()),
        })
    }

    /// One that has no variables.
    fn fixed(url: String) -> Server {
        Server {
            urls: vec![url],
            whole: None,
            path: None,
        }
    }

    /// Whether it may be at a URL without a slash at its end.
    pub(super) fn is_at(&self, url: &str) -> bool {
        // A port that goes without saying is said by some.
        let port = if url.starts_with("https:") {
            ":443"
        } else {
            ":80"
        };
        let host = url.find("://").map_or(0, |at| at + 3);
        let end = url[host..].find('/').map_or(url.len(), |at| host + at);
        let said = format!("{}{port}{}", &url[..end], &url[end..]);
        is_it(self.whole.as_ref(), url) || is_it(self.whole.as_ref(), &said)
    }

    /// Whether a path without a slash at its end may be its own.
    pub(super) fn is_below(&self, path: &str) -> bool {
        is_it(self.path.as_ref(), path)
    }
}

fn is_it(pattern: Option<&Regex>, text: &str) -> bool {
    pattern.is_some_and(|one| one.is_match(text) || one.is_match(&format!("{text}/")))
}

/// What a part of a URL may be, as a pattern.
fn spelled(part: &str, variables: &[Variable]) -> String {
    let mut out = String::new();
    let mut rest = part;
    loop {
        let marks = variables.iter();
        let places = marks.filter_map(|one| Some((rest.find(&one.mark)?, one)));
        let Some((at, one)) = places.min_by_key(|(at, _)| *at) else {
            return out + &regex::escape(rest);
        };
        out.push_str(&regex::escape(&rest[..at]));
        let mut all: Vec<String> = one
            .values
            .iter()
            .map(|value| regex::escape(value))
            .collect();
        if one.is_free {
            // What a URL begins with may be scheme and host together.
            let is_first = out.is_empty() && !rest[one.mark.len()..].starts_with("://");
            let any = if is_first { ".+" } else { "[^/?#]+" };
            all.push(any.to_owned());
        }
        out.push_str(&format!("(?:{})", all.join("|")));
        rest = &rest[at + one.mark.len()..];
    }
}

/// The servers that a document names for its API or for a part of it.
pub(super) fn all(document: &Document) -> Vec<Server> {
    let root = document.root();
    let children = |node: &'_ Node| -> Vec<Node> {
        let entries = node.as_mapping().into_iter().flatten();
        entries.map(|(_, entry)| entry.node.clone()).collect()
    };
    let mut homes = vec![root.clone()];
    if let Some(paths) = root.get("paths") {
        for item in children(paths) {
            homes.extend(children(&item));
            homes.push(item);
        }
    }
    let lists = homes
        .iter()
        .filter_map(|home| home.get("servers")?.as_sequence());
    let mut out: Vec<Server> = Vec::new();
    for server in lists.flatten().filter_map(Server::of) {
        if !out.iter().any(|known| known.urls == server.urls) {
            out.push(server);
        }
    }
    let text = |key: &str| root.get(key).and_then(Node::as_str);
    let base = text("basePath").unwrap_or_default();
    if let Some(host) = text("host") {
        let urls = ["https", "http"].map(|scheme| format!("{scheme}://{host}{base}"));
        out.extend(urls.map(Server::fixed));
    } else if !base.is_empty() {
        out.push(Server::fixed(base.to_owned()));
    }
    out
}

/// The URLs of the servers that a document lists; where a variable may be any text, with its default.
pub fn servers(document: &Document) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for url in all(document).into_iter().flat_map(|one| one.urls) {
        if !out.contains(&url) {
            out.push(url);
        }
    }
    out
}
