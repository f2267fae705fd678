// The WebSocket to the sandbox: JSON frames, reconnecting with growing pauses.

const FIRST_PAUSE_MS = 300;
const LONGEST_PAUSE_MS = 5000;

export class Socket extends EventTarget {
  /** Events: "frame" (detail: the parsed frame), "state" (detail: "open" | "lost"). */
  constructor() {
    super();
    this.person = null;
    this.pause = FIRST_PAUSE_MS;
    this.socket = null;
    this.timer = null;
    addEventListener("online", () => this.retryNow());
  }

  /** Connect as a person, leaving any earlier connection; null lets the sandbox choose. */
  connectAs(person) {
    this.person = person;
    clearTimeout(this.timer);
    this.leave();
    this.open();
  }

  leave() {
    const old = this.socket;
    this.socket = null;
    old?.close();
  }

  open() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const query = this.person ? `?as=${encodeURIComponent(this.person)}` : "";
    const socket = new WebSocket(`${scheme}://${location.host}/page/ws${query}`);
    this.socket = socket;
    let isGreeted = false;
    socket.addEventListener("message", (event) => {
      if (socket !== this.socket) return;
      const frame = JSON.parse(event.data);
      if (frame.type === "hello") {
        isGreeted = true;
        this.pause = FIRST_PAUSE_MS;
        this.tell("state", "open");
      }
      this.tell("frame", frame);
    });
    socket.addEventListener("close", () => {
      if (socket !== this.socket) return;
      this.socket = null;
      if (!isGreeted) this.doubtPerson();
      this.tell("state", "lost");
      this.timer = setTimeout(() => this.open(), this.pause * (0.75 + Math.random() / 2));
      this.pause = Math.min(this.pause * 2, LONGEST_PAUSE_MS);
    });
  }

  /** A sandbox that answers but refuses us has begun afresh and does not know this person. */
  async doubtPerson() {
    const refused = this.person;
    const answer = await fetch("icon.svg", { cache: "no-store" }).catch(() => null);
    if (answer?.ok && this.person === refused) this.person = null;
  }

  retryNow() {
    if (this.socket) return;
    clearTimeout(this.timer);
    this.open();
  }

  /** Send a frame; false when there is no connection. */
  send(frame) {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
