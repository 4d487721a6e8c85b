//! Files handed to the person, and files they choose.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, File, HtmlAnchorElement, HtmlInputElement, Url};

/// The file could not be read or written by the browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileTrouble;

/// Offer bytes as a download.
///
/// # Errors
/// When the browser refuses to make the download.
pub fn save(name: &str, mime: &str, bytes: &[u8]) -> Result<(), FileTrouble> {
    let options = BlobPropertyBag::new();
    options.set_type(mime);
    let parts = Array::of1(&Uint8Array::from(bytes));
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options).map_err(|_| FileTrouble)?;
    let url = Url::create_object_url_with_blob(&blob).map_err(|_| FileTrouble)?;
    let page = web_sys::window().and_then(|window| window.document()).ok_or(FileTrouble)?;
    let link: HtmlAnchorElement =
        page.create_element("a").map_err(|_| FileTrouble)?.dyn_into().map_err(|_| FileTrouble)?;
    link.set_href(&url);
    link.set_download(name);
    link.click();
    // The download has its own hold on the blob by the next turn of the event loop.
    gloo_timers::callback::Timeout::new(10_000, move || {
        let _ = Url::revoke_object_url(&url);
    })
    .forget();
    Ok(())
}

/// The first file chosen in a file input: its name and bytes.
///
/// # Errors
/// When no file is chosen or it cannot be read (moved, or access withdrawn).
pub async fn chosen(input: &HtmlInputElement) -> Result<(String, Vec<u8>), FileTrouble> {
    let file = input.files().and_then(|files| files.get(0)).ok_or(FileTrouble)?;
    read(&file).await
}

/// Name and bytes of a file, say one dropped onto the page.
///
/// # Errors
/// When it cannot be read.
pub async fn read(file: &File) -> Result<(String, Vec<u8>), FileTrouble> {
    let buffer = JsFuture::from(file.array_buffer()).await.map_err(|_| FileTrouble)?;
    Ok((file.name(), Uint8Array::new(&buffer).to_vec()))
}
