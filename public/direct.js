// Connections straight to other members' devices. The engine decides whom to connect to and what is said; its worker has no
// WebRTC, so the page holds the connections and passes sealed frames on, unread. No server is asked for anything.
const WAITING_AT_MOST = 64 * 1024 * 1024;
const BUFFERED = 1024 * 1024;
// Addresses of the machine itself are there at once; a network that answers slowly is not waited for.
const GATHERING = 2_000;

let current;

// Another engine, or the same started anew: what the one before it had is let go of.
export function serve(port) {
  current?.end();
  current = new Connections(port);
}

class Connections {
  #port;
  #all = new Map();

  constructor(port) {
    this.#port = port;
    port.onmessage = ({ data }) => this.#hear(data);
    if (!globalThis.RTCPeerConnection) port.postMessage({ conn: 0, closed: true });
  }

  end() {
    for (const connection of this.#all.values()) connection.end();
    this.#port.onmessage = null;
    this.#port.close();
  }

  #hear({ conn, describe, answering, answered, drop, frame }) {
    if (describe) {
      try {
        this.#all.set(conn, new Connection((news, moved) => this.#tell(conn, news, moved), answering));
      } catch {
        this.#tell(conn, { closed: true });
      }
    } else if (answered) this.#all.get(conn)?.answer(answered);
    else if (drop) this.#all.get(conn)?.end();
    else if (frame) this.#all.get(conn)?.send(frame);
  }

  #tell(conn, news, moved = []) {
    if (news.closed) this.#all.delete(conn);
    this.#port.postMessage({ conn, ...news }, moved);
  }
}

class Connection {
  #peer = new RTCPeerConnection({ iceServers: [] });
  #channel = this.#peer.createDataChannel("plumbline", { negotiated: true, id: 0 });
  #waiting = [];
  #bytes = 0;
  #ended = false;
  #tell;

  constructor(tell, answering) {
    this.#tell = tell;
    const channel = this.#channel;
    channel.binaryType = "arraybuffer";
    channel.bufferedAmountLowThreshold = BUFFERED / 2;
    channel.onopen = () => this.#say({ open: true });
    channel.onmessage = ({ data }) => {
      if (data instanceof ArrayBuffer) this.#say({ frame: data }, [data]);
    };
    channel.onbufferedamountlow = () => this.#pump();
    channel.onclose = channel.onerror = () => this.end();
    this.#peer.onconnectionstatechange = () => {
      if (["failed", "closed"].includes(this.#peer.connectionState)) this.end();
    };
    this.#describe(answering).catch(() => this.end());
  }

  async #describe(answering) {
    if (answering) await this.#peer.setRemoteDescription({ type: "offer", sdp: answering });
    await this.#peer.setLocalDescription();
    await this.#gathered();
    this.#say({ sdp: this.#peer.localDescription.sdp });
  }

  #gathered() {
    const peer = this.#peer;
    return new Promise((done) => {
      const look = () => peer.iceGatheringState === "complete" && done();
      peer.onicegatheringstatechange = look;
      setTimeout(done, GATHERING);
      look();
    });
  }

  answer(sdp) {
    this.#peer.setRemoteDescription({ type: "answer", sdp }).catch(() => this.end());
  }

  send(frame) {
    this.#waiting.push(frame);
    this.#bytes += frame.byteLength;
    // Somebody who does not read: they ask for the rest when they connect again.
    if (this.#bytes > WAITING_AT_MOST) this.end();
    else this.#pump();
  }

  #pump() {
    try {
      while (this.#waiting.length && this.#channel.bufferedAmount < BUFFERED) {
        const frame = this.#waiting.shift();
        this.#bytes -= frame.byteLength;
        this.#channel.send(frame);
      }
    } catch {
      this.end();
    }
  }

  end() {
    if (this.#ended) return;
    this.#say({ closed: true });
    this.#ended = true;
    this.#waiting = [];
    this.#peer.close();
  }

  #say(news, moved) {
    if (!this.#ended) this.#tell(news, moved);
  }
}
