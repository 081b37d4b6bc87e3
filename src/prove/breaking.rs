//! The transport that plays a world back with one break in it.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::exchange::{Key, Request};
use crate::transport::{Sending, Transport, not_recorded};

use super::mutant::{Edit, Sent};
use super::world::World;

/// Answers out of a world, broken by an edit.
pub struct Breaking<'w, 'p> {
    world: &'w World<'p>,
    edit: Option<&'w Edit>,
    turns: Mutex<HashMap<Key, usize>>,
}

impl<'w, 'p> Breaking<'w, 'p> {
    /// The world with that break; without one, as recorded.
    pub fn new(world: &'w World<'p>, edit: Option<&'w Edit>) -> Breaking<'w, 'p> {
        Breaking {
            world,
            edit,
            turns: Mutex::default(),
        }
    }
}

impl Transport for Breaking<'_, '_> {
    fn send(&self, request: Request) -> Sending<'_> {
        let key = request.key();
        let turn = {
            let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
            let turn = turns.entry(key.clone()).or_insert(0);
            *turn += 1;
            *turn - 1
        };
        let recorded = self.world.recorded(&key, turn);
        let sent = Sent {
            request: &request,
            turn,
            recorded,
        };
        let broken = self.edit.and_then(|edit| edit(self.world, &sent));
        let exchange = broken
            .or_else(|| recorded.cloned())
            .unwrap_or_else(|| not_recorded(request));
        Box::pin(std::future::ready(exchange))
    }
}
