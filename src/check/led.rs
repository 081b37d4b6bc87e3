//! Where a link leads. A service behind a gateway may write the name that it has there, another host or another path prefix:
//! what such a link names is looked at below the base URL, and nowhere else.

use url::Url;

/// The path and query that a link leads to, when it stands on the page at `from`; the origin is left out, since a link
/// is always followed on the base URL. So is the path of a server of the document, in whose place the base URL stands, and
/// whatever else stands before the path of the page itself.
pub fn target_of(link: &str, from: &str, servers: &[String]) -> Option<String> {
    let led = as_written(link, from, servers)?;
    let (path, here) = (path_of(&led), path_of(from));
    let is_behind = here.len() > 1 && path.len() > here.len() && path.ends_with(here);
    let prefix = if is_behind {
        path.len() - here.len()
    } else {
        0
    };
    Some(led[prefix..].to_owned())
}

/// Whether a link names another origin than the one that was asked, at `asked`, and none of the document's servers: what is
/// there is never asked.
pub fn is_elsewhere(link: &str, asked: &str, servers: &[String]) -> bool {
    let Ok(asked) = Url::parse(asked) else {
        return false;
    };
    let origin = |url: &str| Some(asked.join(url).ok()?.origin());
    let named = origin(link).filter(|named| *named != asked.origin());
    named.is_some_and(|named| {
        !servers
            .iter()
            .any(|one| origin(one).as_ref() == Some(&named))
    })
}

fn path_of(target: &str) -> &str {
    target.split(['?', '#']).next().unwrap_or_default()
}

fn as_written(link: &str, from: &str, servers: &[String]) -> Option<String> {
    let link = link.split('#').next().unwrap_or_default();
    let below = servers.iter().filter_map(|server| {
        let server = server.trim_end_matches('/');
        let (known, rest) = link.split_at_checked(server.len())?;
        let is_below = rest.is_empty() || rest.starts_with(['/', '?']);
        (is_below && known.eq_ignore_ascii_case(server)).then_some(rest)
    });
    if let Some(rest) = below.min_by_key(|rest| rest.len()) {
        let slash = if rest.starts_with('/') { "" } else { "/" };
        return as_written(&format!("{slash}{rest}"), from, &[]);
    }
    let (path_and_query, absolute) = match link.find("://") {
        Some(scheme)
            if link[..scheme]
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte)) =>
        {
            let rest = &link[scheme + 3..];
            (rest.find(['/', '?']).map_or("", |at| &rest[at..]), true)
        }
        _ => match link.strip_prefix("//") {
            Some(rest) => (rest.find(['/', '?']).map_or("", |at| &rest[at..]), true),
            None => (link, false),
        },
    };
    let here = from.split('?').next().unwrap_or_default();
    let joined = match path_and_query.as_bytes().first() {
        Some(b'/') => path_and_query.to_owned(),
        Some(b'?') if absolute => format!("/{path_and_query}"),
        Some(b'?') => format!("{here}{path_and_query}"),
        None if absolute => "/".to_owned(),
        None => return None,
        Some(_) => {
            let folder = here.rsplit_once('/').map_or("", |(folder, _)| folder);
            format!("{folder}/{path_and_query}")
        }
    };
    // What may not stand in a request line is encoded; what is encoded already stays as it is.
    Some(
        joined
            .chars()
            .map(|c| {
                if c.is_ascii_graphic() {
                    c.to_string()
                } else {
                    percent_encoding::utf8_percent_encode(
                        &c.to_string(),
                        percent_encoding::NON_ALPHANUMERIC,
                    )
                    .to_string()
                }
            })
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_before_the_path_of_the_page_is_the_name_of_a_gateway() {
        for (link, from, target) in [
            (
                "https://public.example/shop/v2/orders?page=2",
                "/orders?page=1",
                "/orders?page=2",
            ),
            ("/shop/v2/orders?page=2", "/orders", "/orders?page=2"),
            ("/reorders?page=2", "/orders", "/reorders?page=2"),
            (
                "/orders/archive?page=2",
                "/orders",
                "/orders/archive?page=2",
            ),
            ("/shop/?page=2", "/", "/shop/?page=2"),
        ] {
            let found = target_of(link, from, &[]);
            assert_eq!(found.as_deref(), Some(target), "{link}");
        }
    }

    #[test]
    fn a_link_leads_elsewhere_where_it_names_an_origin_that_nobody_else_does() {
        let servers = ["https://api.example/v1".to_owned()];
        for (link, is_one) in [
            ("https://pages.example/p/2", true),
            ("//pages.example/p/2", true),
            ("https://127.0.0.1:8080/p/2", true),
            ("http://127.0.0.1:8080/p/2", false),
            ("https://API.example/p/2", false),
            ("/p/2", false),
            ("?page=2", false),
        ] {
            let found = is_elsewhere(link, "http://127.0.0.1:8080/orders", &servers);
            assert_eq!(found, is_one, "{link}");
        }
    }

    #[test]
    fn links_are_followed_as_given() {
        let from = "/ccpm/v1/plugins/p/versions?environment=e";
        for (link, target) in [
            (
                "https://api.confluent.cloud/ccpm/v1/plugins/p/versions?page_token=a%2Fb+c==",
                "/ccpm/v1/plugins/p/versions?page_token=a%2Fb+c==",
            ),
            ("http://127.0.0.1:80/x", "/x"),
            ("/x?y", "/x?y"),
            ("?page_token=t", "/ccpm/v1/plugins/p/versions?page_token=t"),
            ("//host/x#frag", "/x"),
            (
                "versions?page_token=t",
                "/ccpm/v1/plugins/p/versions?page_token=t",
            ),
            ("https://host?x=1", "/?x=1"),
            ("https://h/a b", "/a%20b"),
        ] {
            let found = target_of(link, from, &[]);
            assert_eq!(found.as_deref(), Some(target), "{link}");
        }
        assert_eq!(target_of("", from, &[]), None);
        let servers = ["https://h.example", "https://H.example/odata/"].map(str::to_owned);
        for (link, target) in [
            ("https://h.example/odata/Things?$skip=1", "/Things?$skip=1"),
            ("https://h.example/odata?x=1", "/?x=1"),
            ("https://h.example/odatas/Things", "/odatas/Things"),
            ("https://other.example/odata/Things", "/odata/Things"),
            ("/odata/Things", "/odata/Things"),
        ] {
            let found = target_of(link, from, &servers);
            assert_eq!(found.as_deref(), Some(target), "{link}");
        }
    }
}
