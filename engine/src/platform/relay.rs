//! What is asked of a relay over HTTP, and its addresses.

use js_sys::Uint8Array;
use plumbline_core::bridge::sharing::Why;
use plumbline_replica::sync::wire::genesis::Genesis;
use plumbline_replica::sync::wire::id::WorkspaceId;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{DedicatedWorkerGlobalScope, RequestInit, Response};

/// The address of a workspace's socket, at a relay given by scheme, host and port.
#[must_use]
pub fn socket_address(relay: &str, workspace: &WorkspaceId) -> String {
    // http becomes ws, https wss.
    let relay = relay.strip_prefix("http").map_or_else(|| relay.to_owned(), |rest| format!("ws{rest}"));
    format!("{relay}/w/{workspace}")
}

/// Tell a relay of a workspace, new or known to it.
///
/// # Errors
/// Why it does not have it.
pub async fn found(relay: &str, genesis: &Genesis) -> Result<(), Why> {
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_body(&Uint8Array::from(genesis.bytes()));
    match ask(&format!("{relay}/w/{}", genesis.workspace()), &init).await.map(|response| response.status()) {
        None => Err(Why::Offline),
        Some(200 | 201) => Ok(()),
        Some(429 | 503) => Err(Why::Busy),
        Some(403) => Err(Why::Refused),
        // Somebody answers who has never heard of workspaces.
        Some(_) => Err(Why::NoRelay),
    }
}

/// Why a socket could not be opened.
pub async fn why_closed(relay: &str) -> Why {
    let init = RequestInit::new();
    init.set_method("GET");
    let Some(response) = ask(&format!("{relay}/ready"), &init).await else { return Why::Offline };
    match response.status() {
        // Other servers answer every address with a page.
        200 if text_of(&response).await.is_some_and(|text| text == "ready\n") => Why::Unknown,
        503 => Why::Busy,
        _ => Why::NoRelay,
    }
}

async fn text_of(response: &Response) -> Option<String> {
    JsFuture::from(response.text().ok()?).await.ok()?.as_string()
}

/// What came back; `None` when nothing did.
async fn ask(address: &str, init: &RequestInit) -> Option<Response> {
    let scope = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>().ok()?;
    let response = JsFuture::from(scope.fetch_with_str_and_init(address, init)).await.ok()?;
    response.dyn_into::<Response>().ok()
}
