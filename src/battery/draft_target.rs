//! Path and query of a request, of the template of its operation and the values that it has.

use crate::contract::In;
use crate::exchange::escaped;

use super::draft::Draft;

impl Draft {
    /// Path and query, every value percent-encoded; what is waited for stands in braces.
    pub(super) fn target(&self) -> String {
        let mut out = String::with_capacity(self.template.len() + 32);
        self.fill(&self.template, &mut out);
        let mut joints = std::iter::once('?').chain(std::iter::repeat('&'));
        let mut joint = || joints.next().unwrap_or('&');
        let name_of = |pair: &str| pair.split('=').next().unwrap_or_default().to_owned();
        let fixed = self.fixed.split('&').filter(|pair| !pair.is_empty());
        // What a request says of a name is said once.
        for pair in fixed.filter(|pair| !self.query.contains_key(&name_of(pair))) {
            out.push(joint());
            self.fill(pair, &mut out);
        }
        let pairs = self.query.iter();
        let pairs = pairs.flat_map(|(name, values)| values.iter().map(move |value| (name, value)));
        for (name, value) in pairs {
            out.push(joint());
            out.push_str(&escaped(name));
            out.push('=');
            out.push_str(&self.dividers.written(In::Query, name, value));
        }
        out
    }

    /// Writes a template with the values of its parameters.
    fn fill(&self, template: &str, out: &mut String) {
        for (n, piece) in template.split('{').enumerate() {
            if n == 0 {
                out.push_str(piece);
                continue;
            }
            let (name, rest) = piece.split_once('}').unwrap_or((piece, ""));
            match self.path.get(name) {
                Some(value) => out.push_str(&self.dividers.written(In::Path, name, value)),
                None => out.extend(["{", name, "}"]),
            }
            out.push_str(rest);
        }
    }
}
