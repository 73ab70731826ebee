//! TLS: a server whose certificate is trusted is spoken to, any other is not.

use std::io::{Error, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ServerConfig, ServerConnection, Stream};

use crate::place::{Place, text};

/// After this an answer will not come any more.
const PATIENCE: Duration = Duration::from_mins(1);

/// A blob service of one request behind TLS, and the certificate to trust.
struct Encrypted {
    listener: TcpListener,
    config: Arc<ServerConfig>,
    certificate: String,
}

impl Encrypted {
    fn new() -> Self {
        let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).expect("a certificate");
        let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key.into())
            .expect("a configuration");
        Self {
            listener: TcpListener::bind("127.0.0.1:0").expect("a port"),
            config: Arc::new(config),
            certificate: made.cert.pem(),
        }
    }

    /// Answers the next connection; tells its request, or why there is none.
    fn answer(&self) -> mpsc::Receiver<Result<String, Error>> {
        let listener = self.listener.try_clone().expect("the port");
        let config = Arc::clone(&self.config);
        let (said, heard) = mpsc::channel();
        std::thread::spawn(move || {
            let (stream, _) = listener.accept().expect("a connection");
            said.send(one_request(stream, config))
        });
        heard
    }
}

fn one_request(mut stream: TcpStream, config: Arc<ServerConfig>) -> Result<String, Error> {
    let mut connection = ServerConnection::new(config).map_err(Error::other)?;
    let mut encrypted = Stream::new(&mut connection, &mut stream);
    let mut request = Vec::new();
    // Up to the last line of the report: closing the connection must not overtake the answer.
    while !String::from_utf8_lossy(&request).contains("\nPool: ") {
        let mut piece = [0; 4096];
        let read = encrypted.read(&mut piece)?;
        if read == 0 {
            break;
        }
        request.extend_from_slice(&piece[..read]);
    }
    let answer = [
        "HTTP/1.1 201 Created",
        "content-length: 0",
        "etag: \"0x1\"",
        "last-modified: Thu, 20 Nov 2025 15:00:00 GMT",
        "connection: close",
        "\r\n",
    ];
    encrypted.write_all(answer.join("\r\n").as_bytes())?;
    encrypted.flush()?;
    Ok(String::from_utf8_lossy(&request).into_owned())
}

/// The worker, which makes one request: to put its report.
fn worker(place: &Place, server: &Encrypted, trusted: &str) -> std::process::Command {
    place.write("text.txt", "one two two");
    place.write("trusted.pem", trusted);
    let address = server.listener.local_addr().expect("an address");
    let mut command = place.command(&["topn", "--filepath", "text.txt", "--numwords", "1"]);
    command
        .args(["--storageaccount", "account", "--storagecontainer", "output"])
        .args(["--sastoken", "sv=1&sig=c2VjcmV0", "--blob-endpoint"])
        .arg(format!("https://{address}/account"))
        .env("SSL_CERT_FILE", place.path("trusted.pem"))
        .env_remove("SSL_CERT_DIR");
    command
}

#[test]
fn a_trusted_server_is_spoken_to() {
    let (place, server) = (Place::new(), Encrypted::new());
    let heard = server.answer();
    let output = worker(&place, &server, &server.certificate).output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let request = heard.recv_timeout(PATIENCE).unwrap().unwrap();
    assert!(
        request.starts_with("PUT /account/output/text_OUTPUT.txt?"),
        "{request}"
    );
}

#[test]
fn a_server_that_is_not_trusted_gets_no_request() {
    let (place, server) = (Place::new(), Encrypted::new());
    let heard = server.answer();
    let mut child = worker(&place, &server, &Encrypted::new().certificate)
        .spawn()
        .unwrap();
    let answered = heard.recv_timeout(PATIENCE).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    answered.expect_err("the certificate must be refused before anything is sent");
}
