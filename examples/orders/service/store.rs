//! What the service remembers: orders by id. Ids only grow, so a list sorted by id is stable while orders come and go.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// The statuses of an order, as they stand in JSON.
pub const STATUSES: [&str; 3] = ["open", "shipped", "cancelled"];

/// How many customers there are, with ids from 1.
pub const CUSTOMERS: i64 = 12;

/// An order.
#[derive(Debug, Clone)]
pub struct Order {
    pub id: i64,
    pub tenant: String,
    pub customer_id: i64,
    pub quantity: i64,
    pub reference: Option<String>,
    pub note: Option<String>,
    pub status: &'static str,
    pub created_at: String,
    /// Whether lists show it; only a fault says no.
    pub listed: bool,
}

impl Order {
    /// The order as it is shown.
    pub fn to_json(&self) -> Value {
        let mut shown = json!({
            "id": self.id,
            "customer_id": self.customer_id,
            "quantity": self.quantity,
            "note": self.note,
            "status": self.status,
            "created_at": self.created_at,
        });
        if let Some(reference) = &self.reference {
            shown["reference"] = json!(reference);
        }
        shown
    }
}

/// All orders of all tenants.
#[derive(Debug)]
pub struct Store {
    orders: BTreeMap<i64, Order>,
    last_id: i64,
}

impl Store {
    /// So many orders of `acme`, and three of `globex`.
    pub fn new(items: u32) -> Self {
        let mut store = Store {
            orders: BTreeMap::new(),
            last_id: 1000,
        };
        let tenants = (0..items).map(|_| "acme").chain(["globex"; 3]);
        for (number, tenant) in (0_i64..).zip(tenants) {
            store.insert(Order {
                id: 0,
                tenant: tenant.to_owned(),
                customer_id: number % CUSTOMERS + 1,
                quantity: number % 1000 + 1,
                reference: Some(format!("seed-{number:04}")),
                note: (number % 2 == 0).then(|| format!("note {number}")),
                status: ["open", "shipped", "open", "cancelled"][number as usize % 4],
                created_at: format!(
                    "2026-03-{:02}T{:02}:15:00Z",
                    number % 28 + 1,
                    number / 28 % 24
                ),
                listed: true,
            });
        }
        store
    }

    /// Keeps a new order under the next id, and returns it.
    pub fn insert(&mut self, mut order: Order) -> Order {
        self.last_id += 1;
        order.id = self.last_id;
        self.orders.insert(order.id, order.clone());
        order
    }

    /// A tenant's order.
    pub fn get(&self, tenant: &str, id: i64) -> Option<&Order> {
        self.orders.get(&id).filter(|order| order.tenant == tenant)
    }

    /// Puts an order in the place of the one with its id.
    pub fn replace(&mut self, order: Order) {
        self.orders.insert(order.id, order);
    }

    /// Forgets an order.
    pub fn remove(&mut self, id: i64) {
        self.orders.remove(&id);
    }

    /// A tenant's orders in the order of their ids, of one status or of all.
    pub fn list(&self, tenant: &str, status: Option<&str>) -> Vec<&Order> {
        self.orders
            .values()
            .filter(|order| order.listed && order.tenant == tenant)
            .filter(|order| status.is_none_or(|status| status == order.status))
            .collect()
    }

    /// Whether an order of this customer has the reference already.
    pub fn has_reference(&self, tenant: &str, customer_id: i64, reference: &str) -> bool {
        self.orders.values().any(|order| {
            order.tenant == tenant
                && order.customer_id == customer_id
                && order.reference.as_deref() == Some(reference)
        })
    }
}
