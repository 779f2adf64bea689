//! Reads a response body within a size limit, compressed or not.

use std::io::Read;

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use reqwest::{Response, header};

use super::error::{HttpError, no_response};
use crate::login::federated::oidc::json::quoted;

/// Largest response body, in bytes, before and after decompression.
const BODY_MAX: usize = 1024 * 1024;

/// Reads the body. Some providers compress although `identity` was requested.
pub(super) async fn read(response: Response) -> Result<Vec<u8>, HttpError> {
    let encodings: Vec<&[u8]> = response
        .headers()
        .get_all(header::CONTENT_ENCODING)
        .iter()
        .map(header::HeaderValue::as_bytes)
        .collect();
    let encoding = String::from_utf8_lossy(&encodings.join(&b","[..])).trim().to_ascii_lowercase();
    let body = read_limited(response).await?;
    match encoding.as_str() {
        "" | "identity" => Ok(body),
        "gzip" | "x-gzip" => decompress(MultiGzDecoder::new(&*body)),
        // RFC 9110 §8.4.1.2: zlib. Some servers send the raw form.
        "deflate" if body.first().is_some_and(|byte| byte & 0xf == 8) => decompress(ZlibDecoder::new(&*body)),
        "deflate" => decompress(DeflateDecoder::new(&*body)),
        other => Err(HttpError::Encoding(quoted(other))),
    }
}

async fn read_limited(mut response: Response) -> Result<Vec<u8>, HttpError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(no_response)? {
        if body.len() + chunk.len() > BODY_MAX {
            return Err(HttpError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Decompresses at most the limit: a small response could expand into a huge one (decompression bomb).
fn decompress(reader: impl Read) -> Result<Vec<u8>, HttpError> {
    let mut body = Vec::new();
    let limit = u64::try_from(BODY_MAX).unwrap_or(u64::MAX) + 1;
    let read = reader.take(limit).read_to_end(&mut body);
    if body.len() > BODY_MAX {
        return Err(HttpError::TooLarge);
    }
    read.map(|_| body).map_err(|_| HttpError::Compression)
}
