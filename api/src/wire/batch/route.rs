//! What an operation looks like on the wire, and how a request finds its operation.

use http::{Method, StatusCode};
use percent_encoding::percent_decode_str;

use super::operation::BatchOperation;
use super::operations::ROUTES;
use crate::error::{Error, ErrorCode, Result};

/// What an operation takes beside path and body. `api-version` and `timeOut` are taken by all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parameter {
    /// `$skiptoken`, of links to further pages.
    SkipToken,
    /// `maxresults`
    MaxResults,
    /// `$filter`
    Filter,
    /// `$select`
    Select,
    /// `$expand`
    Expand,
    /// `force`
    Force,
    /// `recursive`
    Recursive,
    /// `startTime`
    StartTime,
    /// `endtime`, so spelled
    EndTime,
    /// `If-Match`
    IfMatch,
    /// `If-None-Match`
    IfNoneMatch,
    /// `If-Modified-Since`
    IfModifiedSince,
    /// `If-Unmodified-Since`
    IfUnmodifiedSince,
    /// `ocp-range`
    Range,
}

impl Parameter {
    /// Every parameter, in the order requests are written.
    pub const ALL: [Self; 14] = [
        Self::Filter,
        Self::Select,
        Self::Expand,
        Self::MaxResults,
        Self::Force,
        Self::Recursive,
        Self::StartTime,
        Self::EndTime,
        Self::SkipToken,
        Self::IfMatch,
        Self::IfNoneMatch,
        Self::IfModifiedSince,
        Self::IfUnmodifiedSince,
        Self::Range,
    ];

    /// The name on the wire; of headers, in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SkipToken => "$skiptoken",
            Self::MaxResults => "maxresults",
            Self::Filter => "$filter",
            Self::Select => "$select",
            Self::Expand => "$expand",
            Self::Force => "force",
            Self::Recursive => "recursive",
            Self::StartTime => "startTime",
            Self::EndTime => "endtime",
            Self::IfMatch => "if-match",
            Self::IfNoneMatch => "if-none-match",
            Self::IfModifiedSince => "if-modified-since",
            Self::IfUnmodifiedSince => "if-unmodified-since",
            Self::Range => "ocp-range",
        }
    }

    /// Whether it is a header, not part of the query.
    pub const fn is_header(self) -> bool {
        matches!(
            self,
            Self::IfMatch | Self::IfNoneMatch | Self::IfModifiedSince | Self::IfUnmodifiedSince | Self::Range
        )
    }
}

/// Lists that only come in pages.
pub(super) const PAGED: &[Parameter] = &[Parameter::SkipToken, Parameter::MaxResults];
/// Lists that can be filtered.
pub(super) const FILTERED: &[Parameter] = &[Parameter::SkipToken, Parameter::MaxResults, Parameter::Filter];
/// Lists that can be filtered and cut down to some properties.
pub(super) const SELECTED: &[Parameter] = &[
    Parameter::SkipToken,
    Parameter::MaxResults,
    Parameter::Filter,
    Parameter::Select,
];
/// Lists that can show statistics as well.
pub(super) const EXPANDED: &[Parameter] = &[
    Parameter::SkipToken,
    Parameter::MaxResults,
    Parameter::Filter,
    Parameter::Select,
    Parameter::Expand,
];
/// Operations on entities that have a tag.
pub(super) const CONDITIONAL: &[Parameter] = &[
    Parameter::IfMatch,
    Parameter::IfNoneMatch,
    Parameter::IfModifiedSince,
    Parameter::IfUnmodifiedSince,
];
/// The same, where the end need not be waited for.
pub(super) const FORCED: &[Parameter] = &[
    Parameter::Force,
    Parameter::IfMatch,
    Parameter::IfNoneMatch,
    Parameter::IfModifiedSince,
    Parameter::IfUnmodifiedSince,
];
/// Reads of entities that have a tag.
pub(super) const ENTITY: &[Parameter] = &[
    Parameter::Select,
    Parameter::Expand,
    Parameter::IfMatch,
    Parameter::IfNoneMatch,
    Parameter::IfModifiedSince,
    Parameter::IfUnmodifiedSince,
];

/// The body of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyRule {
    /// There is none.
    None,
    /// A document, which may be left out when it says nothing.
    Optional,
    /// A document.
    Required,
    /// A document of which only these properties travel: the others are read-only.
    Only(&'static [&'static str]),
}

/// The headers of an answer beside those that all answers have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerHeader {
    /// `ETag` and `Last-Modified`
    Tags,
    /// `DataServiceId`: the URL the request was sent to, or that of the new entity.
    Target,
    /// `Location`: the URL of the new entity.
    Location,
}

/// How an operation stands on the wire.
#[derive(Debug)]
pub struct Route {
    /// The operation.
    pub operation: BatchOperation,
    /// Its name in the REST reference, as `list_pools`.
    pub name: &'static str,
    /// Its method.
    pub method: Method,
    /// Its path with names in braces for what differs, as `/pools/{poolId}`.
    pub path: &'static str,
    /// The statuses of answers that are no refusal.
    pub success: &'static [StatusCode],
    /// What it takes beside path and body.
    pub parameters: &'static [Parameter],
    /// Its body.
    pub body: BodyRule,
    /// The headers of its answer.
    pub headers: &'static [AnswerHeader],
    /// What follows `$metadata#` in the `odata.metadata` of its answer; empty where the answer has no JSON.
    pub metadata: &'static str,
}

impl Route {
    /// The route of a request, and the decoded parts of its path that differ.
    ///
    /// Slashes in the path of a file may be plain or escaped. Refused: `InvalidUri` for paths no operation has,
    /// `UnsupportedHttpVerb` for methods none of them has.
    pub fn find(method: &Method, path: &str) -> Result<(&'static Self, Vec<String>)> {
        let mut known = false;
        for route in ROUTES {
            if let Some(parts) = matching(route.path, path) {
                if route.method == *method {
                    return parts
                        .into_iter()
                        .map(decoded)
                        .collect::<Result<_>>()
                        .map(|parts| (route, parts));
                }
                known = true;
            }
        }
        Err(if known {
            Error::batch(ErrorCode::UnsupportedHttpVerb)
        } else {
            Error::batch(ErrorCode::InvalidUri)
        })
    }

    /// The route of the operation the REST reference calls so.
    pub fn named(name: &str) -> Option<&'static Self> {
        ROUTES.iter().copied().find(|route| route.name == name)
    }

    /// The methods the operations at a path have; none where no operation is.
    pub fn methods(path: &str) -> Vec<&'static Method> {
        let mut methods: Vec<&Method> = Vec::new();
        for route in ROUTES {
            if matching(route.path, path).is_some() && !methods.contains(&&route.method) {
                methods.push(&route.method);
            }
        }
        methods.sort_by_key(|method| method.as_str());
        methods
    }

    /// Whether the operation takes a parameter.
    pub fn takes(&self, parameter: Parameter) -> bool {
        self.parameters.contains(&parameter)
    }
}

/// The parts of a path that stand where the template has names; `None` when the path is another's.
fn matching<'a>(template: &str, path: &'a str) -> Option<Vec<&'a str>> {
    let mut rest = path;
    let mut parts = Vec::new();
    for wanted in template.split('/').skip(1) {
        rest = rest.strip_prefix('/')?;
        let end = if wanted == "{filePath}" {
            rest.len()
        } else {
            rest.find('/').unwrap_or(rest.len())
        };
        let (segment, further) = rest.split_at(end);
        rest = further;
        if wanted.starts_with('{') {
            if segment.is_empty() {
                return None;
            }
            parts.push(segment);
        } else if segment != wanted {
            return None;
        }
    }
    rest.is_empty().then_some(parts)
}

fn decoded(part: &str) -> Result<String> {
    percent_decode_str(part)
        .decode_utf8()
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| Error::batch(ErrorCode::InvalidUri).with_detail("Reason", "The path is not UTF-8."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_find_their_operation_and_what_differs() {
        let cases: [(Method, &str, &str, &[&str]); 6] = [
            (Method::GET, "/pools", "list_pools", &[]),
            (Method::GET, "/pools/p", "get_pool", &["p"]),
            (
                Method::GET,
                "/jobs/nightly%3Ajob-1/taskcounts",
                "get_job_task_counts",
                &["nightly:job-1"],
            ),
            (
                Method::GET,
                "/jobs/j/tasks/t/files/wd%2Fa%20b.txt",
                "download_task_file",
                &["j", "t", "wd/a b.txt"],
            ),
            (
                Method::DELETE,
                "/jobs/j/tasks/t/files/wd/a%2Bb",
                "delete_task_file",
                &["j", "t", "wd/a+b"],
            ),
            (
                Method::GET,
                "/pools/p/nodes/n/files",
                "list_node_files",
                &["p", "n"],
            ),
        ];
        for (method, path, name, parts) in cases {
            let (route, found) = Route::find(&method, path).unwrap();
            assert_eq!(
                (route.name, found.iter().map(String::as_str).collect::<Vec<_>>()),
                (name, parts.to_vec())
            );
        }
    }

    #[test]
    fn other_paths_and_methods_are_refused() {
        for path in [
            "",
            "/",
            "/pool",
            "/pools/",
            "/pools//resize",
            "/pools/p/resize/x",
            "/pools/%ff",
        ] {
            let error = Route::find(&Method::GET, path).unwrap_err();
            let verb = error.is(&ErrorCode::UnsupportedHttpVerb);
            assert!(verb || error.is(&ErrorCode::InvalidUri), "{path}");
        }
        let error = Route::find(&Method::PUT, "/pools").unwrap_err();
        assert!(error.is(&ErrorCode::UnsupportedHttpVerb));
        assert_eq!(Route::methods("/pools"), [&Method::GET, &Method::POST]);
        assert!(Route::methods("/pool").is_empty());
    }
}
