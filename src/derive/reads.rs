//! The cases of an operation that reads.

use super::families::{
    conditions, finds, head, hostile, keyword, required, security, selects, sorted, sorts, twice,
    unknown_id, unknown_parent, valid, walk,
};
use super::subject::{Made, Subject};
use super::turns::turns;
use super::{BUDGET, Wish, pages};

/// The cases of an operation, the most telling first: what is about several parameters comes in turns.
pub fn all(subject: &Subject<'_>, minimal: Made, has_pages: bool, wish: &Wish) -> Vec<Made> {
    let conditions = conditions::of_read(subject, &minimal.case.request);
    let walk = has_pages.then(|| walk::made(subject, wish.budget.unwrap_or(BUDGET)));
    let required = required::all(subject);
    // Their first mistake is that they are left out, and the walk asks for pages.
    let left_out: Vec<String> = required.iter().map(|one| one.about.clone()).collect();
    let served = |name: &str| {
        let is_walked = has_pages && pages::is_position(name);
        usize::from(is_walked || left_out.iter().any(|known| known == name))
    };
    // A token that nobody gave is another mistake than any that a walk makes.
    let token = hostile::token(subject).into_iter();
    let about_one = selects::all(subject)
        .into_iter()
        .chain(sorts::made(subject))
        .chain(finds::all(subject))
        .chain(finds::picked(subject))
        .chain(keyword::all(subject));
    let mut in_turns = turns(about_one.collect(), served, subject.asked).into_iter();
    let mut hostile = hostile::all(subject).into_iter();
    let mut all = vec![minimal];
    all.extend(security::none(subject));
    all.extend(required);
    all.extend(walk);
    all.extend(sorted::made(subject).filter(|_| !has_pages));
    all.extend(unknown_id::made(subject));
    all.extend(unknown_parent::made(subject));
    let mut first = in_turns.next().unwrap_or_default();
    // Nothing that tells more is in the place of a second page.
    let later = token.len() + usize::from(wish.has_credentials);
    let count = |made: &[Made]| made.iter().map(|one| one.requests).sum::<usize>();
    if has_pages && count(&all) + count(&first) + later < wish.budget.unwrap_or(BUDGET) {
        selects::go_on(&mut first);
    }
    all.extend(first);
    all.extend(token);
    all.extend(has_pages.then(|| twice::made(subject)));
    if wish.has_credentials {
        all.extend(security::wrong(subject));
        all.extend(security::lacking(subject));
    }
    all.extend(conditions);
    all.extend(in_turns.next().into_iter().flatten());
    all.extend(valid::full(subject));
    all.extend(in_turns.flatten());
    all.extend(hostile.next());
    all.extend(head::made(subject));
    all.extend(hostile);
    all
}
