//! Made from `architecture.yaml` by `docs/hotel/make`; do not edit. Times are milliseconds unless the name says otherwise.

/// Seed of every random stream.
pub const SEED: u64 = 20260117;
/// How often each experiment is repeated.
pub const REPLICATIONS: usize = 10;
/// A continent: name, share of traffic, RTT to the edge, RTTs from there to the three regions, peak hour (UTC).
pub const CONTINENTS: [(&str, f64, f64, [f64; 3], f64); 6] = [
    ("eu", 0.4, 18.0, [28.0, 92.0, 172.0], 19.0),
    ("na", 0.27, 20.0, [108.0, 40.0, 215.0], 1.0),
    ("la", 0.13, 34.0, [188.0, 120.0, 325.0], 0.0),
    ("asia", 0.14, 30.0, [188.0, 222.0, 62.0], 12.0),
    ("oc", 0.03, 26.0, [262.0, 204.0, 96.0], 9.0),
    ("me", 0.03, 44.0, [112.0, 182.0, 118.0], 17.0),
];
/// `numbers.searches` of the model.
pub const SEARCHES: f64 = 60000000.000000;
/// `numbers.seconds` of the model.
pub const SECONDS: f64 = 2626560.000000;
/// `numbers.busy` of the model.
pub const BUSY: f64 = 2.000000;
/// `numbers.flash` of the model.
pub const FLASH: f64 = 10.000000;
/// `numbers.book_s_busy` of the model.
pub const BOOK_S_BUSY: f64 = 0.304581;
/// `numbers.holds_per_booking` of the model.
pub const HOLDS_PER_BOOKING: f64 = 3.000000;
/// `numbers.hold_minutes` of the model.
pub const HOLD_MINUTES: f64 = 15.000000;
/// `numbers.quote_ttl` of the model.
pub const QUOTE_TTL: f64 = 30.000000;
/// `numbers.properties` of the model.
pub const PROPERTIES: f64 = 5000.000000;
/// `simulation.values.jitter_cv` of the model.
pub const JITTER_CV: f64 = 0.18;
/// `simulation.values.new_connection` of the model.
pub const NEW_CONNECTION: f64 = 0.3;
/// `simulation.values.edge_ms` of the model.
pub const EDGE_MS: f64 = 3.0;
/// `simulation.values.search_ms` of the model.
pub const SEARCH_MS: f64 = 22.0;
/// `simulation.values.search_cv` of the model.
pub const SEARCH_CV: f64 = 1.0;
/// `simulation.values.index_ms` of the model.
pub const INDEX_MS: f64 = 18.0;
/// `simulation.values.index_cv` of the model.
pub const INDEX_CV: f64 = 0.8;
/// `simulation.values.index_servers` of the model.
pub const INDEX_SERVERS: f64 = 24.0;
/// `simulation.values.cache_ms` of the model.
pub const CACHE_MS: f64 = 1.2;
/// `simulation.values.lookup_ms` of the model.
pub const LOOKUP_MS: f64 = 8.0;
/// `simulation.values.lookup_cv` of the model.
pub const LOOKUP_CV: f64 = 0.7;
/// `simulation.values.lookup_share` of the model.
pub const LOOKUP_SHARE: f64 = 1.0;
/// `simulation.values.search_tasks_home` of the model.
pub const SEARCH_TASKS_HOME: f64 = 6.0;
/// `simulation.values.search_tasks_read` of the model.
pub const SEARCH_TASKS_READ: f64 = 3.0;
/// `simulation.values.tx_ms` of the model.
pub const TX_MS: f64 = 4.0;
/// `simulation.values.tx_cv` of the model.
pub const TX_CV: f64 = 0.6;
/// `simulation.values.psp_ms` of the model.
pub const PSP_MS: f64 = 900.0;
/// `simulation.values.psp_cv` of the model.
pub const PSP_CV: f64 = 0.7;
/// `simulation.values.challenge_share` of the model.
pub const CHALLENGE_SHARE: f64 = 0.35;
/// `simulation.values.challenge_s` of the model.
pub const CHALLENGE_S: f64 = 75.0;
/// `simulation.values.challenge_cv` of the model.
pub const CHALLENGE_CV: f64 = 2.2;
/// `simulation.values.typing_s` of the model.
pub const TYPING_S: f64 = 95.0;
/// `simulation.values.typing_cv` of the model.
pub const TYPING_CV: f64 = 1.0;
/// `simulation.values.abandon` of the model.
pub const ABANDON: f64 = 0.3;
/// `simulation.values.decline` of the model.
pub const DECLINE: f64 = 0.06;
/// `simulation.values.duplicate` of the model.
pub const DUPLICATE: f64 = 0.1;
/// `simulation.values.late` of the model.
pub const LATE: f64 = 0.02;
/// `simulation.values.late_s` of the model.
pub const LATE_S: f64 = 1500.0;
/// `simulation.values.lost_reply` of the model.
pub const LOST_REPLY: f64 = 0.04;
/// `simulation.values.crash` of the model.
pub const CRASH: f64 = 0.01;
/// `simulation.values.zipf` of the model.
pub const ZIPF: f64 = 0.9;
/// `simulation.values.candidates` of the model.
pub const CANDIDATES: f64 = 25.0;
/// `simulation.values.stays` of the model.
pub const STAYS: f64 = 40.0;
/// `simulation.values.updates_per_stay_day` of the model.
pub const UPDATES_PER_STAY_DAY: f64 = 60.0;
/// `simulation.values.scale_look_s` of the model.
pub const SCALE_LOOK_S: f64 = 30.0;
/// `simulation.values.scale_delay_s` of the model.
pub const SCALE_DELAY_S: f64 = 75.0;
/// `simulation.values.scale_target` of the model.
pub const SCALE_TARGET: f64 = 0.5;
/// `simulation.values.scale_most` of the model.
pub const SCALE_MOST: f64 = 60.0;
/// `simulation.values.queue_limit_ms` of the model.
pub const QUEUE_LIMIT_MS: f64 = 1500.0;
/// `simulation.values.retry_budget` of the model.
pub const RETRY_BUDGET: f64 = 0.1;
/// `simulation.values.lag_ms` of the model.
pub const LAG_MS: f64 = 350.0;
/// `simulation.values.lag_cv` of the model.
pub const LAG_CV: f64 = 0.8;
/// `simulation.values.detect_min` of the model.
pub const DETECT_MIN: f64 = 3.0;
/// `simulation.values.decide_min` of the model.
pub const DECIDE_MIN: f64 = 8.0;
/// `simulation.values.promote_min` of the model.
pub const PROMOTE_MIN: f64 = 6.0;
/// `simulation.values.turn_min` of the model.
pub const TURN_MIN: f64 = 3.0;
/// `simulation.values.step_cv` of the model.
pub const STEP_CV: f64 = 0.4;
/// `simulation.values.health_s` of the model.
pub const HEALTH_S: f64 = 20.0;
/// `simulation.values.read_turn_s` of the model.
pub const READ_TURN_S: f64 = 90.0;
/// SHA-256 of the lines above, so that results say what they were computed from.
pub const DIGEST: &str = "50d15a394abcb59213dfb4af79dbb6ac5314bea5249139160ab3bf173b359b70";
