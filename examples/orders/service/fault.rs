//! The faults: each breaks one promise of openapi.yaml on one operation, and changes nothing else.

use std::fmt;

use clap::ValueEnum;

/// A promise that the service breaks when it is told to. The name on the command line is the variant in kebab-case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Fault {
    /// `GET /orders` answers without a token.
    NoAuthCheck,
    /// `GET /orders` without X-Tenant shows the orders of `acme`.
    TenantHeaderNotRequired,
    /// `GET /orders?limit=0` is answered with a page of none.
    LimitNotChecked,
    /// `GET /orders?status=open` shows the orders of all statuses.
    StatusIgnored,
    /// `GET /orders` writes ids as strings.
    WrongIdType,
    /// The item after a page boundary of `GET /orders` is on no page.
    PageLosesItem,
    /// The second page of `GET /orders` starts with the last item of the first.
    PageRepeatsItem,
    /// The second page of `GET /orders` names itself as the next.
    CursorLoops,
    /// `GET /orders` refuses the cursors that it gave.
    PageTwoRefused,
    /// A created order is readable but in no list.
    CreateNotListed,
    /// `POST /orders` takes a body without quantity.
    QuantityNotRequired,
    /// `POST /orders` takes a quantity above 1000 and stores 1000.
    QuantityNotChecked,
    /// `POST /orders` answers without Location.
    LocationMissing,
    /// `POST /orders` shows the secret note.
    SecretNoteShown,
    /// `POST /orders` takes the same reference twice.
    ReferenceTwice,
    /// `GET /orders/{order_id}` answers 404 with a body that lacks `type`.
    ProblemWithoutType,
    /// `GET /orders/{order_id}` answers 500 where it should be 404.
    ServerErrorOnUnknownId,
    /// `PATCH /orders/{order_id}` answers as if it had changed the order, and keeps the old one.
    PatchNotApplied,
    /// `DELETE /orders/{order_id}` answers 204 and keeps the order.
    DeleteDoesNothing,
    /// `GET /customers` answers without X-Request-Id.
    RequestIdMissing,
}

impl Fault {
    /// The id of the clause that is broken, as `conform clauses` and the reports print it.
    pub fn clause(self) -> &'static str {
        match self {
            Fault::NoAuthCheck => "listOrders/security",
            Fault::TenantHeaderNotRequired => "listOrders/header/X-Tenant/required",
            Fault::LimitNotChecked => "listOrders/query/limit/minimum",
            Fault::StatusIgnored => "listOrders/query/status/selects",
            Fault::WrongIdType => "listOrders/200/body/items[]/id/type",
            Fault::PageLosesItem => "listOrders/rule/total-size-matches-walk",
            Fault::PageRepeatsItem => "listOrders/rule/walk-repeats-nothing",
            Fault::CursorLoops => "listOrders/rule/next-link-never-repeats",
            Fault::PageTwoRefused => "listOrders/rule/next-link-leads-to-page",
            Fault::CreateNotListed => "createOrder/state/listed",
            Fault::QuantityNotRequired => "createOrder/body/quantity/required",
            Fault::QuantityNotChecked => "createOrder/body/quantity/maximum",
            Fault::LocationMissing => "createOrder/201/header/Location/present",
            Fault::SecretNoteShown => "createOrder/201/body/secret_note/writeOnly",
            Fault::ReferenceTwice => "createOrder/409/status",
            Fault::ProblemWithoutType => "getOrder/404/body/type/required",
            Fault::ServerErrorOnUnknownId => "getOrder/404/status",
            Fault::PatchNotApplied => "updateOrder/state/applied",
            Fault::DeleteDoesNothing => "deleteOrder/state/gone",
            Fault::RequestIdMissing => "listCustomers/200/header/X-Request-Id/present",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let declared = self.to_possible_value();
        let name = declared.as_ref().map_or("", |value| value.get_name());
        write!(f, "{name:<28}{}", self.clause())
    }
}
