//! Batches there and back, as others write them, and as nobody should.

use proptest::prelude::*;

use super::*;

const BOUNDARY: &str = "batch_1";

fn delete(target: &str) -> Request<()> {
    let mut request = Request::new(());
    *request.method_mut() = Method::DELETE;
    *request.uri_mut() = target.parse().unwrap();
    request
        .headers_mut()
        .insert(&CONTENT_LENGTH, HeaderValue::from_static("0"));
    request
}

fn answer(status: StatusCode, body: &'static str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from_static(body.as_bytes()));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(&CONTENT_LENGTH, HeaderValue::from(body.len()));
    response
}

#[test]
fn requests_survive_both_ways() {
    let requests = [delete("/con/a%20b?snapshot=1"), delete("/con/c")];
    let body = write_requests(BOUNDARY, &requests);
    assert_eq!(
        String::from_utf8(body.clone()).unwrap(),
        "--batch_1\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: 0\r\n\r\n\
         DELETE /con/a%20b?snapshot=1 HTTP/1.1\r\ncontent-length: 0\r\n\r\n\
         --batch_1\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: 1\r\n\r\n\
         DELETE /con/c HTTP/1.1\r\ncontent-length: 0\r\n\r\n\
         --batch_1--\r\n"
    );
    let read = read_requests(BOUNDARY, &body).unwrap();
    assert_eq!(read.len(), 2);
    for (number, (read, written)) in read.iter().zip(&requests).enumerate() {
        assert_eq!(read.content_id, Some(number.to_string()));
        assert_eq!(read.message.uri(), written.uri());
        assert_eq!(read.message.method(), written.method());
        assert_eq!(read.message.headers(), written.headers());
    }
}

#[test]
fn answers_survive_both_ways() {
    let body = "<Error>\r\n--batch_1 is no delimiter within a line\r\n</Error>";
    let answers = [
        (Some("0"), answer(StatusCode::ACCEPTED, "")),
        (Some("1"), answer(StatusCode::NOT_FOUND, body)),
        (None, answer(StatusCode::BAD_REQUEST, "x")),
    ]
    .map(|(number, message)| Part {
        content_id: number.map(str::to_owned),
        message,
    });
    let text = write_responses(BOUNDARY, &answers);
    let read = read_responses(BOUNDARY, &text).unwrap();
    for (read, written) in read.iter().zip(&answers) {
        assert_eq!(read.content_id, written.content_id);
        assert_eq!(read.message.status(), written.message.status());
        assert_eq!(read.message.headers(), written.message.headers());
        assert_eq!(read.message.body(), written.message.body());
    }
    assert_eq!(read.len(), answers.len());
}

#[test]
fn what_other_clients_write_is_read() {
    for text in [
        "preamble\r\n--batch_1\r\ncontent-type: Application/HTTP\r\nContent-ID: 7\r\n\r\nDELETE /c/b HTTP/1.1\r\n\
         X-Ms-Date: now\r\n\r\n\r\n--batch_1--\r\nepilogue",
        "--batch_1 \nContent-Type: application/http; x=y\nContent-ID: 7\n\nDELETE /c/b HTTP/1.1\nx-ms-date: now\n--batch_1--",
        "--batch_1\r\nContent-ID: 7\r\nContent-Type: application/http\r\n\r\nDELETE c/b HTTP/1.1\r\nx-ms-date:now\r\n\
         --batch_1--",
    ] {
        let read = read_requests(BOUNDARY, text.as_bytes()).unwrap();
        assert_eq!(read.len(), 1, "{text}");
        assert_eq!(read[0].content_id.as_deref(), Some("7"));
        assert_eq!(read[0].message.uri(), "/c/b");
        assert_eq!(read[0].message.headers()["x-ms-date"], "now");
    }
    assert!(read_requests(BOUNDARY, b"--batch_1--").unwrap().is_empty());
}

#[test]
fn what_is_no_batch_is_refused() {
    let head = "--batch_1\r\nContent-Type: application/http\r\n\r\n";
    let end = "\r\n--batch_1--";
    for body in [
        String::new(),
        "--batch_1".to_owned(),
        "--batch_1\r\n".to_owned(),
        "--batch_12--".to_owned(),
        format!("--batch_1{end}"),
        format!("{head}DELETE /c/b HTTP/1.1\r\n"),
        format!("--batch_1\r\n\r\nDELETE /c/b HTTP/1.1{end}"),
        format!("--batch_1\r\nContent-Type: text/plain\r\n\r\nDELETE /c/b HTTP/1.1{end}"),
        format!("{head}{end}"),
        format!("{head}DELETE /c/b{end}"),
        format!("{head}DELETE  /c/b HTTP/1.1{end}"),
        format!("{head}DELETE /c/b HTTP/2{end}"),
        format!("{head}DELETE http://elsewhere/c/b HTTP/1.1{end}"),
        format!("{head}DEL\u{1}TE /c/b HTTP/1.1{end}"),
        format!("{head}DELETE /c/\u{fc} b HTTP/1.1{end}"),
        format!("{head}DELETE /c/b HTTP/1.1\r\nno colon{end}"),
        format!("{head}DELETE /c/b HTTP/1.1\r\n folded: x{end}"),
        format!("{head}DELETE /c/b HTTP/1.1\r\na: \u{1}{end}"),
        format!("{head}DELETE /c/b HTTP/1.1\r\n\r\nbody{end}"),
    ] {
        let bad = read_requests(BOUNDARY, body.as_bytes()).unwrap_err();
        assert!(bad.into_refusal().is(&ErrorCode::InvalidInput), "{body}");
    }
    let many = format!("{head}DELETE /c/b HTTP/1.1\r\n{}{end}", "a:\r\n".repeat(100_000));
    assert!(read_requests(BOUNDARY, many.as_bytes()).is_err());
    for body in [
        "HTTP/1.1",
        "HTTP/1.1 2x OK",
        "SPDY/1 200 OK",
        "HTTP/1.1 200 OK\r\nno colon",
    ] {
        let bad = read_responses(BOUNDARY, format!("{head}{body}{end}").as_bytes()).unwrap_err();
        assert_eq!(bad.into_failure().status(), 0, "{body}");
    }
}

#[test]
fn boundaries_are_found() {
    let read = |text: &str| {
        let mut headers = HeaderMap::new();
        headers.insert(&CONTENT_TYPE, HeaderValue::from_str(text).unwrap());
        boundary(&headers).map(str::to_owned)
    };
    for text in [
        content_type(BOUNDARY),
        "Multipart/Mixed;charset=x; Boundary=\"batch_1\"".to_owned(),
        "multipart/mixed; boundary=batch_1 ; x=y".to_owned(),
    ] {
        assert_eq!(read(&text).as_deref(), Some(BOUNDARY), "{text}");
    }
    for text in [
        "multipart/mixed",
        "multipart/form-data; boundary=a",
        "multipart/mixed; boundary=",
        "multipart/mixed; boundary=a b",
        &format!("multipart/mixed; boundary={}", "a".repeat(71)),
    ] {
        assert_eq!(read(text), None, "{text}");
    }
    assert_eq!(boundary(&HeaderMap::new()), None);
}

#[test]
fn no_signature_is_shown() {
    let text = "--batch_1\r\nContent-Type: application/http\r\n\r\nDELETE /c/b HTTP/1.1\r\n\
                Authorization: SharedKey a:c2VjcmV0\r\n\r\n--batch_1--";
    let read = read_requests(BOUNDARY, text.as_bytes()).unwrap();
    assert!(!format!("{read:?}").contains("c2VjcmV0"), "{read:?}");
}

proptest! {
    /// Whatever a body is, it is read as a batch or refused, and what is read has no more parts than delimiters.
    #[test]
    fn no_body_is_too_strange(pieces in proptest::collection::vec(
        prop_oneof![
            Just("--batch_1".to_owned()),
            Just("--batch_1--".to_owned()),
            Just("\r\n".to_owned()),
            Just("\n".to_owned()),
            Just("Content-Type: application/http".to_owned()),
            Just("Content-ID: 0".to_owned()),
            Just("DELETE /c/b HTTP/1.1".to_owned()),
            Just("HTTP/1.1 202 Accepted".to_owned()),
            Just("content-length: 99999999999999999999".to_owned()),
            ".{0,12}",
        ],
        0..40,
    )) {
        let body = pieces.concat();
        let delimiters = body.matches("--batch_1").count();
        if let Ok(requests) = read_requests(BOUNDARY, body.as_bytes()) {
            prop_assert!(requests.len() < delimiters.max(1), "{body}");
        }
        if let Ok(answers) = read_responses(BOUNDARY, body.as_bytes()) {
            prop_assert!(answers.len() < delimiters.max(1), "{body}");
        }
    }
}
