//! Servers that take a value for the right one that is only near it.

use std::sync::Arc;

use conform::ledger::Verdict;
use conform::mock::{
    API_KEY, API_SECRET, Credentials, ENVIRONMENT, Edit, PLUGIN_ID, RESTRICTED_API_KEY,
    RESTRICTED_API_SECRET, Reply, SeenRequest,
};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::servers::change::{answer_to, edit, failure, moment, query, rewrite, valid_page};
use crate::servers::wire::{Asked, Handler, Wire, plain, reference_reply};
use crate::servers::{Row, Server, check, reference, reports};

fn fresh() -> Reply {
    let mut reply = valid_page();
    reply.set_header("X-Request-Id", moment().request_id);
    reply
}

/// What is asked for, decoded: the plugin and the environment.
fn asked(target: &str) -> (String, String) {
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let plugin = target.split('/').nth(4).unwrap_or_default();
    (
        decoded(plugin),
        decoded(query(target, "environment").unwrap_or_default()),
    )
}

type Same = fn(&str, &str) -> bool;

/// Whether a text fits a regular expression, which may be none.
fn fits(expression: &str, text: &str) -> bool {
    regex::Regex::new(expression).is_ok_and(|expression| expression.is_match(text))
}

/// A pattern as a regular expression for the whole of a text: what `many` and `one` stand for, all else as it is.
fn pattern(given: &str, many: char, one: char) -> String {
    let piece = |c: char| match c {
        _ if c == many => ".*".to_owned(),
        _ if c == one => ".".to_owned(),
        _ => regex::escape(&c.to_string()),
    };
    let whole: String = given.chars().map(piece).collect();
    format!("^{whole}$")
}

/// The ways in which a value that is not the right one is taken for it.
const WAYS: [(&str, Same); 20] = [
    ("in the other case", |given, right| {
        given.eq_ignore_ascii_case(right)
    }),
    ("in small letters of any script", |given, right| {
        given.to_lowercase() == right.to_lowercase()
    }),
    ("cut short", |given, right| {
        right.starts_with(given) && given.len() + 1 == right.len()
    }),
    ("as a beginning", |given, right| right.starts_with(given)),
    ("as an end", |given, right| right.ends_with(given)),
    ("as a part", |given, right| right.contains(given)),
    ("with more behind it", |given, right| {
        given.starts_with(right)
    }),
    ("with more before it", |given, right| given.ends_with(right)),
    ("as far as it is long, without spaces", |given, right| {
        given.starts_with(right) && !given.contains(' ')
    }),
    ("with a space before it", |given, right| {
        given.trim_start() == right
    }),
    ("with a space behind it", |given, right| {
        given.trim_end() == right
    }),
    ("with spaces around it", |given, right| {
        given.trim() == right
    }),
    ("as a wildcard", |given, _| given == "*"),
    ("as a pattern of LIKE", |given, right| {
        fits(&pattern(given, '%', '_'), right)
    }),
    ("as a pattern of LIKE without _", |given, right| {
        fits(&pattern(given, '%', '%'), right)
    }),
    ("as a pattern of LIKE without %", |given, right| {
        fits(&pattern(given, '_', '_').replace(".*", "."), right)
    }),
    ("as a pattern of file names", |given, right| {
        fits(&pattern(given, '*', '?'), right)
    }),
    ("as a regular expression", |given, right| fits(given, right)),
    ("as a regular expression for all of it", |given, right| {
        fits(&format!("^(?:{given})$"), right)
    }),
    ("in a compatible form of Unicode", |given, right| {
        icu_normalizer::ComposingNormalizerBorrowed::new_nfkc().normalize(given) == right
    }),
];

#[test]
fn a_value_near_the_right_one_shows_nothing() {
    let leak = |same: Same, of_plugin: bool| -> Edit {
        edit(move |seen, given| {
            let (plugin, environment) = asked(seen.target);
            let is_read = seen.credentials == Credentials::Full
                && seen.method == "GET"
                && !plugin.is_empty()
                && !environment.is_empty();
            let is_right = match of_plugin {
                true => {
                    same(&plugin, PLUGIN_ID) && environment == ENVIRONMENT && plugin != PLUGIN_ID
                }
                false => {
                    same(&environment, ENVIRONMENT)
                        && environment != ENVIRONMENT
                        && plugin == PLUGIN_ID
                }
            };
            if is_read && is_right { fresh() } else { given }
        })
    };
    let rows = WAYS.into_iter().flat_map(|(name, same)| {
        [("plugin", true), ("environment", false)].map(|(word, of_plugin)| {
            let clause = format!("rule/items-match-{word}");
            Row::broken(
                &format!("the {word} {name}"),
                leak(same, of_plugin),
                &clause,
            )
        })
    });
    check(rows.collect());
}

#[test]
fn credentials_near_the_right_ones_open_nothing() {
    let open = |name: &str, same: fn(&str, &str) -> bool| {
        let handler: Handler = Arc::new(move |asked: &Asked| {
            let mut asked = asked.clone();
            let pair = asked.pair.as_ref();
            if pair.is_some_and(|(key, secret)| same(key, secret)) {
                asked.credentials = Credentials::Full;
            }
            Wire::Keep(plain(&asked, &reference_reply(&asked)))
        });
        let server = Server::Wire(handler, "", false);
        Row::new(name, server, &[1], &["security"])
    };
    check(vec![
        open("half of the key is compared", |key, secret| {
            key.starts_with(&API_KEY[..4]) && secret == API_SECRET
        }),
        open("the key is not compared", |_, secret| secret == API_SECRET),
        open(
            "the key is compared without regard to case",
            |key, secret| key.eq_ignore_ascii_case(API_KEY) && secret == API_SECRET,
        ),
        open("the beginning of the key will do", |key, secret| {
            key.len() > 10 && API_KEY.starts_with(key) && secret == API_SECRET
        }),
        open("more than the key will do", |key, secret| {
            key.starts_with(API_KEY) && secret == API_SECRET
        }),
        open("another's key with the right secret", |key, secret| {
            key == RESTRICTED_API_KEY && secret == API_SECRET
        }),
        open("the right key with another's secret", |key, secret| {
            key == API_KEY && secret == RESTRICTED_API_SECRET
        }),
        open("key and secret are looked up apart", |key, secret| {
            let is_known = [API_KEY, RESTRICTED_API_KEY].contains(&key)
                && [API_SECRET, RESTRICTED_API_SECRET].contains(&secret);
            is_known && (key, secret) != (RESTRICTED_API_KEY, RESTRICTED_API_SECRET)
        }),
        open("an empty key will do", |key, secret| {
            key.is_empty() && secret == API_SECRET
        }),
        open("an empty pair will do", |key, secret| {
            key.is_empty() && secret.is_empty()
        }),
        open("the beginning of the secret will do", |key, secret| {
            key == API_KEY && secret.len() > 20 && API_SECRET.starts_with(secret)
        }),
        open("more than the secret will do", |key, secret| {
            key == API_KEY && secret.starts_with(API_SECRET)
        }),
    ]);
}

/// A value near the right one may be somebody's own by chance; then its items are no leak.
#[test]
fn a_value_of_its_own_is_no_leak() {
    let neighbour = &ENVIRONMENT[..ENVIRONMENT.len() - 1];
    let edit = |honest: bool| {
        edit(move |seen, given| {
            let (_, environment) = asked(seen.target);
            if seen.credentials != Credentials::Full
                || environment != neighbour
                || seen.method != "GET"
            {
                return given;
            }
            let mut reply = fresh();
            rewrite(&mut reply, &|page: &mut Value| {
                let text = page["data"].to_string();
                let own = match honest {
                    true => text.replace(ENVIRONMENT, neighbour),
                    false => text,
                };
                page["data"] = serde_json::from_str(&own).unwrap();
                for item in page["data"].as_array_mut().unwrap() {
                    let id = item["id"].as_str().unwrap().to_owned();
                    let other = format!("{id}-n");
                    *item = serde_json::from_str(&item.to_string().replace(&id, &other)).unwrap();
                }
                for link in ["first", "next", "prev", "last"] {
                    page["metadata"].as_object_mut().unwrap().remove(link);
                }
                page["metadata"]["total_size"] = 10.into();
            });
            reply
        })
    };
    for (row, report) in reports(vec![
        Row::right("a neighbour of its own", edit(true)),
        Row::broken(
            "a neighbour's items, of another",
            edit(false),
            "rule/items-match-environment",
        ),
    ]) {
        let mut cases = report.cases.iter();
        let case = cases.find(|case| case.id == "near-environment").unwrap();
        let wanted = match row.exit[0] {
            0 => Verdict::Inconclusive,
            _ => Verdict::Fail,
        };
        assert_eq!(case.verdict, wanted, "{}: {}", row.name, case.reason);
        check(vec![row]);
    }
}

#[test]
fn a_token_opens_its_own_page_to_its_own_reader_only() {
    let second = |seen: &SeenRequest<'_>| {
        let mut reply = answer_to(&seen.target.replace("env-conform0nowhere", ENVIRONMENT));
        reply.set_header("X-Request-Id", moment().request_id);
        reply
    };
    let is_page = |seen: &SeenRequest<'_>| {
        seen.target.contains("page_token=") && !seen.target.contains("made-up")
    };
    check(vec![
        Row::broken(
            "a token without credentials",
            edit(
                move |seen, given| match is_page(seen) && seen.credentials == Credentials::None {
                    true => second(seen),
                    false => given,
                },
            ),
            "security",
        ),
        Row::broken(
            "a token with any credentials",
            edit(move |seen, given| {
                match is_page(seen) && seen.credentials == Credentials::Wrong {
                    true => second(seen),
                    false => given,
                }
            }),
            "security",
        ),
        Row::broken(
            "a token with another environment",
            edit(
                move |seen, given| match is_page(seen) && seen.target.contains("nowhere") {
                    true => second(seen),
                    false => given,
                },
            ),
            "rule/items-match-environment",
        ),
        Row::new(
            "a token opens its page to anybody and to any environment",
            reference(edit(move |seen, given| match is_page(seen) {
                true if seen.method == "GET" => second(seen),
                _ => given,
            })),
            &[1],
            &["rule/items-match-environment", "security"],
        ),
        Row::broken(
            "a token with another environment fails",
            edit(
                move |seen, given| match is_page(seen) && seen.target.contains("nowhere") {
                    true => failure(502),
                    false => given,
                },
            ),
            "rule/no-server-error",
        ),
    ]);
    let refused = |status: u16| {
        let edit =
            edit(
                move |seen, given| match is_page(seen) && seen.target.contains("nowhere") {
                    true => failure(status),
                    false => given,
                },
            );
        Row::right(
            &format!("a token with another environment is {status}"),
            edit,
        )
    };
    check([400, 403, 404, 409, 410, 422].map(refused).to_vec());
}
