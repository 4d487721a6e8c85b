// Hocuspocus as it comes, in memory: it has no storage of its own. Says where it listens as the relay does.
import { Server } from "@hocuspocus/server";

const server = new Server({ address: "127.0.0.1", port: 0, quiet: true });
await server.listen();
console.log(`listening on http://127.0.0.1:${server.httpServer.address().port}`);
