//! What each kind of credentials adds to a request.

use crate::contract::SecurityScheme;
use crate::exchange::auth::UNKNOWN_KEY;
use crate::exchange::credentials::Login;
use crate::exchange::{Credentials, word};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::Url;

use super::config::LiveConfig;
use super::credentials::*;
use super::live_tests::shown;
use crate::exchange::credentials::Secret;

fn claims(scheme: SecurityScheme) -> Claims {
    let auth = shown(scheme, ("OTHERKEY", "other-secret"));
    Claims::new(&auth, auth.of(0)).unwrap()
}

fn refused(scheme: SecurityScheme, key: &str) -> String {
    let auth = shown(scheme, ("o", "o"));
    let mut logins = auth.of(0).to_vec();
    logins[0].key.value = key.to_owned();
    Claims::new(&auth, &logins).err().unwrap().to_string()
}

fn sent(claims: &Claims, who: Credentials) -> Option<String> {
    let header = claims.of(who)?.headers.first()?;
    Some(format!(
        "{}: {}",
        header.name,
        header.value.to_str().unwrap()
    ))
}

fn pair_sent(claims: &Claims, who: Credentials) -> String {
    let value = sent(claims, who).unwrap();
    let encoded = value.strip_prefix("authorization: Basic ").unwrap();
    String::from_utf8(STANDARD.decode(encoded).unwrap()).unwrap()
}

#[test]
fn basic_writes_every_kind() {
    let claims = claims(SecurityScheme::Basic);
    assert_eq!(
        pair_sent(&claims, Credentials::Valid),
        "REALKEY:real-secret"
    );
    assert_eq!(
        pair_sent(&claims, Credentials::Restricted),
        "OTHERKEY:other-secret"
    );
    let unknown = pair_sent(&claims, Credentials::UnknownKey);
    assert!(
        !unknown.contains("REALKEY") && unknown.len() == 16 + 1 + 64,
        "{unknown}"
    );
    let wrong = pair_sent(&claims, Credentials::WrongSecret);
    assert!(
        wrong.starts_with("REALKEY:") && !wrong.contains("real-secret"),
        "{wrong}"
    );
    assert_eq!(sent(&claims, Credentials::None), None);
    assert_eq!(
        sent(&claims, Credentials::Malformed).unwrap(),
        "authorization: Basic %%%not-base64%%%"
    );
    assert_eq!(
        sent(&claims, Credentials::OtherScheme).unwrap(),
        "authorization: Bearer conform-not-a-token"
    );
}

#[test]
fn bearer_writes_every_kind() {
    let claims = claims(SecurityScheme::Bearer);
    let sent = |who| sent(&claims, who);
    assert_eq!(
        sent(Credentials::Valid).unwrap(),
        "authorization: Bearer REALKEY"
    );
    assert_eq!(
        sent(Credentials::Restricted).unwrap(),
        "authorization: Bearer OTHERKEY"
    );
    assert_eq!(
        sent(Credentials::WrongSecret).unwrap(),
        "authorization: Bearer REAAAAA"
    );
    assert_eq!(
        sent(Credentials::Malformed).unwrap(),
        "authorization: Bearer"
    );
    assert_eq!(sent(Credentials::None), None);
    assert!(
        sent(Credentials::OtherScheme)
            .unwrap()
            .starts_with("authorization: Basic ")
    );
    assert!(!sent(Credentials::UnknownKey).unwrap().contains("REAL"));
}

#[test]
fn a_header_key_stands_in_its_own_header() {
    let claims = claims(SecurityScheme::HeaderKey("X-Api-Key".into()));
    assert_eq!(
        sent(&claims, Credentials::Valid).unwrap(),
        "x-api-key: REALKEY"
    );
    assert_eq!(
        sent(&claims, Credentials::Malformed).unwrap(),
        "x-api-key: "
    );
    let other = sent(&claims, Credentials::OtherScheme).unwrap();
    assert!(other.starts_with("authorization: Basic "), "{other}");
}

#[test]
fn a_query_key_is_percent_encoded() {
    let auth = shown(SecurityScheme::QueryKey("api key".into()), ("o", "o"));
    let mut logins = auth.of(0).to_vec();
    logins[0].key.value = "a+b&c".into();
    let claims = Claims::new(&auth, &logins).unwrap();
    let key = &claims.of(Credentials::Valid).unwrap().query[0];
    assert_eq!(
        (key.name.as_str(), key.value.as_str()),
        ("api%20key", "a%2Bb%26c")
    );
    assert!(claims.of(Credentials::None).unwrap().query.is_empty());
}

#[test]
fn all_schemes_of_a_requirement_are_shown_together() {
    let auth = shown(SecurityScheme::Bearer, ("OTHERKEY", "o"));
    let mut logins = auth.of(0).to_vec();
    logins.extend([
        Login {
            scheme: SecurityScheme::HeaderKey("X-Key".into()),
            key: Secret::new("K", "APIKEY"),
            password: Secret::default(),
        },
        Login {
            scheme: SecurityScheme::CookieKey("sid".into()),
            key: Secret::new("K", "COOKIE"),
            password: Secret::default(),
        },
    ]);
    let claims = Claims::new(&auth, &logins).unwrap();
    let all = |who| {
        let claim = claims.of(who).unwrap();
        let headers = claim.headers.iter();
        let headers = headers.map(|one| format!("{}: {}", one.name, one.value.to_str().unwrap()));
        let cookies = claim
            .cookies
            .iter()
            .map(|one| format!("{}={}", one.name, one.value));
        headers.chain(cookies).collect::<Vec<_>>()
    };
    assert_eq!(
        all(Credentials::Valid),
        [
            "authorization: Bearer REALKEY",
            "x-key: APIKEY",
            "sid=COOKIE"
        ]
    );
    assert_eq!(
        all(Credentials::WrongSecret),
        [
            "authorization: Bearer REAAAAA",
            "x-key: APAAAA",
            "sid=COAAAA"
        ]
    );
    for (who, shown) in [
        (Credentials::WithoutFirst, &["x-key: APIKEY", "sid=COOKIE"]),
        (
            Credentials::WithoutSecond,
            &["authorization: Bearer REALKEY", "sid=COOKIE"],
        ),
        (
            Credentials::WithoutThird,
            &["authorization: Bearer REALKEY", "x-key: APIKEY"],
        ),
    ] {
        assert_eq!(all(who), shown, "{who:?}");
    }
    // What is left out of one alone leaves nothing, and what is not there cannot be left out.
    for (who, count) in [
        (Credentials::WithoutFirst, 1),
        (Credentials::WithoutThird, 2),
    ] {
        let claims = Claims::new(&auth, &logins[..count]).unwrap();
        assert!(claims.of(who).unwrap().headers.is_empty(), "{who:?}");
    }
    assert_eq!(all(Credentials::OtherScheme).len(), 1);
    assert!(all(Credentials::None).is_empty());
}

#[test]
fn no_claim_shows_a_secret() {
    for scheme in [
        SecurityScheme::Basic,
        SecurityScheme::Bearer,
        SecurityScheme::HeaderKey("x".into()),
        SecurityScheme::QueryKey("x".into()),
        SecurityScheme::CookieKey("x".into()),
    ] {
        let claims = claims(scheme);
        for who in Credentials::ALL {
            let claim = claims.of(who).unwrap();
            let headers = claim.headers.iter().map(|one| &one.shown);
            let others = claim.query.iter().chain(&claim.cookies);
            for shown in headers.chain(others.map(|one| &one.shown)) {
                assert!(shown.ends_with(word(who)), "{who:?}: {shown}");
            }
            assert!(!format!("{:?}", claim.headers).contains("REAL"));
        }
    }
}

#[test]
fn what_cannot_be_sent_is_refused_without_showing_it() {
    let error = refused(SecurityScheme::Bearer, "line\nbreak");
    assert!(
        error.contains("line break in it") && !error.contains("line\n"),
        "{error}"
    );
    let error = refused(SecurityScheme::Basic, "key:secret");
    assert!(
        error.contains("colon") && !error.contains("key:secret"),
        "{error}"
    );
    let error = refused(SecurityScheme::CookieKey("s".into()), "a;b");
    assert!(error.contains("semicolon"), "{error}");
}

#[test]
fn what_is_made_of_the_real_key_counts_as_a_secret() {
    let redactor = |scheme| {
        let mut config = LiveConfig::new(Url::parse("http://127.0.0.1/").unwrap());
        config.auth = shown(scheme, ("OTHERKEY", "other-secret"));
        config.redactor(&crate::exchange::OwnWords::default()).0
    };
    let bearer = redactor(SecurityScheme::Bearer);
    assert_eq!(bearer.text("bad token REAAAAA."), "bad token [redacted].");
    let basic = redactor(SecurityScheme::Basic);
    let near = Credentials::ALL.into_iter().filter(|who| {
        let others = [
            Credentials::UnknownKey,
            Credentials::Malformed,
            Credentials::OtherScheme,
            Credentials::ValidOtherScheme,
            Credentials::SecretEmpty,
            Credentials::KeyEmpty,
            Credentials::BothEmpty,
        ];
        who.are_wrong() && !others.contains(who)
    });
    for who in near {
        let echoed = sent(&claims(SecurityScheme::Basic), who).unwrap();
        let shown = basic.text(&echoed).into_owned();
        assert_eq!(shown, "authorization: Basic [redacted]", "{who:?}");
        let echoed = sent(&claims(SecurityScheme::Bearer), who).unwrap();
        let is_made_up = [
            Credentials::OtherKey,
            Credentials::Swapped,
            Credentials::KeyRestricted,
            Credentials::SecretRestricted,
        ];
        let is_made_up = is_made_up.contains(&who);
        let shown = bearer.text(&echoed).into_owned();
        assert!(
            is_made_up || shown.ends_with(" [redacted]"),
            "{who:?}: {shown}"
        );
    }
}

#[test]
fn near_misses_differ_from_the_real_pair_in_one_thing() {
    let basic = |who| {
        let value = sent(&claims(SecurityScheme::Basic), who).unwrap();
        let digits = value.rsplit(' ').next().unwrap();
        String::from_utf8(STANDARD.decode(digits).unwrap()).unwrap()
    };
    let (_, secret) = basic(Credentials::Valid)
        .split_once(':')
        .map(|(k, s)| (k.to_owned(), s.to_owned()))
        .unwrap();
    assert_eq!(basic(Credentials::KeyAltered), format!("REAAKEY:{secret}"));
    assert_eq!(
        basic(Credentials::OtherKey),
        format!("{UNKNOWN_KEY}:{secret}")
    );
    assert_eq!(
        basic(Credentials::SecretCut),
        format!("REALKEY:{}", &secret[..secret.len() - 1])
    );
    assert_eq!(
        basic(Credentials::SecretExtended),
        format!("REALKEY:{secret}x")
    );
    assert_eq!(
        basic(Credentials::SecretOtherCase),
        format!("REALKEY:{}", secret.to_uppercase())
    );
    assert_eq!(basic(Credentials::SecretEmpty), "REALKEY:");
    assert_eq!(
        basic(Credentials::KeyOtherCase),
        format!("realkey:{secret}")
    );
    assert_eq!(basic(Credentials::KeyCut), format!("REALKE:{secret}"));
    assert_eq!(
        basic(Credentials::KeyExtended),
        format!("REALKEYx:{secret}")
    );
    assert_eq!(
        basic(Credentials::KeyRestricted),
        format!("OTHERKEY:{secret}")
    );
    assert_eq!(basic(Credentials::SecretRestricted), "REALKEY:other-secret");
    assert_eq!(basic(Credentials::KeyEmpty), format!(":{secret}"));
    assert_eq!(basic(Credentials::BothEmpty), ":");
    assert_eq!(basic(Credentials::Swapped), format!("{secret}:REALKEY"));
    assert_eq!(
        basic(Credentials::ValidOtherScheme),
        format!("REALKEY:{secret}")
    );
    let renamed = sent(
        &claims(SecurityScheme::Basic),
        Credentials::ValidOtherScheme,
    );
    assert!(renamed.unwrap().starts_with("authorization: Bearer "));
    let bearer = |who| sent(&claims(SecurityScheme::Bearer), who).unwrap();
    assert_eq!(
        bearer(Credentials::KeyAltered),
        "authorization: Bearer REAAKEY"
    );
    assert_eq!(
        bearer(Credentials::SecretCut),
        "authorization: Bearer REALKE"
    );
    assert_eq!(
        bearer(Credentials::SecretExtended),
        "authorization: Bearer REALKEYx"
    );
    assert_eq!(
        bearer(Credentials::OtherKey),
        format!("authorization: Bearer {UNKNOWN_KEY}")
    );
}
