//! Names taken apart into words, as people put them together: camelCase, snake_case, kebab-case, plurals.

/// The words of a name, lower-case; split where the case changes and at everything that is no letter or digit.
pub fn words(name: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut before = ' ';
    let mut letters = name.chars().peekable();
    while let Some(letter) = letters.next() {
        let next = letters.peek().copied().unwrap_or(' ');
        let begins = letter.is_uppercase()
            && (before.is_lowercase() || before.is_numeric() || next.is_lowercase());
        if !letter.is_alphanumeric() || begins {
            out.push(String::new());
        }
        if letter.is_alphanumeric() {
            let last = out.last_mut().expect("there is a last word");
            last.extend(letter.to_lowercase());
        }
        before = letter;
    }
    out.retain(|word| !word.is_empty());
    out
}

/// A name as it is compared: its words without what stands between them.
pub fn folded(name: &str) -> String {
    let letters = name.chars().filter(|letter| letter.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// Whether a name is that one, as names are compared.
pub fn folds_to(name: &str, folded: &str) -> bool {
    let letters = name.chars().filter(|letter| letter.is_alphanumeric());
    letters.flat_map(char::to_lowercase).eq(folded.chars())
}

/// The singular of an English noun, as far as its ending shows it; equal for both numbers.
pub fn singular(noun: &str) -> String {
    for (plural, end) in [
        ("ies", "y"),
        ("sses", "ss"),
        ("xes", "x"),
        ("ches", "ch"),
        ("shes", "sh"),
    ] {
        if let Some(stem) = noun.strip_suffix(plural).filter(|stem| stem.len() > 1) {
            return format!("{stem}{end}");
        }
    }
    let is_plural =
        noun.ends_with('s') && !["ss", "us", "is"].iter().any(|end| noun.ends_with(end));
    match noun.strip_suffix('s').filter(|_| is_plural) {
        Some(stem) => stem.to_owned(),
        None => noun.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_apart() {
        let table = [
            ("petId", "pet id"),
            ("pet_id", "pet id"),
            ("X-Tenant", "x tenant"),
            ("OAuth2Token", "o auth2 token"),
            ("HTTPServerID", "http server id"),
            ("getPetByID", "get pet by id"),
            ("/users/{userId}/log-out", "users user id log out"),
            ("page[number]", "page number"),
            ("", ""),
        ];
        for (name, wanted) in table {
            assert_eq!(words(name).join(" "), wanted, "{name}");
            assert_eq!(folded(name), words(name).concat(), "{name}");
            assert!(folds_to(name, &folded(name)), "{name}");
        }
        assert_eq!(folded("Pet_ID"), folded("petId"));
    }

    #[test]
    fn plurals_and_singulars_meet() {
        let table = [
            ("pets", "pet"),
            ("categories", "category"),
            ("boxes", "box"),
            ("addresses", "address"),
            ("status", "status"),
            ("analysis", "analysis"),
            ("houses", "house"),
            ("s", ""),
        ];
        for (noun, wanted) in table {
            assert_eq!(singular(noun), wanted, "{noun}");
        }
    }
}
