//! Bodies: too long, too slow, shorter or longer than they say.

use batchite::server::ListenOptions;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::server::{both, impatient, read_to_end, shown, status};

#[tokio::test]
async fn a_body_over_the_limit_is_refused_before_it_is_sent() {
    for target in both(&ListenOptions::default()).await {
        for length in [target.limit + 1, u64::from(u32::MAX), u64::MAX / 2] {
            let request = format!("{}Content-Length: {length}\r\n\r\n", target.longest);
            let mut stream = target.connect().await;
            stream.write_all(request.as_bytes()).await.expect("it reads");
            let mut answer = vec![0; 4096];
            let read = stream.read(&mut answer).await.expect("an answer");
            assert_eq!(
                status(&answer[..read]),
                Some(413),
                "{}: {}",
                target.name,
                shown(&answer)
            );
            drop(stream);
            target.lives().await;
        }
    }
}

#[tokio::test]
async fn a_body_that_does_not_tell_its_length_is_refused_at_the_limit() {
    for target in both(&ListenOptions::default()).await {
        let mut stream = target.connect().await;
        let (mut reader, mut writer) = stream.split();
        let head = format!("{}Transfer-Encoding: chunked\r\n\r\n", target.longest);
        let chunk = [b"10000\r\n".to_vec(), vec![b' '; 0x10000], b"\r\n".to_vec()].concat();
        let write = async {
            if writer.write_all(head.as_bytes()).await.is_err() {
                return;
            }
            // Ends when the server has enough.
            while writer.write_all(&chunk).await.is_ok() {}
        };
        let read = async {
            let mut answer = vec![0; 4096];
            let read = reader.read(&mut answer).await.expect("an answer");
            answer.truncate(read);
            answer
        };
        let answer = tokio::select! {
            answer = read => answer,
            () = write => Vec::new(),
        };
        assert_eq!(status(&answer), Some(413), "{}: {}", target.name, shown(&answer));
        target.lives().await;
    }
}

#[tokio::test]
async fn a_body_that_pauses_too_long_is_refused_and_loses_its_connection() {
    for target in both(&impatient()).await {
        for begin in ["", "half"] {
            let request = format!("{}Content-Length: 100\r\n\r\n{begin}", target.longest);
            let mut stream = target.connect().await;
            stream.write_all(request.as_bytes()).await.expect("it reads");
            let answer = read_to_end(&mut stream).await;
            assert_eq!(status(&answer), Some(408), "{}: {}", target.name, shown(&answer));
            target.lives().await;
        }
    }
}

#[tokio::test]
async fn a_body_shorter_than_it_says_changes_nothing() {
    for target in both(&ListenOptions::default()).await {
        let body = r#"{"id": "half", "poolInfo": {"poolId": "p"}}"#;
        let request = format!(
            "{}Content-Length: {}\r\n\r\n{body}",
            target.longest,
            body.len() + 1
        );
        target.refuses("a body that breaks off", request.as_bytes()).await;
        let there = match target.name {
            // The same request, whole: refused if the half one had made the job or the blob.
            "batch" => target.document.replace("POST /jobs?", "GET /jobs/half?"),
            _ => target
                .document
                .replace("PUT /", "HEAD /")
                .replace("comp=blocklist&", ""),
        };
        let answer = target
            .send(format!("{there}Connection: close\r\n\r\n").as_bytes())
            .await;
        assert_eq!(status(&answer), Some(404), "{}: {}", target.name, shown(&answer));
    }
}

#[tokio::test]
async fn what_follows_a_body_is_the_next_request_and_refused_as_one() {
    for target in both(&ListenOptions::default()).await {
        let request = format!(
            "{}Content-Length: 2\r\n\r\n{{}}trailing rubbish\r\n\r\n",
            target.document
        );
        let answer = target.send(request.as_bytes()).await;
        target.check_refused("a longer body than it says", &answer);
        let last = String::from_utf8_lossy(&answer).rfind("HTTP/1.1 400").is_some();
        assert!(last, "{}: {}", target.name, shown(&answer));
        target.lives().await;
    }
}
