// Starts the app named by this script's own tag, and closes the ways in which text could become script.
const tag = document.querySelector("script[data-module]");

// Where the browser enforces trusted types, this is the only policy there is. Leptos builds its static
// templates from markup compiled into the app, so markup is let through unless it could run something.
const executable =
  /<\s*(script|iframe|frame|object|embed|base|meta|link|style)\b|<[^>]*[\s"'/]on[a-z]+\s*=|=\s*["']?\s*javascript:|\bsrcdoc\s*=/i;
const named = (name) => document.querySelector(`meta[name="${name}"]`)?.content;
const workers = new Set(
  [named("engine-worker"), named("service-worker")].filter(Boolean).map((path) => new URL(path, location.origin).href),
);
globalThis.trustedTypes?.createPolicy("default", {
  createHTML: (markup) => (executable.test(markup) ? null : markup),
  createScriptURL: (url) => (workers.has(new URL(url, location.origin).href) ? url : null),
});

// The engine asks for direct connections when a workspace is shared. Without them there is the relay.
addEventListener("plumbline-direct", async ({ detail }) => {
  try {
    (await import("./direct.js")).serve(detail);
  } catch (error) {
    console.warn(error);
  }
});

// On a first visit the first picture comes first: the app is two hundred kilobytes, and asked for at once it would hold up the style
// sheet and the font. A page in the background is never painted.
const painted = () =>
  new Promise((go) => {
    requestAnimationFrame(() => setTimeout(go));
    setTimeout(go, 1_000);
  });
// Where the service worker answers, nothing has to be waited for.
const kept = Boolean(navigator.serviceWorker?.controller);
if (!kept && document.visibilityState === "visible") await painted();

try {
  const { module, wasm, integrity } = tag.dataset;
  const app = await import(module);
  await app.default({ module_or_path: fetch(wasm, integrity ? { integrity } : {}) });
} catch (error) {
  console.error(error);
  document.getElementById("boot-problem")?.removeAttribute("hidden");
}
