//! The ten shapes that the versions of a collection take in turn.
//! Every optional property is there in some shape and absent in another, and every enum value occurs.

/// Seconds after the base instant, and nanoseconds within that second.
pub(super) type Offset = (i64, i32);

/// What every tenth version has in common.
pub(super) struct Shape {
    /// What stands before and after the numbers of the version.
    pub(super) version: (&'static str, &'static str),
    pub(super) connectors: u64,
    pub(super) created_at: Option<Offset>,
    pub(super) updated_at: Option<Offset>,
    pub(super) deleted_at: Option<Offset>,
    pub(super) phase: &'static str,
    pub(super) error_message: Option<&'static str>,
    pub(super) content_format: Option<&'static str>,
    pub(super) sensitive: Option<&'static [&'static str]>,
    pub(super) documentation: Option<&'static str>,
    pub(super) has_resource_name: bool,
    pub(super) names_environment_twice: bool,
}

/// A version with nothing left out; the others say how they differ.
const COMPLETE: Shape = Shape {
    version: ("", ""),
    connectors: 1,
    created_at: Some((0, 0)),
    updated_at: Some((3, 0)),
    deleted_at: None,
    phase: "READY",
    error_message: None,
    content_format: Some("ZIP"),
    sensitive: Some(&["connection.password", "ssl.key-store_2", "api+key"]),
    documentation: Some("https://docs.example.com/connect/plugin?lang=en#install"),
    has_resource_name: true,
    names_environment_twice: true,
};

/// The shape of the version at index `i` is the one at `i % 10`.
pub(super) const SHAPES: [Shape; 10] = [
    COMPLETE,
    Shape {
        version: ("", "-beta"),
        connectors: 10,
        content_format: Some("JAR"),
        sensitive: Some(&[]),
        documentation: Some(""),
        // In the same second: as text, the later one sorts before the earlier one.
        updated_at: Some((0, 250_000_000)),
        ..COMPLETE
    },
    Shape {
        version: ("", "-rc.123"),
        phase: "PROCESSING",
        updated_at: Some((0, 0)),
        content_format: None,
        documentation: None,
        ..COMPLETE
    },
    Shape {
        version: ("", "-rc.123+build.456"),
        connectors: 2,
        phase: "FAILED",
        error_message: Some("The archive’s manifest names no connector class – upload it again."),
        deleted_at: Some((86_400, 5_000_000)),
        ..COMPLETE
    },
    Shape {
        version: ("", "+20240301.007"),
        connectors: 3,
        content_format: Some("JAR"),
        documentation: Some("http://docs.example.com/plugin"),
        created_at: Some((0, 123_456_789)),
        updated_at: Some((0, 123_456_789)),
        names_environment_twice: false,
        ..COMPLETE
    },
    Shape {
        version: ("", "-0A.x-y.--"),
        sensitive: None,
        has_resource_name: false,
        ..COMPLETE
    },
    Shape {
        version: ("", "-alpha.99999999999999999999999+0099"),
        connectors: 2,
        phase: "PROCESSING",
        updated_at: None,
        sensitive: Some(&[]),
        ..COMPLETE
    },
    Shape {
        // With the collection's number this is 20 digits, which is more than 64 bits hold.
        version: ("9999999999999999999", ""),
        deleted_at: Some((31_536_000, 0)),
        names_environment_twice: false,
        ..COMPLETE
    },
    Shape {
        phase: "FAILED",
        content_format: None,
        documentation: Some(""),
        ..COMPLETE
    },
    Shape {
        version: ("", "-0"),
        connectors: 4,
        created_at: None,
        updated_at: None,
        sensitive: None,
        ..COMPLETE
    },
];
