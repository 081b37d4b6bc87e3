//! The words of a run's own requests and contract: no secret can be told from them.

use std::collections::BTreeSet;

use crate::battery::{Case, Plan};
use crate::exchange::OwnWords;

/// What a run writes by itself, where no secret can be told from it.
pub fn own_words(plan: &Plan, base_url: &str) -> OwnWords {
    let mut texts = vec![base_url];
    let files = plan.contract.document.files.iter();
    texts.extend(files.map(|file| file.text.as_str()));
    let parameters = plan.parameters.iter();
    texts.extend(parameters.flat_map(|(name, value)| [name.as_str(), value]));
    let visited: BTreeSet<usize> = plan.cases.iter().flat_map(Case::operations).collect();
    let clauses = visited
        .iter()
        .flat_map(|one| plan.clauses.of_operation(*one));
    let clauses: Vec<String> = clauses
        .flat_map(|(_, clause)| [clause.id().to_owned(), clause.text])
        .collect();
    texts.extend(clauses.iter().map(String::as_str));
    for case in &plan.cases {
        texts.extend([case.id.as_str(), &case.title]);
        for request in case.steps.iter().flat_map(|step| &step.requests) {
            texts.extend([request.target.as_str(), &request.label]);
            let headers = request.headers.iter();
            texts.extend(headers.flat_map(|(name, value)| [name.as_str(), value]));
            let body = request.body.as_ref().map(|body| body.bytes.as_slice());
            texts.extend(body.and_then(|bytes| std::str::from_utf8(bytes).ok()));
        }
    }
    OwnWords::new(texts)
}
