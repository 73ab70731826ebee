//! Bodies between the HTTP library and the backends.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use batchite_api::backend::Body;
use batchite_api::error::{Error, ErrorCode, Result, Service};
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use http_body::{Body as HttpBody, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::{Instant, Sleep};

/// What of a refused body is read and dropped, so that the client finds the answer and not a broken connection.
const DRAINED_BYTES: u64 = 256 * 1024 * 1024;

/// How long a refused body is read.
const DRAINED_FOR: Duration = Duration::from_secs(30);

/// The body of a request as the backends take it.
///
/// `drain` says whether the rest is read when the backend does not want it. A client that waits for leave to send
/// (`Expect: 100-continue`) never starts, so there is nothing to read. A client that pauses for longer than `timeout`
/// gets the status 408.
pub(super) fn incoming(body: Incoming, drain: bool, timeout: Duration) -> Body {
    if body.is_end_stream() {
        return Body::from("");
    }
    let length = body.size_hint().exact();
    let pieces = Pieces {
        incoming: Some(body),
        drain,
        timeout,
        pause: None,
        is_pausing: false,
    };
    Body::from_stream(length, Box::pin(pieces))
}

struct Pieces {
    /// None once the body has ended or broken.
    incoming: Option<Incoming>,
    drain: bool,
    timeout: Duration,
    /// Ends the pause the client is making; none before its first one.
    pause: Option<Pin<Box<Sleep>>>,
    is_pausing: bool,
}

impl Pieces {
    /// Ready when the client has paused for too long.
    fn poll_pause(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let timeout = self.timeout;
        let pause = self
            .pause
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(timeout)));
        if !self.is_pausing {
            self.is_pausing = true;
            pause.as_mut().reset(Instant::now() + timeout);
        }
        pause.as_mut().poll(context)
    }
}

/// The client went away, or sent chunks that are none. If it still listens, it hears that the mistake is its own.
fn broken(error: &hyper::Error) -> Error {
    let message = format!("The body of the request is incomplete or malformed: {error}.");
    Error::blob(ErrorCode::InvalidInput).with_message(message)
}

fn too_slow(timeout: Duration) -> Error {
    let message = format!(
        "The body of the request paused for more than {} seconds.",
        timeout.as_secs_f64()
    );
    Error::from_wire(Service::Blob, "RequestTimeout", 408, message)
}

impl Stream for Pieces {
    type Item = Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            let Some(incoming) = self.incoming.as_mut() else {
                return Poll::Ready(None);
            };
            let Poll::Ready(frame) = Pin::new(incoming).poll_frame(context) else {
                std::task::ready!(self.poll_pause(context));
                self.incoming = None;
                return Poll::Ready(Some(Err(too_slow(self.timeout))));
            };
            self.is_pausing = false;
            let frame = match frame {
                Some(Ok(frame)) => frame,
                Some(Err(error)) => {
                    self.incoming = None;
                    return Poll::Ready(Some(Err(broken(&error))));
                }
                None => {
                    self.incoming = None;
                    return Poll::Ready(None);
                }
            };
            // Trailers carry nothing the service knows.
            if let Ok(piece) = frame.into_data() {
                return Poll::Ready(Some(Ok(piece)));
            }
        }
    }
}

impl Drop for Pieces {
    fn drop(&mut self) {
        let rest = self
            .incoming
            .take()
            .filter(|rest| self.drain && !rest.is_end_stream());
        if let (Some(rest), Ok(runtime)) = (rest, tokio::runtime::Handle::try_current()) {
            runtime.spawn(async {
                // When it takes too long, the connection is closed: what else a client wants is its own affair.
                let _ = tokio::time::timeout(DRAINED_FOR, drain(rest)).await;
            });
        }
    }
}

async fn drain(mut rest: Incoming) {
    let mut read = 0;
    while let Some(Ok(frame)) = std::future::poll_fn(|context| Pin::new(&mut rest).poll_frame(context)).await
    {
        read += frame.data_ref().map_or(0, |piece| piece.len() as u64);
        if read > DRAINED_BYTES {
            return;
        }
    }
}

/// The body of an answer as the HTTP library takes it.
pub(super) struct Outgoing {
    left: Option<u64>,
    pieces: Body,
}

impl Outgoing {
    pub(super) fn new(body: Body) -> Self {
        Self {
            left: body.length(),
            pieces: body,
        }
    }
}

impl HttpBody for Outgoing {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let piece = std::task::ready!(self.pieces.poll_next_unpin(context));
        if let (Some(Ok(piece)), Some(left)) = (&piece, self.left) {
            self.left = Some(left.saturating_sub(piece.len() as u64));
        }
        Poll::Ready(piece.map(|piece| piece.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.left == Some(0)
    }

    fn size_hint(&self) -> SizeHint {
        self.left.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}
