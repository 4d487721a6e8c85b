//! Whether the browser may throw away what is stored here, and how much room there is.

use js_sys::{Promise, Reflect};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::StorageManager;

/// What the browser says of this site's storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StorageFacts {
    /// Whether it promised not to clear it to make room; `None` when it does not say.
    pub kept: Option<bool>,
    /// Bytes used.
    pub used: Option<u64>,
    /// Bytes it would give.
    pub quota: Option<u64>,
}

fn manager() -> Option<StorageManager> {
    let navigator = web_sys::window()?.navigator();
    // Browsers without a storage manager (and pages that are not secure) have no such property.
    let present = Reflect::get(&navigator, &JsValue::from_str("storage")).is_ok_and(|storage| storage.is_object());
    present.then(|| navigator.storage())
}

async fn answer(promise: Result<Promise, JsValue>) -> Option<JsValue> {
    JsFuture::from(promise.ok()?).await.ok()
}

/// Ask what the browser says.
pub async fn facts() -> StorageFacts {
    let Some(manager) = manager() else { return StorageFacts::default() };
    let kept = answer(manager.persisted()).await.and_then(|kept| kept.as_bool());
    let estimate = answer(manager.estimate()).await;
    let figure = |key: &str| {
        let figure = Reflect::get(estimate.as_ref()?, &JsValue::from_str(key)).ok()?.as_f64()?;
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "byte counts are whole and positive"
        )]
        (figure.is_finite() && figure >= 0.0).then_some(figure as u64)
    };
    StorageFacts { kept, used: figure("usage"), quota: figure("quota") }
}

/// Ask the browser never to clear this site's storage by itself. `true` when it agrees.
pub async fn keep() -> bool {
    let Some(manager) = manager() else { return false };
    answer(manager.persist()).await.and_then(|kept| kept.as_bool()).unwrap_or(false)
}
