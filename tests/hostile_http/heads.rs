//! Heads of requests: malformed, endless, contradictory, foreign.

use batchite::server::ListenOptions;
use proptest::collection::vec;
use proptest::prelude::*;
use tokio::io::AsyncWriteExt;

use crate::server::{both, impatient, read_to_end, shown, status};

#[tokio::test]
async fn malformed_heads_are_refused() {
    let heads: [(&str, &[u8]); 20] = [
        ("nothing but an end", b"\r\n\r\n\r\n"),
        ("zeros", &[0; 4096]),
        (
            "a TLS greeting",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03aaaaaaaaaaaaaaaaaaaaaa\r\n\r\n",
        ),
        ("the preface of HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        ("no target", b"GET\r\n\r\n"),
        ("no version", b"GET /healthz\r\n\r\n"),
        (
            "a version that is none",
            b"GET /healthz HTTP/9.9\r\nHost: localhost\r\n\r\n",
        ),
        (
            "a blank before the method",
            b" GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
        ),
        (
            "a method of signs",
            b"<?php /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
        ),
        (
            "a target with a blank",
            b"GET /health z HTTP/1.1\r\nHost: localhost\r\n\r\n",
        ),
        (
            "a header without a colon",
            b"GET /healthz HTTP/1.1\r\nHost localhost\r\n\r\n",
        ),
        (
            "a blank before the colon",
            b"GET /healthz HTTP/1.1\r\nHost : localhost\r\n\r\n",
        ),
        (
            "a name with a zero",
            b"GET /healthz HTTP/1.1\r\nHo\0st: localhost\r\n\r\n",
        ),
        (
            "a value with a zero",
            b"GET /healthz HTTP/1.1\r\nHost: local\0host\r\n\r\n",
        ),
        (
            "a folded header",
            b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n folded\r\n\r\n",
        ),
        ("no host", b"GET /healthz HTTP/1.1\r\n\r\n"),
        (
            "two hosts",
            b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n",
        ),
        (
            "a host that is none",
            b"GET /healthz HTTP/1.1\r\nHost: user@local host:99999\r\n\r\n",
        ),
        (
            "an authority for a target",
            b"CONNECT example.com:443 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        ),
        ("a head that breaks off", b"GET /healthz HTTP/1.1\r\nHost: loc"),
    ];
    for target in both(&ListenOptions::default()).await {
        for (what, head) in heads {
            target.refuses(what, head).await;
        }
    }
}

#[tokio::test]
async fn heads_that_do_not_end_are_refused() {
    let long = |text: &str, count: usize| text.repeat(count).into_bytes();
    let begin = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n";
    for target in both(&ListenOptions::default()).await {
        let heads = [
            ("a long method", long("G", 1 << 20)),
            ("a long target", [b"GET /".to_vec(), long("a", 1 << 20)].concat()),
            ("a long name", [begin.to_vec(), long("n", 1 << 20)].concat()),
            (
                "a long value",
                [begin.to_vec(), b"N: ".to_vec(), long("v", 1 << 20)].concat(),
            ),
            (
                "many headers",
                [begin.to_vec(), long("N: v\r\n", 100_000)].concat(),
            ),
            ("a long query", {
                let query = [b"GET /?".to_vec(), long("a=b&", 30_000)].concat();
                [query, b" HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec()].concat()
            }),
        ];
        for (what, head) in heads {
            target.refuses(what, &head).await;
        }
    }
}

#[tokio::test]
async fn a_head_that_comes_too_slowly_loses_its_connection() {
    for target in both(&impatient()).await {
        for begin in ["", "G", "GET /healthz HTTP/1.1\r\nHost: localhost\r\n"] {
            let mut stream = target.connect().await;
            stream.write_all(begin.as_bytes()).await.expect("it reads");
            let answer = read_to_end(&mut stream).await;
            target.check_refused("a slow head", &answer);
            target.lives().await;
        }
    }
}

#[tokio::test]
async fn lengths_that_contradict_each_other_are_refused() {
    for target in both(&ListenOptions::default()).await {
        for (what, headers) in [
            ("a negative length", "Content-Length: -1\r\n"),
            ("a signed length", "Content-Length: +5\r\n"),
            ("a length that is no number", "Content-Length: five\r\n"),
            (
                "a length beyond all numbers",
                "Content-Length: 99999999999999999999999\r\n",
            ),
            ("two lengths", "Content-Length: 5\r\nContent-Length: 6\r\n"),
            ("a length that says both", "Content-Length: 5, 6\r\n"),
            (
                "chunks that are not the last coding",
                "Transfer-Encoding: chunked, gzip\r\n",
            ),
            ("a coding that is none", "Transfer-Encoding: nonsense\r\n"),
        ] {
            let request = format!("{}{headers}\r\nhello", target.document);
            target.refuses(what, request.as_bytes()).await;
        }
        for (what, body) in [
            ("a chunk whose size is no number", "xyz\r\nhello\r\n0\r\n\r\n"),
            (
                "a chunk with a size beyond all numbers",
                "ffffffffffffffffff\r\nhello\r\n0\r\n\r\n",
            ),
            ("a chunk that is longer than it says", "2\r\nhello\r\n0\r\n\r\n"),
            ("chunks that break off", "5\r\nhel"),
        ] {
            let request = format!("{}Transfer-Encoding: chunked\r\n\r\n{body}", target.document);
            target.refuses(what, request.as_bytes()).await;
        }
    }
}

#[tokio::test]
async fn a_request_hidden_in_the_body_of_another_is_never_answered() {
    let hidden = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    for target in both(&ListenOptions::default()).await {
        let request = format!(
            "{}Content-Length: {}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{hidden}",
            target.document,
            5 + hidden.len()
        );
        let answer = target.send(request.as_bytes()).await;
        target.check_refused("two ways to tell the length", &answer);
        assert!(
            !shown(&answer).contains("200 OK"),
            "{}: {}",
            target.name,
            shown(&answer)
        );
        target.lives().await;
    }
}

#[tokio::test]
async fn paths_that_are_no_text_or_lead_elsewhere_are_refused() {
    for target in both(&ListenOptions::default()).await {
        for path in [
            &b"/\xff\xfe\xfd"[..],
            b"/%FF%FE",
            b"/%00",
            b"/%",
            b"/%zz",
            b"/devstoreaccount1/%FF%FE/%80",
            b"/devstoreaccount1/con/%C3%28",
            b"/jobs/%FF%FE",
            b"/jobs/%00/tasks/%2e%2e",
            b"/../../../../etc/passwd",
            b"/devstoreaccount1/../../etc/passwd",
            b"/jobs/job/tasks/task/files/..%2f..%2f..%2fetc%2fpasswd",
            b"//////////",
            b"*",
            b"/\\..\\..",
        ] {
            for method in [
                "GET", "PUT", "POST", "DELETE", "HEAD", "PATCH", "TRACE", "OPTIONS", "NONSENSE",
            ] {
                let request = [
                    method.as_bytes(),
                    b" ",
                    path,
                    b" HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                ]
                .concat();
                let answer = target.send(&request).await;
                let what = format!("{method} {}", String::from_utf8_lossy(path));
                target.check_refused(&what, &answer);
            }
        }
        target.lives().await;
    }
}

#[tokio::test]
async fn forged_hosts_and_origins_are_refused() {
    for target in both(&ListenOptions::default()).await {
        for (status_wanted, headers) in [
            (400, "Host: example.com"),
            (400, "Host: 127.0.0.1.example.com"),
            (400, "Host: localhost.example.com"),
            (400, "Host: 169.254.169.254"),
            (400, "Host: localhost\r\nHost: example.com"),
            (403, "Host: localhost\r\nOrigin: https://example.com"),
            (403, "Host: localhost\r\nOrigin: null"),
            (403, "Host: localhost\r\nOrigin: http://localhost.example.com"),
        ] {
            let request = format!("GET /healthz HTTP/1.1\r\n{headers}\r\nConnection: close\r\n\r\n");
            let answer = target.send(request.as_bytes()).await;
            assert_eq!(
                status(&answer),
                Some(status_wanted),
                "{}: {headers}: {}",
                target.name,
                shown(&answer)
            );
        }
        let absolute =
            b"GET http://example.com/healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        assert_eq!(status(&target.send(absolute).await), Some(400), "{}", target.name);
        target.lives().await;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Whatever bytes come in place of a head, nobody gets a success for them, and the next request is answered.
    #[test]
    fn no_bytes_bring_a_server_down(noise in vec(any::<u8>(), 0..400), at in 0_usize..60) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            for target in both(&ListenOptions::default()).await {
                let mut bytes = b"POST /jobs?api-version=2025-06-01 HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec();
                bytes.splice(at..at, noise.iter().copied());
                target.refuses("noise", &bytes).await;
            }
        });
    }
}
