//! How the fake provider sends its answers: correctly, or with the current fault.

use std::{
    convert::Infallible,
    io::Read as _,
    sync::{LazyLock, atomic::Ordering},
    time::Duration,
};

use axum::{
    body::{Body, Bytes},
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use flate2::{
    Compress, Compression, FlushCompress,
    read::{GzEncoder, ZlibEncoder},
};
use futures_util::stream;
use serde_json::{Value, json};

use super::{
    Shared, USERINFO,
    fault::{Answer, Endpoint, Fault},
};

/// Size that a client without limit would read.
const HUGE: usize = 256 << 20;
const CHUNK: usize = 16 << 10;
static BLANKS: [u8; CHUNK] = [b' '; CHUNK];
/// One MiB of blanks, deflated. It can follow any block and itself.
static DEFLATED: LazyLock<Vec<u8>> = LazyLock::new(|| deflated(&vec![b' '; 1 << 20]));

impl Shared {
    /// Sends the correct answer, or the one with the fault of this endpoint.
    #[expect(clippy::too_many_lines, reason = "a table of answers")]
    pub(super) async fn send(&self, endpoint: Endpoint, mut honest: Value) -> Response {
        let fault = match self.fault() {
            Fault::Answer(at, answer) if at == endpoint => answer,
            Fault::Text(at, change) if at == endpoint => {
                let json = [(header::CONTENT_TYPE, "application/json")];
                return (json, change(honest.to_string())).into_response();
            }
            Fault::SignedUserinfo(change, _) if endpoint == Endpoint::Userinfo => {
                change(&mut honest);
                let media = [(header::CONTENT_TYPE, "application/jwt; charset=utf-8")];
                return (media, self.sign(USERINFO, &honest)).into_response();
            }
            _ => return axum::Json(honest).into_response(),
        };
        let json = [(header::CONTENT_TYPE, "application/json")];
        let text = honest.to_string();
        match fault {
            Answer::Html => ([(header::CONTENT_TYPE, "text/html")], "<h1>It works!</h1>").into_response(),
            Answer::Status(status) => {
                (StatusCode::from_u16(status).expect("a status"), axum::Json(honest)).into_response()
            }
            Answer::Refusal => {
                let body = json!({ "error": "invalid_grant", "error_description": "<b>secretive</b>" });
                (StatusCode::BAD_REQUEST, axum::Json(body)).into_response()
            }
            Answer::Error(code) => {
                let body = json!({ "error": code, "error_description": code });
                (StatusCode::BAD_REQUEST, axum::Json(body)).into_response()
            }
            Answer::Huge => (json, self.blanks_after(text)).into_response(),
            Answer::Bomb => {
                let json = [(header::CONTENT_TYPE, "application/json"), (header::CONTENT_ENCODING, "gzip")];
                (json, bomb(&text)).into_response()
            }
            Answer::Encoded(encoding) => {
                let headers =
                    [(header::CONTENT_TYPE, "application/json"), (header::CONTENT_ENCODING, encoding)];
                (headers, encoded(encoding, text.as_bytes())).into_response()
            }
            Answer::Slow => (json, slowly(text)).into_response(),
            Answer::Silent => std::future::pending().await,
            Answer::Hangup => {
                let half = Bytes::copy_from_slice(&text.as_bytes()[..text.len() / 2]);
                let broken = std::io::Error::other("hung up");
                (json, Body::from_stream(stream::iter([Ok(half), Err(broken)]))).into_response()
            }
            Answer::Redirect(status) => {
                let location = self.address(&format!("/elsewhere/{endpoint:?}"));
                (StatusCode::from_u16(status).expect("a status"), [(header::LOCATION, location)])
                    .into_response()
            }
            Answer::List => axum::Json(json!([honest])).into_response(),
            Answer::Jwt => {
                ([(header::CONTENT_TYPE, "application/jwt")], self.sign("JWT", &honest)).into_response()
            }
            Answer::Late | Answer::Later => {
                let seconds = if fault == Answer::Late { 1 } else { 3 };
                tokio::time::sleep(Duration::from_secs(seconds)).await;
                axum::Json(honest).into_response()
            }
            Answer::Held => {
                self.let_go.acquire().await.expect("never closed").forget();
                axum::Json(honest).into_response()
            }
        }
    }

    /// Builds a body that counts the bytes it sends.
    fn blanks_after(&self, text: String) -> Body {
        let sent = self.sent.clone();
        let blanks = (0..HUGE / CHUNK).map(|_| Bytes::from_static(&BLANKS));
        let chunks = std::iter::once(Bytes::from(text)).chain(blanks);
        Body::from_stream(stream::iter(chunks.map(move |chunk| {
            sent.fetch_add(chunk.len() as u64, Ordering::SeqCst);
            Ok::<_, Infallible>(chunk)
        })))
    }
}

/// RFC 1952: the text, endless blanks, and a wrong checksum at the end. Only a client that inflates everything notices
/// it.
fn bomb(text: &str) -> Vec<u8> {
    let mut gzip = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 0xff];
    gzip.extend(deflated(text.as_bytes()));
    for _ in 0..HUGE >> 20 {
        gzip.extend_from_slice(&DEFLATED);
    }
    gzip.extend([3, 0]);
    gzip.extend([0; 8]);
    gzip
}

fn encoded(encoding: &str, bytes: &[u8]) -> Vec<u8> {
    let mut encoded = Vec::new();
    match encoding {
        "gzip" | "GZIP" | "x-gzip" => {
            GzEncoder::new(bytes, Compression::best()).read_to_end(&mut encoded).expect("memory");
        }
        "deflate" => {
            ZlibEncoder::new(bytes, Compression::best()).read_to_end(&mut encoded).expect("memory");
        }
        _ => encoded.extend_from_slice(bytes),
    }
    encoded
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut deflated = Vec::with_capacity(bytes.len() + 1024);
    let mut deflate = Compress::new(Compression::best(), false);
    deflate.compress_vec(bytes, &mut deflated, FlushCompress::Full).expect("memory");
    deflated
}

fn slowly(text: String) -> Body {
    Body::from_stream(stream::unfold(text.into_bytes().into_iter(), |mut rest| async move {
        let byte = rest.next()?;
        tokio::time::sleep(Duration::from_secs(1)).await;
        Some((Ok::<_, Infallible>(Bytes::copy_from_slice(&[byte])), rest))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_bomb_inflates_to_the_full_size() {
        let bomb = bomb("{}");
        let mut inflated = flate2::read::DeflateDecoder::new(&bomb[10..]).take(HUGE as u64 * 2);
        let mut start = [0; 3];
        inflated.read_exact(&mut start).expect("the text comes first");
        assert_eq!(&start, b"{} ");
        let rest = std::io::copy(&mut inflated, &mut std::io::sink()).expect("it inflates");
        assert_eq!(rest, HUGE as u64 - 1);
    }
}
