//! One request and its response on a connection of its own.

use std::collections::BTreeMap;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{CONNECTION, HeaderMap, HeaderValue, RETRY_AFTER};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use tokio::time::{Instant, timeout, timeout_at};

use super::sample::{CLOSES_SOON, Seen};
use super::tally::{Judged, Unreached};
use super::template::Template;
use crate::evidence::{self, Extracted, HttpResponse};
use crate::probe::{LONGEST_BODY, validated};
use crate::redact::text_of;
use crate::target::Target;
use crate::vocabulary::Endpoint;

/// A response has at most so many fields.
const MOST_FIELDS: usize = 512;

/// Sends the request and reads the response. The server closes first, so that no socket of ours waits for late packets.
pub(super) async fn exchange<S>(
    stream: S,
    template: &Template,
    target: &Target,
    (until, seen): (Instant, &mut Seen),
) -> Judged
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut http = http1::Builder::new();
    let shaken = http.title_case_headers(true).max_headers(MOST_FIELDS).handshake(TokioIo::new(stream)).await;
    let Ok((mut sender, connection)) = shaken else { return Judged::Unreached(Unreached::Network) };
    let Some(request) = request(template) else { return Judged::Unreached(Unreached::Unexpected) };
    let sent = Instant::now();
    let exchange = async {
        let response = match sender.send_request(request).await {
            Ok(response) => response,
            Err(error) => return Judged::Unreached(unread(&error)),
        };
        seen.response = Some(sent.elapsed());
        let text = |value: &HeaderValue| value.to_str().ok().map(str::to_owned);
        seen.retry_after = response.headers().get(RETRY_AFTER).and_then(text);
        seen.names(response.headers().iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?))));
        let judged = read(response, template, target).await;
        seen.decided = Some(Instant::now());
        judged
    };
    // The client library would close first.
    let connection = connection.without_shutdown();
    tokio::pin!(exchange, connection);
    let within = async {
        tokio::select! {
            biased;
            judged = &mut exchange => (judged, None),
            parts = &mut connection => (exchange.await, parts.ok()),
        }
    };
    let Ok((judged, mut parts)) = timeout_at(until, within).await else {
        return Judged::Unreached(Unreached::Timeout);
    };
    let closed = async {
        if parts.is_none() {
            parts = connection.await.ok();
        }
        let mut stream = parts?.io.into_inner();
        let mut rest = [0; 1_024];
        while stream.read(&mut rest).await.is_ok_and(|read| read > 0) {}
        Some(())
    };
    _ = timeout(CLOSES_SOON, closed).await;
    judged
}

/// Something came that is no HTTP, or nothing did.
fn unread(error: &hyper::Error) -> Unreached {
    if error.is_parse() { Unreached::Unexpected } else { Unreached::Network }
}

fn request(template: &Template) -> Option<Request<Full<Bytes>>> {
    let mut request = Request::builder().method(template.method.clone()).uri(template.origin_form());
    *request.headers_mut()? = template.headers.clone();
    request.headers_mut()?.insert(CONNECTION, HeaderValue::from_static("close"));
    request.body(Full::new(Bytes::copy_from_slice(&template.body))).ok()
}

async fn read(response: Response<Incoming>, template: &Template, target: &Target) -> Judged {
    let status = response.status().as_u16();
    let headers = told(response.headers());
    let mut incoming = response.into_body();
    let mut body = Vec::new();
    while let Some(frame) = incoming.frame().await {
        // Clients fail a body that is cut (RFC 9112 §8).
        let Ok(frame) = frame else { return Judged::Unreached(Unreached::Network) };
        let data = frame.data_ref().map(Bytes::as_ref).unwrap_or_default();
        body.extend_from_slice(&data[..data.len().min(LONGEST_BODY - body.len())]);
        if body.len() == LONGEST_BODY {
            break;
        }
    }
    let body = text_of(&body, headers.get("content-type").map(String::as_str)).into_owned();
    let extracted = match target.validation() {
        Some(validation) if template.probe.presented().is_some_and(|one| one.endpoint == Endpoint::Validation) => {
            validated(&validation.accepted, status, serde_json::from_str(&body).ok().as_ref())
        }
        _ => Extracted::NotLookedFor,
    };
    template.judge(&evidence::Response::Http(HttpResponse { status, headers, body, extracted }))
}

/// Those headers by which a response is judged.
fn told(headers: &HeaderMap) -> BTreeMap<String, String> {
    let told = ["content-type", "retry-after", "location", "www-authenticate"];
    let value = |name: &str| Some((name.to_owned(), headers.get(name)?.to_str().ok()?.to_owned()));
    told.into_iter().filter_map(value).collect()
}
