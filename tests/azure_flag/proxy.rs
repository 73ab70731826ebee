//! The variables that name a proxy.

use std::io::{BufRead, BufReader, ErrorKind};
use std::net::TcpListener;
use std::sync::mpsc;
use std::time::Duration;

use crate::place::{COMPLETE, Place, assert_code, text};

/// After this the request will not come any more.
const PATIENCE: Duration = Duration::from_mins(1);

/// A request through a proxy to an encrypted host begins with `CONNECT`, so the first line tells all.
#[test]
fn requests_to_the_world_outside_go_through_the_proxy() {
    let place = Place::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = format!("http://{}", listener.local_addr().unwrap());
    for variable in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
        let mut child = place
            .azure(&["--yes"], &COMPLETE)
            .env(variable, &proxy)
            .spawn()
            .unwrap();
        let accepting = listener.try_clone().unwrap();
        let (said, heard) = mpsc::channel();
        std::thread::spawn(move || {
            let (stream, _) = accepting.accept().unwrap();
            let mut line = String::new();
            BufReader::new(stream).read_line(&mut line).unwrap();
            said.send(line)
        });
        let line = heard.recv_timeout(PATIENCE).expect("a request to the proxy");
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(
            line.trim_end(),
            "CONNECT mystorage.blob.core.windows.net:443 HTTP/1.1",
            "{variable}"
        );
    }
}

/// What is not to go through the proxy goes straight, here to a host that no resolver knows.
#[test]
fn hosts_of_no_proxy_are_reached_without_it() {
    let place = Place::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = format!("http://{}", listener.local_addr().unwrap());
    listener.set_nonblocking(true).unwrap();
    for variable in ["NO_PROXY", "no_proxy"] {
        let output = place
            .azure(&["--yes"], &COMPLETE)
            .env("AZURE_STORAGE_BLOB_ENDPOINT", "https://mystorage.invalid")
            .env("HTTPS_PROXY", &proxy)
            .env(variable, "example.com,.invalid")
            .output()
            .unwrap();
        assert_code(&output, 1);
        let error = text(&output.stderr);
        assert!(error.contains("No connection to mystorage.invalid"), "{error}");
        let asked = listener.accept().map(|_| ()).unwrap_err();
        assert_eq!(
            asked.kind(),
            ErrorKind::WouldBlock,
            "{variable}: the proxy was asked"
        );
    }
}
