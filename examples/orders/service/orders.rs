//! The operations on orders. A tenant sees and changes its own orders only; those of others are not found.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::reply::Reply;
use super::request::{self, Asked};
use super::store::{Order, STATUSES};
use super::{Fault, Service, payload};

impl Service {
    pub(super) fn list_orders(&self, asked: &Asked) -> Result<Reply, Reply> {
        if !self.has(Fault::NoAuthCheck) {
            asked.authorize()?;
        }
        let tenant = if self.has(Fault::TenantHeaderNotRequired) && !asked.has_tenant() {
            "acme"
        } else {
            asked.tenant()?
        };
        let smallest = i64::from(!self.has(Fault::LimitNotChecked));
        let mut errors = Vec::new();
        let limit = request::integer(asked, "limit", smallest..=50, &mut errors);
        let limit = limit.unwrap_or(10) as usize;
        let status = asked.query("status");
        if status.is_some_and(|status| !STATUSES.contains(&status)) {
            let detail = "expected open, shipped or cancelled";
            errors.push(("status".to_owned(), detail.to_owned()));
        }
        let after = asked.query("cursor").map(id_of_cursor);
        if after == Some(None) || after.is_some() && self.has(Fault::PageTwoRefused) {
            errors.push(("cursor".to_owned(), "no cursor of this list".to_owned()));
        }
        if !errors.is_empty() {
            return Err(Reply::invalid(&errors));
        }
        let after = after.flatten();

        let store = self.store();
        let status = status.filter(|_| !self.has(Fault::StatusIgnored));
        let all = store.list(tenant, status);
        let mut start = all.partition_point(|order| after.is_some_and(|after| order.id <= after));
        if after.is_some() && self.has(Fault::PageLosesItem) {
            start = (start + 1).min(all.len());
        }
        if after.is_some() && self.has(Fault::PageRepeatsItem) {
            start = start.saturating_sub(1);
        }
        let end = (start + limit).min(all.len());
        let next = match all[start..end].last() {
            Some(last) if end < all.len() => match after {
                Some(after) if self.has(Fault::CursorLoops) => Some(cursor_after(after)),
                _ => Some(cursor_after(last.id)),
            },
            _ => None,
        };
        let items: Vec<Value> = all[start..end]
            .iter()
            .map(|order| {
                let mut shown = order.to_json();
                if self.has(Fault::WrongIdType) {
                    shown["id"] = json!(order.id.to_string());
                }
                shown
            })
            .collect();
        let page = json!({ "items": items, "next_cursor": next, "total": all.len() });
        Ok(Reply::json(200, &page))
    }

    pub(super) fn create_order(&self, asked: &Asked) -> Result<Reply, Reply> {
        asked.authorize()?;
        let tenant = asked.tenant()?;
        let body = asked.json(&["application/json"])?;
        let unchecked = self.has(Fault::QuantityNotChecked);
        let largest = if unchecked { i64::MAX } else { 1000 };
        let new = payload::new_order(&body, largest).map_err(|errors| Reply::invalid(&errors))?;
        let quantity = match new.quantity {
            Some(quantity) => quantity.min(1000),
            None if self.has(Fault::QuantityNotRequired) => 1,
            None => {
                let missing = ("/quantity".to_owned(), "missing".to_owned());
                return Err(Reply::invalid(&[missing]));
            }
        };
        let mut store = self.store();
        if let Some(reference) = &new.reference
            && store.has_reference(tenant, new.customer_id, reference)
            && !self.has(Fault::ReferenceTwice)
        {
            let detail = "The customer has an order with this reference.";
            return Err(Reply::problem(409, detail));
        }
        let order = store.insert(Order {
            id: 0,
            tenant: tenant.to_owned(),
            customer_id: new.customer_id,
            quantity,
            reference: new.reference,
            note: new.note,
            status: "open",
            created_at: jiff::Timestamp::now().to_string(),
            listed: !self.has(Fault::CreateNotListed),
        });
        let mut shown = order.to_json();
        if self.has(Fault::SecretNoteShown)
            && let Some(secret) = new.secret_note
        {
            shown["secret_note"] = json!(secret);
        }
        let reply = Reply::json(201, &shown);
        if self.has(Fault::LocationMissing) {
            return Ok(reply);
        }
        Ok(reply.with("location", format!("/orders/{}", order.id)))
    }

    pub(super) fn get_order(&self, asked: &Asked, id: &str) -> Result<Reply, Reply> {
        asked.authorize()?;
        let tenant = asked.tenant()?;
        let id = request::id("order_id", id)?;
        if let Some(order) = self.store().get(tenant, id) {
            return Ok(Reply::json(200, &order.to_json()));
        }
        Err(match self.fault {
            Some(Fault::ProblemWithoutType) => Reply::problem_without_type(404, NOT_FOUND),
            Some(Fault::ServerErrorOnUnknownId) => Reply::problem(500, "Something went wrong."),
            _ => Reply::problem(404, NOT_FOUND),
        })
    }

    pub(super) fn update_order(&self, asked: &Asked, id: &str) -> Result<Reply, Reply> {
        asked.authorize()?;
        let tenant = asked.tenant()?;
        let id = request::id("order_id", id)?;
        let body = asked.json(&["application/merge-patch+json", "application/json"])?;
        let patch = payload::order_patch(&body).map_err(|errors| Reply::invalid(&errors))?;
        let mut store = self.store();
        let found = store.get(tenant, id).cloned();
        let mut order = found.ok_or_else(|| Reply::problem(404, NOT_FOUND))?;
        order.quantity = patch.quantity.unwrap_or(order.quantity);
        order.status = patch.status.unwrap_or(order.status);
        if let Some(note) = patch.note {
            order.note = note;
        }
        let shown = order.to_json();
        if !self.has(Fault::PatchNotApplied) {
            store.replace(order);
        }
        Ok(Reply::json(200, &shown))
    }

    pub(super) fn delete_order(&self, asked: &Asked, id: &str) -> Result<Reply, Reply> {
        asked.authorize()?;
        let tenant = asked.tenant()?;
        let id = request::id("order_id", id)?;
        let mut store = self.store();
        if store.get(tenant, id).is_none() {
            return Err(Reply::problem(404, NOT_FOUND));
        }
        if !self.has(Fault::DeleteDoesNothing) {
            store.remove(id);
        }
        Ok(Reply::empty(204))
    }
}

const NOT_FOUND: &str = "There is no such order.";

/// The cursor of the page after an order; opaque to clients.
fn cursor_after(id: i64) -> String {
    URL_SAFE_NO_PAD.encode(format!("after:{id}"))
}

/// The id inside a cursor of ours.
fn id_of_cursor(cursor: &str) -> Option<i64> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    text.strip_prefix("after:")?.parse().ok()
}
