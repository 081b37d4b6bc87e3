//! The operations on customers: a bare array in pages that are linked by the header Link (RFC 8288).

use serde_json::{Value, json};

use super::Service;
use super::reply::Reply;
use super::request::{self, Asked};
use super::store::CUSTOMERS;

const NAMES: [&str; 4] = ["Ada", "Björn", "Chiara", "Dmitri"];

impl Service {
    pub(super) fn list_customers(&self, asked: &Asked) -> Result<Reply, Reply> {
        asked.authorize()?;
        let mut errors = Vec::new();
        let page = request::integer(asked, "page", 1..=1000, &mut errors).unwrap_or(1);
        let size = request::integer(asked, "per_page", 1..=20, &mut errors).unwrap_or(5);
        if !errors.is_empty() {
            return Err(Reply::invalid(&errors));
        }
        let first = (page - 1) * size + 1;
        let last = (page * size).min(CUSTOMERS);
        let shown: Value = (first..=last).map(customer).collect();
        let reply = Reply::json(200, &shown);
        if last >= CUSTOMERS {
            return Ok(reply);
        }
        let next = format!(
            "</customers?page={}&per_page={size}>; rel=\"next\"",
            page + 1
        );
        Ok(reply.with("link", next))
    }

    pub(super) fn get_customer(&self, asked: &Asked, id: &str) -> Result<Reply, Reply> {
        asked.authorize()?;
        let id = request::id("customer_id", id)?;
        if id > CUSTOMERS {
            return Err(Reply::problem(404, "There is no such customer."));
        }
        Ok(Reply::json(200, &customer(id)))
    }
}

fn customer(id: i64) -> Value {
    let name = NAMES[id as usize % NAMES.len()];
    json!({ "id": id, "name": format!("{name} {id}"), "email": format!("customer{id}@orders.example") })
}
