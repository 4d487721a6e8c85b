// Published in place of sw.js when a released service worker must go: browsers look for a new sw.js on every
// visit, past their caches. It removes the stored app, never what people wrote, and then itself.
addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) =>
  event.waitUntil(
    (async () => {
      const names = (await caches.keys()).filter((name) => name.startsWith("plumbline-"));
      await Promise.all(names.map((name) => caches.delete(name)));
      await registration.unregister();
    })(),
  ),
);
