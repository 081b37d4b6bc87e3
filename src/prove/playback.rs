//! The transport that plays a world back with one break in it.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::exchange::{Key, Request};
use crate::transport::{Pausing, Sending, Transport, at_once, not_recorded};

use super::edit::Edit;
use super::world::World;

/// Answers out of a world, broken by an edit.
pub struct Playback<'w, 'p> {
    world: &'w World<'p>,
    edit: Option<&'w Edit>,
    turns: Mutex<HashMap<Key, usize>>,
}

impl<'w, 'p> Playback<'w, 'p> {
    /// The world with that break; without one, as recorded.
    pub fn new(world: &'w World<'p>, edit: Option<&'w Edit>) -> Playback<'w, 'p> {
        Playback {
            world,
            edit,
            turns: Mutex::default(),
        }
    }
}

impl Transport for Playback<'_, '_> {
    fn send(&self, request: Request) -> Sending<'_> {
        let turn = {
            let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
            let turn = turns.entry(request.key()).or_insert(0);
            *turn += 1;
            *turn - 1
        };
        let exchange = self.world.answer_to(&request, turn, self.edit);
        Box::pin(std::future::ready(
            exchange.unwrap_or_else(|| not_recorded(request)),
        ))
    }

    fn pause(&self, _time: Duration) -> Pausing<'_> {
        at_once()
    }
}
