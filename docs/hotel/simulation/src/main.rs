//! Prints the figures of every experiment as JSON.

fn main() {
    println!("{}", hotel_simulation::run());
}
