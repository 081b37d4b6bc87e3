//! A path template taken apart: what of it is fixed, and what a parameter stands for, be it alone in its segment or not.

/// A part of a path: a segment, or one of two that it has: `Pets({id})` is the list and one of it, `{id}:stop` is one of a
/// list and what is done with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part<'p> {
    /// As it is written.
    pub text: &'p str,
    /// The one parameter in it.
    pub name: Option<&'p str>,
}

impl Part<'_> {
    /// Whether no parameter stands in it.
    pub fn is_fixed(&self) -> bool {
        !self.text.contains('{')
    }

    /// The same for all parts that differ in the name of their parameter only.
    fn shape(&self) -> String {
        let Some(name) = self.name else {
            // Several parameters in a segment: whatever they are, the path is open here.
            let is_open = self.text.starts_with('{');
            return if is_open { "{}" } else { self.text }.to_owned();
        };
        match self.text.starts_with('(') {
            true => "{}".to_owned(),
            false => self.text.replace(&format!("{{{name}}}"), "{}"),
        }
    }
}

/// The parts of a path. That its last one ends with `.json` says nothing of what it leads to.
pub fn parts(path: &str) -> Vec<Part<'_>> {
    let path = path.strip_suffix(".json").unwrap_or(path);
    let segments = path.split('/').filter(|segment| !segment.is_empty());
    let mut out = Vec::new();
    for text in segments {
        let whole = Part { text, name: None };
        let name = text
            .split_once('{')
            .and_then(|(_, rest)| rest.split_once('}'))
            .filter(|(_, rest)| !rest.contains('{'));
        let Some((name, after)) = name else {
            out.push(whole);
            continue;
        };
        let one = |text| Part {
            text,
            name: Some(name),
        };
        let key = text.find('(').filter(|at| *at > 0 && after.ends_with(')'));
        if let Some(at) = key.filter(|at| text[*at..].contains('{')) {
            out.push(Part {
                text: &text[..at],
                name: None,
            });
            out.push(one(&text[at..]));
        } else if after.starts_with(':') && text.starts_with('{') {
            out.push(one(&text[..text.len() - after.len()]));
            out.push(Part {
                text: after,
                name: None,
            });
        } else {
            out.push(one(text));
        }
    }
    out
}

/// The parts of a path; one that is a parameter is `{}`.
pub fn shape(path: &str) -> Vec<String> {
    parts(path).iter().map(Part::shape).collect()
}

/// Whether a part of a shape stands for a parameter.
pub fn is_open(part: &str) -> bool {
    part.contains('{')
}

/// The name of the parameter in the part of the path at that index.
pub fn named_at(path: &str, index: usize) -> Option<&str> {
    parts(path).get(index)?.name
}

/// The last fixed part of a path.
pub fn last_fixed(path: &str) -> Option<&str> {
    let parts = parts(path);
    let found = parts.iter().rfind(|part| part.is_fixed());
    found.map(|part| part.text)
}

/// What stands for each parameter in a path that is of a template, by its name and as it is written; `None` where it is of
/// another. The path may go on below the template.
pub fn values<'p>(template: &'p str, path: &'p str) -> Option<Vec<(&'p str, &'p str)>> {
    let mut out = Vec::new();
    let segments = |path: &'p str| path.split('/').filter(|segment| !segment.is_empty());
    let mut own = segments(path);
    for text in segments(template) {
        let value = own.next()?;
        let Some((before, rest)) = text.split_once('{') else {
            match text == value {
                true => continue,
                false => return None,
            }
        };
        let (name, after) = rest.split_once('}')?;
        let value = value.strip_prefix(before)?.strip_suffix(after)?;
        out.push((name, value));
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_comes_apart() {
        for (path, wanted, names) in [
            ("/pets/{id}", "pets {}", "- id"),
            ("/Pets({ID})/Toys", "Pets {} Toys", "- ID -"),
            ("/Pets(ID='{ID}')", "Pets {}", "- ID"),
            ("/v1/{name}:stop", "v1 {} :stop", "- name -"),
            ("/A/{Sid}/Messages.json", "A {} Messages", "- Sid -"),
            ("/A/{Sid}.json", "A {}", "- Sid"),
            ("/v{version}/pets", "v{} pets", "version -"),
            ("/a/{x}-{y}", "a {}", "- -"),
            ("/f(a={a},b={b})", "f(a={a},b={b})", "-"),
            ("/{$filter}()", "{}()", "$filter"),
            ("/", "", ""),
        ] {
            assert_eq!(shape(path).join(" "), wanted, "{path}");
            let parts = parts(path);
            let found = parts.iter().map(|part| part.name.unwrap_or("-"));
            assert_eq!(found.collect::<Vec<_>>().join(" "), names, "{path}");
        }
        assert_eq!(last_fixed("/Pets({ID})"), Some("Pets"));
    }

    #[test]
    fn a_path_is_read_by_its_template() {
        let read = |template, path| values(template, path).unwrap_or_default();
        assert_eq!(read("/Pets({ID})", "/Pets(7)/Toys"), [("ID", "7")]);
        assert_eq!(read("/a/{x}/b/{y}", "/a/1/b/2"), [("x", "1"), ("y", "2")]);
        assert_eq!(values("/a/{x}", "/b/1"), None);
        assert_eq!(values("/a/{x}", "/a"), None);
    }
}
