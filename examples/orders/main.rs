//! A small order service with a contract of its own, for trying `conform` on something that is not the embedded contract.
//! Only the command line is here; the service is in `service/`, where tests use it too.

use std::error::Error;

use clap::{Parser, ValueEnum};
use service::{Fault, Options};

mod service;

/// An order service that keeps the contract in openapi.yaml, or breaks one promise of it on request.
#[derive(Parser)]
#[command(name = "orders")]
struct Arguments {
    /// The port on the loopback interface; 0 takes a free one
    #[arg(long, default_value_t = 8100)]
    port: u16,
    /// How many orders the tenant `acme` has at the start
    #[arg(long, default_value_t = 25)]
    items: u32,
    /// The one promise to break
    #[arg(long, value_name = "NAME", hide_possible_values = true)]
    fault: Option<Fault>,
    /// Prints the faults with the clause that each breaks, and ends
    #[arg(long)]
    list_faults: bool,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    if arguments.list_faults {
        for fault in Fault::value_variants() {
            println!("{fault}");
        }
        return Ok(());
    }
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", arguments.port)).await?;
    println!("http://{}", listener.local_addr()?);
    let options = Options {
        items: arguments.items,
        fault: arguments.fault,
    };
    service::serve(listener, options).await?;
    Ok(())
}
