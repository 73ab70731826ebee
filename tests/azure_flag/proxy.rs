//! The variables that name a proxy.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::sync::mpsc;
use std::time::Duration;

use crate::place::{COMPLETE, Place};

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
