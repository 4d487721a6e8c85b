// Starts the app named by this script's own tag, and closes the ways in which text could become script.
const tag = document.querySelector("script[data-module]");

// The preference is applied before the app has loaded, so that the page does not flash in the other theme.
try {
  const theme = JSON.parse(localStorage.getItem("plumbline.theme"));
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // No storage, or not ours: the system's theme stays.
}

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

try {
  const { module, wasm, integrity } = tag.dataset;
  const app = await import(module);
  await app.default({ module_or_path: fetch(wasm, integrity ? { integrity } : {}) });
} catch (error) {
  console.error(error);
  document.getElementById("boot-problem")?.removeAttribute("hidden");
}
