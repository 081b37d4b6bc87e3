//! Rule files made into rules of a plan: their clause, what they bind, how they judge.

use crate::contract::{Clause, ClauseSet, Contract, Part, Subject, nearest, pointer};

use super::expression::Expression;
use super::loaded::{BatteryError, Loaded};
use super::make_case::unknown_operation;
use super::model::{Over, RuleFile};
use super::planned::PlanError;
use super::rule::{PREDICATES, RENAMED_PREDICATES, Rule, SEQUENCES, Sequence, Source, Test};

pub(super) fn make_rule(
    contract: &Contract,
    clauses: &mut ClauseSet,
    loaded: &Loaded<RuleFile>,
) -> Result<Option<Rule>, PlanError> {
    let file = &loaded.file;
    let Some((ix, operation)) = contract.operation(&file.operation) else {
        return if loaded.embedded {
            Ok(None)
        } else {
            Err(unknown_operation(contract, loaded, &file.operation).into())
        };
    };
    let Some((place, mark)) = contract.prose(ix, &file.place).or_else(|| {
        loaded
            .embedded
            .then(|| (operation.pointer.clone(), operation.mark))
    }) else {
        return Err(loaded.error("/place", format!("the contract has no place `{}`; name one as clause ids do, such as `200/body/data[]`", file.place)).into());
    };
    let bind = bind_of(loaded)?;
    let test = test_of(loaded, &bind)?;
    if file.over == Over::Items && file.each.is_none() {
        return Err(loaded
            .error(
                "/over",
                "`over: items` needs `each`, the pointer of the array",
            )
            .into());
    }
    if let Some(unfit) = unfit_for_run(&test, &bind) {
        return Err(loaded.error("/bind", unfit).into());
    }
    if let Some(breaking) = &file.breaking
        && !file.bind.0.contains_key(&breaking.bound)
    {
        return Err(loaded
            .error(
                "/breaking/bound",
                format!("`{}` is not bound", breaking.bound),
            )
            .into());
    }
    let subject = Subject::of(ix, Part::Rule(file.rule.clone()));
    let (level, text) = (file.level.level(), file.title.clone());
    let clause = clauses.add(Clause::new(
        &operation.id,
        subject,
        level,
        text,
        place,
        mark,
    ));
    let implied = file.predicate.as_deref().and_then(renamed);
    let implied = implied.into_iter().flat_map(|(.., args)| *args);
    let implied = implied.map(|text| text.to_string());
    Ok(Some(Rule {
        id: file.rule.clone(),
        clause,
        operation: ix,
        over: file.over,
        statuses: file.statuses.clone(),
        each: file.each.as_deref().map(pointer::tokens),
        bind,
        test,
        follows: Vec::new(),
        args: implied.chain(file.args.iter().cloned()).collect(),
        breaking: file.breaking.clone(),
        means: file.means.trim().to_owned(),
        remedy: file.remedy.trim().to_owned(),
        hurts: file.hurts.trim().to_owned(),
        unexercised: file.unexercised.trim().to_owned(),
        source: loaded.source_name.clone(),
        line: loaded.mark("/rule").line,
    }))
}

/// Why a rule about values that never come twice would look at nothing.
fn unfit_for_run(test: &Test, bind: &[(String, Source)]) -> Option<String> {
    if !matches!(test, Test::Sequence(Sequence::NeverRepeats)) {
        return None;
    }
    let fits = |source: &Source| matches!(source, Source::Header(_) | Source::Body(_));
    let unfit = match bind.iter().find(|(_, source)| !fits(source)) {
        Some((name, _)) => format!("`{name}` is no value of an answer"),
        None if bind.is_empty() => "no value is bound".to_owned(),
        None => return None,
    };
    Some(format!(
        "{unfit}; `never-repeats` needs `response.header.NAME`, or `/pointer` of a place in the body"
    ))
}

fn bind_of(loaded: &Loaded<RuleFile>) -> Result<Vec<(String, Source)>, BatteryError> {
    let mut bind = Vec::new();
    for (name, text) in &loaded.file.bind.0 {
        let Some(source) = Source::parse(text) else {
            let message = format!(
                "`{text}` is no value: use `/pointer`, response.status, response.header.NAME, request.query.NAME or request.path.NAME"
            );
            return Err(loaded.error(&format!("/bind/{name}"), message));
        };
        bind.push((name.clone(), source));
    }
    Ok(bind)
}

/// Finds the rules that a rule follows from.
pub(super) fn resolve_follows(
    contract: &Contract,
    clauses: &ClauseSet,
    rules: &mut [Rule],
    loaded: &Loaded<RuleFile>,
) -> Result<(), BatteryError> {
    let Some((_, operation)) = contract.operation(&loaded.file.operation) else {
        return Ok(());
    };
    let id = |name: &str| format!("{}/rule/{name}", operation.id);
    let own = clauses.find(&id(&loaded.file.rule));
    for (n, name) in loaded.file.follows.iter().enumerate() {
        let Some(cause) = clauses.find(&id(name)).filter(|cause| Some(*cause) != own) else {
            let known = rules.iter().map(|rule| rule.id.as_str());
            let hint = nearest::hint(name, known.filter(|known| *known != loaded.file.rule));
            let at = format!("/follows/{n}");
            return Err(loaded.error(&at, format!("there is no other rule `{name}`{hint}")));
        };
        let follower = rules.iter_mut().find(|rule| Some(rule.clause) == own);
        follower
            .into_iter()
            .for_each(|rule| rule.follows.push(cause));
    }
    Ok(())
}

/// What a predicate of an earlier release is called now.
fn renamed(name: &str) -> Option<&'static (&'static str, &'static str, &'static [&'static str])> {
    RENAMED_PREDICATES.iter().find(|(old, ..)| *old == name)
}

fn test_of(loaded: &Loaded<RuleFile>, bind: &[(String, Source)]) -> Result<Test, BatteryError> {
    let file = &loaded.file;
    match (&file.predicate, &file.expression, file.over) {
        (Some(_), Some(_), _) => Err(loaded.error(
            "/expression",
            "a rule has a predicate or an expression, not both",
        )),
        (None, Some(text), Over::Responses | Over::Items) => {
            let names: Vec<&str> = bind.iter().map(|(name, _)| name.as_str()).collect();
            let line = loaded.mark("/expression").line;
            Expression::compile(text, &names, line)
                .map(Test::Expression)
                .map_err(|message| {
                    loaded.error(
                        "/expression",
                        format!("the expression cannot be used: {message}"),
                    )
                })
        }
        (Some(name), None, Over::Responses | Over::Items) => {
            let known = || PREDICATES.iter().map(|(name, ..)| *name);
            let name = renamed(name).map_or(name.as_str(), |(_, now, _)| now);
            let Some((_, predicate, needs)) = PREDICATES.iter().find(|(known, ..)| *known == name)
            else {
                return Err(unknown_predicate(loaded, name, known()));
            };
            let enough = match needs {
                0 => bind.len() >= 2,
                1 => !bind.is_empty(),
                exactly => bind.len() == *exactly,
            };
            if !enough {
                return Err(loaded.error(
                    "/bind",
                    format!(
                        "the predicate `{name}` needs {} bound values",
                        if *needs == 0 {
                            "at least 2".to_owned()
                        } else {
                            needs.to_string()
                        }
                    ),
                ));
            }
            Ok(Test::Predicate(*predicate))
        }
        (Some(name), None, over) => {
            let known = || {
                SEQUENCES
                    .iter()
                    .filter(move |(.., of)| *of == over)
                    .map(|(name, ..)| *name)
            };
            match SEQUENCES
                .iter()
                .find(|(known, _, of)| known == name && *of == over)
            {
                Some((_, sequence, _)) => Ok(Test::Sequence(*sequence)),
                None => Err(unknown_predicate(loaded, name, known())),
            }
        }
        (None, None, Over::Answer) => Ok(Test::ByCase),
        (None, Some(_), _) => Err(loaded.error(
            "/expression",
            "an expression is for `over: responses` or `over: items`",
        )),
        (None, None, _) => {
            Err(loaded.error("/rule", "a rule needs a `predicate` or an `expression`"))
        }
    }
}

fn unknown_predicate<'k, T>(
    loaded: &Loaded<T>,
    name: &str,
    known: impl Iterator<Item = &'k str> + Clone,
) -> BatteryError {
    let mut hint = nearest::hint(name, known.clone());
    if hint.is_empty() {
        hint = format!("; known here: {}", known.collect::<Vec<_>>().join(", "));
    }
    loaded.error(
        "/predicate",
        format!("there is no predicate `{name}`{hint}"),
    )
}
