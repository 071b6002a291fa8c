//! The stable code and the status of each problem.

use actix_web::http::StatusCode;

use super::Problem;
use crate::write::Class;

impl Problem {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "PGRST000",
            Self::Busy => "PGRST003",
            Self::Query { .. } => "PGRST100",
            Self::Range { .. } => "PGRST103",
            Self::MediaType { .. } => "PGRST107",
            Self::NotEmbedded { .. } => "PGRST108",
            Self::NotSingular { .. } => "PGRST116",
            Self::Method { .. } => "PGRST117",
            Self::RelatedOrder { .. } => "PGRST118",
            Self::EmbeddedFilter { .. } => "PGRST120",
            Self::Preferences { .. } => "PGRST122",
            Self::Aggregate => "PGRST123",
            Self::UnknownPath { .. } => "PGRST125",
            Self::NoReference { .. } => "PGRST200",
            Self::Ambiguous { .. } => "PGRST201",
            Self::UnknownTable { .. } => "PGRST205",
            Self::PatternEnd => "22025",
            Self::Value { .. } => "22P02",
            Self::Pattern { .. } => "2201B",
            Self::UnknownColumn { .. } => "42703",
            Self::NoType { .. } => "42704",
            Self::NotBoolean { .. } => "42804",
            Self::Cast { .. } => "42846",
            Self::Operator { .. } => "42883",
            Self::Timeout => "57014",
            Self::Internal { .. } => "XX000",
            Self::Missing { .. } => "TOLVA001",
            Self::Parameter { .. } => "TOLVA002",
            Self::Elsewhere { .. } => "TOLVA003",
            Self::Changing { .. } => "TOLVA004",
            Self::NotReady { .. } => "TOLVA005",
            Self::Credential { .. } => "PGRST301",
            Self::Anonymous => "PGRST302",
            Self::Claims { .. } => "PGRST303",
            Self::Forbidden { .. } => "42501",
            Self::Gone { .. } => "TOLVA006",
            Self::TooManyListeners => "TOLVA007",
            Self::TooFast { .. } => "TOLVA020",
            Self::LongBody { .. } => "TOLVA021",
            Self::LongUrl { .. } => "TOLVA022",
            Self::LongHeaders { .. } => "TOLVA023",
            Self::Rules { class, .. } => match class {
                Class::Type => "22P02",
                Class::Required => "23502",
                Class::Unique => "23505",
                Class::Reference => "23503",
                Class::ReadOnly => "428C9",
                Class::Check => "23514",
                Class::Several => "23000",
            },
            Self::Body { .. } => "PGRST102",
            Self::PutFilters { .. } => "PGRST105",
            Self::PutPage => "PGRST114",
            Self::PutKey => "PGRST115",
            Self::MaxAffected { .. } => "PGRST124",
            Self::NoColumn { .. } => "PGRST204",
            Self::Unfiltered { .. } => "21000",
            Self::NoConflict { .. } => "42P10",
            Self::NotWritable { .. } => "TOLVA030",
            Self::Locked => "TOLVA031",
            Self::TooMany { .. } => "TOLVA032",
            Self::Upload { .. } => "TOLVA033",
        }
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Ambiguous { .. } => StatusCode::MULTIPLE_CHOICES,
            Self::MediaType { .. } | Self::NotSingular { .. } => StatusCode::NOT_ACCEPTABLE,
            Self::Range { .. } => StatusCode::RANGE_NOT_SATISFIABLE,
            Self::Query { .. }
            | Self::Aggregate
            | Self::NotEmbedded { .. }
            | Self::RelatedOrder { .. }
            | Self::EmbeddedFilter { .. }
            | Self::Preferences { .. }
            | Self::NoReference { .. }
            | Self::Cast { .. }
            | Self::NoType { .. }
            | Self::Pattern { .. }
            | Self::PatternEnd
            | Self::Value { .. }
            | Self::UnknownColumn { .. }
            | Self::NotBoolean { .. }
            | Self::Parameter { .. } => StatusCode::BAD_REQUEST,
            Self::UnknownPath { .. }
            | Self::UnknownTable { .. }
            | Self::Operator { .. }
            | Self::Missing { .. }
            | Self::Elsewhere { .. } => StatusCode::NOT_FOUND,
            Self::Method { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::Unreachable { .. } | Self::Changing { .. } | Self::NotReady { .. } => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Anonymous | Self::Credential { .. } | Self::Claims { .. } => {
                StatusCode::UNAUTHORIZED
            }
            Self::Forbidden { .. } => StatusCode::FORBIDDEN,
            Self::Rules { class: Class::Unique | Class::Reference, .. } => StatusCode::CONFLICT,
            Self::Rules { .. }
            | Self::Body { .. }
            | Self::PutPage
            | Self::PutKey
            | Self::MaxAffected { .. }
            | Self::NoColumn { .. }
            | Self::Unfiltered { .. }
            | Self::Upload { .. }
            | Self::NoConflict { .. } => StatusCode::BAD_REQUEST,
            Self::PutFilters { .. } | Self::NotWritable { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooMany { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Locked => StatusCode::SERVICE_UNAVAILABLE,
            Self::Gone { .. } => StatusCode::GONE,
            Self::TooManyListeners | Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::TooFast { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::LongBody { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::LongUrl { .. } => StatusCode::URI_TOO_LONG,
            Self::LongHeaders { .. } => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Self::Timeout | Self::Internal { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}
