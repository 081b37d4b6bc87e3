//! A run that several machines shared, settled from their recordings: each part is judged with its own answers, and all
//! that the parts saw is concluded together, as one run would have.

#![expect(
    clippy::disallowed_methods,
    reason = "tells when the settling began, and how long it took"
)]

use std::collections::{BTreeSet, HashMap};
use std::time::{Instant, SystemTime};

use crate::battery::Plan;
use crate::exchange::{Recording, Redactor, Shard};
use crate::report::Report;
use crate::report::model::Target as Shown;
use crate::transport::Replay;

use super::made::Keeping;
use super::session::{Beside, Ending, Session, SessionError, moment};
use super::{CaseRun, Left, RunOptions, Runner, Silence, Stop};

/// Why recordings are not the parts of one run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShardError {
    /// A recording of a whole run among several.
    #[error(
        "{0}: this holds a whole run and no shard; several recordings are settled together only where each was made with --shard"
    )]
    Whole(String),
    /// Another number of parts.
    #[error(
        "{file}: this is shard {shard}, and {first} was cut into {of}; record all shards with the same number"
    )]
    Of {
        /// Its file.
        file: String,
        /// The part.
        shard: Shard,
        /// The first file.
        first: String,
        /// How many parts that one is of.
        of: usize,
    },
    /// A part twice.
    #[error("{file}: this is shard {shard}, which {other} holds already")]
    Twice {
        /// Its file.
        file: String,
        /// The part.
        shard: Shard,
        /// The other file.
        other: String,
    },
    /// Parts that are not there.
    #[error("{} missing: give the {} too", listed(.0), match .0.len() { 1 => "recording of it", _ => "recordings of them" })]
    Missing(Vec<Shard>),
    /// Other values.
    #[error(
        "{file}: shard {shard} was recorded with other parameters than {first}; record all shards with the same ones"
    )]
    Parameters {
        /// Its file.
        file: String,
        /// The part.
        shard: Shard,
        /// The first file.
        first: String,
    },
}

fn listed(shards: &[Shard]) -> String {
    let names: Vec<String> = shards.iter().map(Shard::to_string).collect();
    match names.as_slice() {
        [one] => format!("shard {one} is"),
        _ => format!("shards {} are", names.join(", ")),
    }
}

/// Checks that recordings of one document are all the parts of one run, and puts them in their order.
///
/// # Errors
/// A part that is missing, there twice, or of another run.
pub fn sorted(recordings: Vec<(String, Recording)>) -> Result<Vec<Recording>, ShardError> {
    let mut parts: Vec<(Shard, String, Recording)> = Vec::new();
    for (file, recording) in recordings {
        let Some(shard) = recording.header.shard else {
            return Err(ShardError::Whole(file));
        };
        if let Some((known, first, other)) = parts.first() {
            let first = first.clone();
            let (own, theirs) = (&recording.header, &other.header);
            if shard.of != known.of {
                let of = known.of;
                return Err(ShardError::Of {
                    file,
                    shard,
                    first,
                    of,
                });
            }
            if own.parameters != theirs.parameters {
                return Err(ShardError::Parameters { file, shard, first });
            }
        }
        if let Some((_, other, _)) = parts.iter().find(|(known, ..)| *known == shard) {
            let other = other.clone();
            return Err(ShardError::Twice { file, shard, other });
        }
        parts.push((shard, file, recording));
    }
    let of = parts.first().map_or(0, |(shard, ..)| shard.of);
    let known: BTreeSet<usize> = parts.iter().map(|(shard, ..)| shard.number).collect();
    let missing = (1..=of).filter(|number| !known.contains(number));
    let missing: Vec<Shard> = missing.map(|number| Shard { of, number }).collect();
    if !missing.is_empty() {
        return Err(ShardError::Missing(missing));
    }
    parts.sort_by_key(|(shard, ..)| *shard);
    Ok(parts.into_iter().map(|(.., recording)| recording).collect())
}

impl Session<'_> {
    /// Settles the parts of one run, as [`sorted`] gives them, into the report that the whole would have given.
    ///
    /// # Errors
    /// A recording that lacks an answer to one of its part's requests, and a rule that cannot be evaluated.
    pub async fn settle(
        &self,
        recordings: Vec<Recording>,
        stop: &Stop,
    ) -> Result<Report, SessionError> {
        let (began, started) = (Instant::now(), moment(SystemTime::now()).to_string());
        let first = recordings.first().map(|recording| &recording.header);
        let target = Shown {
            base_url: first
                .map(|header| header.base_url.clone())
                .unwrap_or_default(),
            reference: first.is_some_and(|header| header.reference),
        };
        let mut runs: Vec<CaseRun> = Vec::with_capacity(self.plan.cases.len());
        let mut left: Vec<Left> = Vec::new();
        let mut reasons: Vec<(Shard, Option<String>)> = Vec::new();
        for recording in recordings {
            let whole = Shard { of: 1, number: 1 };
            let shard = recording.header.shard.unwrap_or(whole);
            let of_part = Stop::default();
            let (own, more) = self.part(shard, recording, &of_part).await?;
            runs.extend(own);
            left.extend(more);
            reasons.push((shard, of_part.reason()));
        }
        runs.sort_by_key(|run| run.case);
        if let Some(why) = common(&reasons) {
            stop.now(&why);
        }
        let nobody = Replay::nothing();
        let options = self.options.clone();
        let runner = Runner::new(self.plan, &nobody, options, self.gate, self.listener, stop);
        let mut finished = runner.finish(runner.conclude_all(runs));
        finished.left = left;
        let beside = Beside::of(self.plan, Redactor::default());
        self.told(&finished, target, (started, began), beside)
    }

    /// What the cases of one part saw, numbered as in the whole plan. Those that came along for them are left out: they
    /// belong to another part.
    async fn part(
        &self,
        shard: Shard,
        recording: Recording,
        stop: &Stop,
    ) -> Result<(Vec<CaseRun>, Vec<Left>), SessionError> {
        let part = self.plan.part(shard);
        let mark = recording.header.mark().to_owned();
        let cut = recording.cut.clone();
        let stood_in = recording.stood_in.clone();
        let is_whole = cut.is_none() && stood_in.is_nowhere();
        let replay = Replay::new(recording);
        let ending = Ending {
            inner: &replay,
            stop,
            cut,
            is_played: true,
        };
        let options = RunOptions {
            mark: mark.clone(),
            ..self.options.clone()
        };
        let keeping = Keeping::new(&part, &ending, &mark);
        let runner = Runner {
            is_part: true,
            account: Some(&keeping),
            stood_in: Some(&stood_in),
            ..Runner::new(&part, &keeping, options, self.gate, &Silence, stop)
        };
        let runs = runner.run_cases().await;
        let left = keeping.clean(stop.reason().is_some()).await;
        if let Some(request) = replay.missing().filter(|_| is_whole) {
            return Err(SessionError::Missing(format!("{request} (shard {shard})")));
        }
        Ok((numbered(self.plan, &part, shard, runs), left))
    }
}

/// The runs of a part that are its own, with the numbers that their cases have in the whole plan.
fn numbered(plan: &Plan, part: &Plan, shard: Shard, runs: Vec<CaseRun>) -> Vec<CaseRun> {
    let own = plan.owned(shard);
    let own = plan.cases.iter().zip(0..).filter(|(_, n)| own[*n]);
    let places: HashMap<&str, usize> = own.map(|(case, n)| (case.id.as_str(), n)).collect();
    let own = runs.into_iter().filter_map(|mut run| {
        run.case = *places.get(part.cases[run.case].id.as_str())?;
        let values = run.values.iter_mut();
        values.for_each(|value| value.in_part(shard.number));
        Some(run)
    });
    own.collect()
}

/// Why the whole was cut short: what all parts say, else the first that says something, by its name.
fn common(reasons: &[(Shard, Option<String>)]) -> Option<String> {
    let (shard, why) = reasons
        .iter()
        .find_map(|(shard, why)| Some((shard, why.as_ref()?)))?;
    match reasons.iter().all(|(_, other)| other.as_ref() == Some(why)) {
        true => Some(why.clone()),
        false => Some(format!("shard {shard}: {why}")),
    }
}
