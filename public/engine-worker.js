// The engine's side of the wall: loads the document engine and says plainly when it could not start
// ({ failed }) or broke while running ({ trapped }). A trapped WebAssembly instance cannot go on, so after
// either message the page ends this worker and starts a new one from storage.
let receive;
const early = [];
let ended = false;

const words = (error) => (error instanceof Error ? `${error.name}: ${error.message}` : String(error));

function end(message) {
  if (ended) return;
  ended = true;
  postMessage(message);
}

addEventListener("error", (event) => end({ trapped: event.message || words(event.error) }));
addEventListener("unhandledrejection", (event) => end({ trapped: words(event.reason) }));
addEventListener("message", ({ data }) => {
  if (ended) return;
  if (receive) receive(data);
  else early.push(data);
});

let engine;
try {
  // Sharing takes more than most devices need: it is a module of its own. The page asks for it by the worker's name; an
  // address with a question in it would be lost where the service worker answers.
  engine = await (self.name === "shared" ? import("./plumbline-engine-shared.js") : import("./plumbline-engine.js"));
  await engine.default();
} catch (error) {
  end({ failed: words(error) });
}
if (!ended) {
  try {
    await engine.start();
    receive = engine.receive;
    for (const data of early.splice(0)) receive(data);
  } catch (error) {
    end({ trapped: words(error) });
  }
}
