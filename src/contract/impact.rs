//! Who is hurt by the break of a clause, as far as the kind of promise tells. Rules say it themselves.

use super::{Clause, Kind};

/// One sentence; empty where the kind does not tell.
pub fn impact(clause: &Clause) -> &'static str {
    match (clause.kind(), clause.subject.keyword) {
        (Kind::Security, _) => "Whoever owns the data: it can be read without permission.",
        (Kind::Parameter, "selects") => {
            "Clients that ask for some items get others, or not all, and work on the wrong ones."
        }
        (Kind::Parameter, "finds") => "People who search do not find what is there.",
        (Kind::Parameter, "shows") => {
            "Clients that ask for little get much, and what they did not want to carry."
        }
        (Kind::Parameter, "sorts") => {
            "Clients that ask for the first, the largest or the latest get others."
        }
        (Kind::Parameter, "kept") => {
            "Clients that ask for small pages get large ones: memory, time, and bills for what they did not ask for."
        }
        (Kind::Parameter, "required") => {
            "Clients that forget the parameter get an answer they did not ask for."
        }
        (Kind::RequestBody, "required") => {
            "Clients that forget the member are not told, and what they leave out is missing from then on."
        }
        (Kind::RequestBody, "additionalProperties" | "unevaluatedProperties") => {
            "Clients that misspell a member are not told, and what they meant is lost."
        }
        (Kind::Parameter, _) => {
            "Clients that send a wrong value are not told, and get an answer they did not ask for."
        }
        (Kind::RequestBody, _) => {
            "Clients that send a wrong value are not told, and it is kept or lost without anybody knowing."
        }
        (Kind::Status, _) => "Clients that act on the status take the wrong way.",
        (Kind::ContentType | Kind::Json | Kind::Complete, _) => {
            "Generated clients cannot decode the answer at all."
        }
        (Kind::UniqueKeys, _) => "Clients differ in which of the two values they take.",
        (Kind::HeaderPresent | Kind::HeaderSchema, _) => {
            "Clients that rely on the header: pacing, support requests, retries."
        }
        (Kind::Schema, "required" | "type" | "format") => {
            "Typed clients fail to decode it, or crash on the missing value."
        }
        (Kind::Schema, "enum" | "const") => {
            "Clients that switch over the documented values meet one they do not know."
        }
        (Kind::Schema, _) => "Clients that store or show the value by its documented bounds.",
        _ => "",
    }
}
