// Runs in the page before any script of the page: notes when things are painted and how long the engine takes.

/** Self-contained: the browser gets its source. */
export function probe() {
  const marks = {};
  const trips = [];
  const news = [];

  /** Calls back when the frame that shows the present state has been painted. */
  const painted = (then) =>
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => then(performance.now());
      port2.postMessage(0);
    });

  /** Calls back when the task that runs now, with everything it queued to run at once, is done. */
  const afterTask = (then) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => then(performance.now());
    port2.postMessage(0);
  };

  // Content: the static frame is gone, the page has its heading, and nothing is a placeholder.
  const shown = () =>
    document.body &&
    !document.getElementById("skeleton") &&
    document.querySelector("#main h1") &&
    !document.querySelector("#main .waiting");
  const observer = new MutationObserver(() => {
    if (!shown()) return;
    observer.disconnect();
    painted((time) => (marks.content = time));
  });
  observer.observe(document, { childList: true, subtree: true });

  // What goes to the engine and comes back. A request begins with its number and its kind, a reply with 0 and the
  // number of its request (core/src/bridge.rs).
  const number = (bytes, at) => {
    let value = 0;
    for (let shift = 0; ; shift += 7, at += 1) {
      value += (bytes[at] & 127) * 2 ** shift;
      if (bytes[at] < 128) return [value, at + 1];
    }
  };
  globalThis.Worker = class extends Worker {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({ data }) => {
        if (!(data instanceof Uint8Array)) return;
        const arrived = performance.now();
        afterTask((done) => news.push({ bytes: data.length, busy: done - arrived }));
        if (data[0] !== 0) return;
        const [id] = number(data, 1);
        const trip = trips.findLast((trip) => trip.id === id);
        if (trip) trip.answered ??= arrived;
      });
    }

    postMessage(data, ...rest) {
      if (data instanceof Uint8Array) {
        const [id, at] = number(data, 0);
        trips.push({ id, kind: data[at], sent: performance.now() });
      }
      super.postMessage(data, ...rest);
    }
  };

  /** Waits for the next `type` event and says how long it kept the page, and when its effect was on screen. */
  const next = (type, state) =>
    new Promise((resolve) => {
      const before = state();
      addEventListener(
        type,
        (event) => {
          const result = {};
          afterTask((done) => (result.handled = done - event.timeStamp));
          requestAnimationFrame(() => (result.changed = state() !== before));
          painted((time) => resolve({ ...result, painted: time - event.timeStamp }));
        },
        { capture: true, once: true },
      );
    });

  globalThis.bench = { marks, trips, news, painted, next };
}
