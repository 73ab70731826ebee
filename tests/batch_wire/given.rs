//! Values the operations are called with.

use batchite_api::backend::{ByteRange, Conditions, ListOptions, RequestOptions, UsagePeriod};
use batchite_api::ids::{JobId, JobScheduleId, NodeId, PoolId, TaskId};
use batchite_api::page::Continuation;
use batchite_api::time::Timestamp;
use batchite_api::wire::batch::Route;
use batchite_api::wire::batch::route::Parameter;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Bodies by model, with `TEXT` and `7777` where a text and a number of [`Given`] go.
const BODIES: &str = include_str!("bodies.json");

#[derive(Debug, Clone)]
pub(crate) struct Given {
    pub(crate) pool: PoolId,
    pub(crate) node: NodeId,
    pub(crate) job: JobId,
    pub(crate) task: TaskId,
    pub(crate) schedule: JobScheduleId,
    /// The path of files, the names of users, applications and extensions, filters, texts in bodies.
    pub(crate) text: String,
    pub(crate) number: i32,
    pub(crate) flag: bool,
    pub(crate) max_results: Option<u32>,
    pub(crate) continuation: Option<Continuation>,
    pub(crate) range: Option<ByteRange>,
    pub(crate) period: UsagePeriod,
    pub(crate) conditions: Conditions,
    pub(crate) client_request_id: Option<String>,
    /// With one, operations are given it alone, and only those that do not take it.
    pub(crate) out_of_place: Option<Parameter>,
}

impl Given {
    /// The values behind `requests.txt`.
    pub(crate) fn usual() -> Self {
        let moment = |text: &str| -> Option<Timestamp> { Some(text.parse().unwrap()) };
        Self {
            pool: PoolId::parse("p1").unwrap(),
            node: NodeId::parse("tvmps_1").unwrap(),
            job: JobId::parse("job-1").unwrap(),
            task: TaskId::parse("t1").unwrap(),
            schedule: JobScheduleId::parse("s1").unwrap(),
            text: "some text".to_owned(),
            number: 7,
            flag: true,
            max_results: Some(10),
            continuation: Some(Continuation::new("WATV2:a^b/=:1$1")),
            range: Some(ByteRange {
                first: 0,
                last: Some(3),
            }),
            period: UsagePeriod {
                start: moment("2025-11-20T14:00:00Z"),
                end: moment("2025-11-20T15:00:00.0000001Z"),
            },
            conditions: Conditions {
                if_match: Some("0x1".to_owned()),
                if_none_match: Some("*".to_owned()),
                if_modified_since: moment("2025-11-20T14:00:00Z"),
                if_unmodified_since: moment("2025-11-20T15:00:00Z"),
            },
            client_request_id: None,
            out_of_place: None,
        }
    }

    /// The values of calls with a parameter that is out of its place.
    pub(crate) fn out_of_place(parameter: Parameter) -> Self {
        Self {
            out_of_place: Some(parameter),
            range: None,
            flag: false,
            period: UsagePeriod::default(),
            ..Self::usual()
        }
    }

    /// What an operation on one entity takes of the values.
    pub(crate) fn request(&self, route: &Route) -> RequestOptions {
        if let Some(parameter) = self.out_of_place {
            let wanted = |it| it == parameter && !route.takes(parameter);
            let conditions = Self::usual().conditions;
            return RequestOptions {
                conditions: Conditions {
                    if_match: conditions.if_match.filter(|_| wanted(Parameter::IfMatch)),
                    if_none_match: conditions
                        .if_none_match
                        .filter(|_| wanted(Parameter::IfNoneMatch)),
                    if_modified_since: conditions
                        .if_modified_since
                        .filter(|_| wanted(Parameter::IfModifiedSince)),
                    if_unmodified_since: conditions
                        .if_unmodified_since
                        .filter(|_| wanted(Parameter::IfUnmodifiedSince)),
                },
                client_request_id: None,
                select: wanted(Parameter::Select).then(|| "id".to_owned()),
                expand: wanted(Parameter::Expand).then(|| "stats".to_owned()),
                force: wanted(Parameter::Force),
            };
        }
        let text = |parameter| {
            route
                .takes(parameter)
                .then(|| self.text.clone())
                .filter(|text| !text.is_empty())
        };
        RequestOptions {
            conditions: Conditions {
                if_match: self
                    .conditions
                    .if_match
                    .clone()
                    .filter(|_| route.takes(Parameter::IfMatch)),
                if_none_match: self
                    .conditions
                    .if_none_match
                    .clone()
                    .filter(|_| route.takes(Parameter::IfNoneMatch)),
                if_modified_since: self
                    .conditions
                    .if_modified_since
                    .filter(|_| route.takes(Parameter::IfModifiedSince)),
                if_unmodified_since: self
                    .conditions
                    .if_unmodified_since
                    .filter(|_| route.takes(Parameter::IfUnmodifiedSince)),
            },
            client_request_id: self.client_request_id.clone(),
            select: text(Parameter::Select),
            expand: route.takes(Parameter::Expand).then(|| "stats".to_owned()),
            force: self.flag && route.takes(Parameter::Force),
        }
    }

    /// What a list takes of the values.
    pub(crate) fn list(&self, route: &Route) -> ListOptions {
        let RequestOptions { select, expand, .. } = self.request(route);
        if let Some(parameter) = self.out_of_place {
            let wanted = |it| it == parameter && !route.takes(parameter);
            return ListOptions {
                filter: wanted(Parameter::Filter).then(|| "id eq 'a'".to_owned()),
                select,
                expand,
                max_results: wanted(Parameter::MaxResults).then_some(1),
                ..ListOptions::default()
            };
        }
        ListOptions {
            filter: Some(self.text.clone()).filter(|text| route.takes(Parameter::Filter) && !text.is_empty()),
            select,
            expand,
            max_results: self.max_results.filter(|_| route.takes(Parameter::MaxResults)),
            continuation: self.continuation.clone(),
            client_request_id: self.client_request_id.clone(),
        }
    }

    /// A body of a model.
    pub(crate) fn body<T: DeserializeOwned>(&self, model: &str) -> T {
        let mut bodies: Value = serde_json::from_str(BODIES).unwrap();
        let mut body = bodies[model].take();
        self.fill(&mut body);
        serde_json::from_value(body).unwrap()
    }

    fn fill(&self, value: &mut Value) {
        match value {
            Value::String(text) if text == "TEXT" => text.clone_from(&self.text),
            Value::Number(number) if number.as_i64() == Some(7777) => *value = self.number.into(),
            Value::Array(entries) => entries.iter_mut().for_each(|entry| self.fill(entry)),
            Value::Object(object) => object.values_mut().for_each(|entry| self.fill(entry)),
            _ => {}
        }
    }
}
