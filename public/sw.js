// Keeps one whole version of Plumbline on the device, so that it opens without a network.
// The build writes the three values below. A new version waits until a page posts "skip-waiting".
const VERSION = "development";
const FILES = [];
// What only devices that share a workspace need: kept from the first time it is asked for, and by every later version.
const MORE = [];

const PREFIX = "plumbline-";
const CACHE = PREFIX + VERSION;
const PATHS = new Set(FILES.map((file) => file.url));
const LATER = new Map(MORE.map((file) => [file.url, file]));
// The name of a file without its version.
const stem = (url) => url.replace(/-[0-9a-f]{16}\./, ".");

async function store(cache, { url, integrity, immutable }) {
  // A hashed name may come from the browser's cache, which saves the first visit a second download; every other
  // name must be fresh. The integrity of both is checked, so a version is stored whole or not at all.
  const request = new Request(url, {
    cache: immutable ? "default" : "reload",
    credentials: "same-origin",
    integrity,
    redirect: "error",
  });
  const response = await fetch(request);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  await cache.put(url, response);
}

// Whether an earlier version kept what sharing takes.
async function sharesHere() {
  const stems = new Set(MORE.map((file) => stem(file.url)));
  for (const name of await caches.keys()) {
    if (!name.startsWith(PREFIX) || name === CACHE) continue;
    const kept = await (await caches.open(name)).keys();
    if (kept.some((request) => stems.has(stem(new URL(request.url).pathname)))) return true;
  }
  return false;
}

async function install() {
  const cache = await caches.open(CACHE);
  try {
    const files = (await sharesHere()) ? [...FILES, ...MORE] : FILES;
    await Promise.all(files.map((file) => store(cache, file)));
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
}

// Earlier versions stay while any page is open: it may run one of them and want to restart its engine without a network.
// A version that has been stored and waits, or is just arriving, is not touched either.
async function cleanUp() {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  const open = await clients.matchAll({ type: "all", includeUncontrolled: true });
  if (open.length > 0 || registration.waiting || registration.installing) return;
  await Promise.all(names.map((name) => caches.delete(name)));
}

async function activate() {
  await cleanUp();
  await clients.claim();
}

async function respond(request, path) {
  const cache = await caches.open(CACHE);
  const stored = (await cache.match(path)) ?? (request.mode === "navigate" ? undefined : await caches.match(path));
  if (stored) return stored;
  const later = LATER.get(path);
  if (!later) return fetch(request);
  await store(cache, later);
  return cache.match(path);
}

addEventListener("install", (event) => event.waitUntil(install()));
addEventListener("activate", (event) => event.waitUntil(activate()));
addEventListener("message", (event) => {
  if (event.data === "skip-waiting") skipWaiting();
});
addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  const path = request.mode === "navigate" ? "/index.html" : url.pathname;
  const immutable = /-[0-9a-f]{16}\.[a-z0-9]+$/.test(path);
  if (PATHS.has(path) || immutable) event.respondWith(respond(request, path));
  if (request.mode === "navigate") event.waitUntil(cleanUp());
});
