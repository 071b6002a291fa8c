"""The Dagster code location of Tolva: what is guaranteed every day, in steps that one can see."""
