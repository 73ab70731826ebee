//! The floor: an HTTP server that keeps bodies under their paths and checks nothing.

use std::collections::HashMap;
use std::convert::Infallible;
use std::io::Write;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use http::{Method, Request, Response, StatusCode};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

type Store = Arc<Mutex<HashMap<String, Bytes>>>;

/// Serves until the process is ended; says where on the standard output.
pub(crate) async fn serve() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let mut output = std::io::stdout();
    let _ = writeln!(output, "Blob: http://{address}/devstoreaccount1 ").and_then(|()| output.flush());
    let store = Store::default();
    while let Ok((stream, _)) = listener.accept().await {
        let _ = stream.set_nodelay(true);
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            let service = service_fn(|request| answer(request, &store));
            let _ = http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

async fn answer(request: Request<Incoming>, store: &Store) -> Result<Response<Whole>, Infallible> {
    let path = request.uri().path().to_owned();
    let method = request.method().clone();
    let lock = || store.lock().unwrap_or_else(PoisonError::into_inner);
    let mut response = Response::new(Whole(None));
    if method == Method::PUT {
        let body = collect(request.into_body()).await;
        lock().insert(path, body);
        *response.status_mut() = StatusCode::CREATED;
    } else {
        match lock().get(&path) {
            Some(body) => *response.body_mut() = Whole(Some(body.clone())),
            None => *response.status_mut() = StatusCode::NOT_FOUND,
        }
    }
    Ok(response)
}

async fn collect(mut body: Incoming) -> Bytes {
    let length = body.size_hint().exact().unwrap_or(0);
    let mut whole = BytesMut::with_capacity(usize::try_from(length).unwrap_or(0));
    while let Some(Ok(frame)) = std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await
    {
        if let Ok(piece) = frame.into_data() {
            whole.extend_from_slice(&piece);
        }
    }
    whole.freeze()
}

/// A body in one piece.
struct Whole(Option<Bytes>);

impl Body for Whole {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.take().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0.as_ref().map_or(0, |bytes| bytes.len() as u64))
    }
}
