import { ApiError } from '@/api/client';
import { judge, spread, takeBatch, type Ready } from './batch';
import { summarise, type UploadFile, type UploadState, type UploadSummary } from './model';
import { HEAD_BYTES, identify, type FileKind } from './part10';
import { send, type Sending } from './stow';

export const CONCURRENCY = 3;
/** Unsent bytes held in memory (ZIP members) before reading pauses. */
const HELD_BYTES = 96_000_000;
const NEWS_MS = 80;
/** States of files whose bytes the server has. */
const ARRIVED: ReadonlySet<UploadState> = new Set(['kept', 'already', 'hidden', 'aside']);

export type Send = (files: Blob[], onProgress: (sent: number, of: number) => void) => Sending;
export type OpenZip = (archive: string, zip: Blob, queue: UploadQueue, signal: AbortSignal) => Promise<void>;
interface Ports {
  transmit: Send;
  openZip: OpenZip;
  /** Gathers many changes into one piece of news. */
  soon: (news: () => void) => void;
}

/** Sends files in bounded batches, a few at a time, and remembers what became of each. */
export class UploadQueue {
  files: UploadFile[] = [];
  #waiting: UploadFile[] = [];
  #sendings = new Set<Sending>();
  #listeners = new Set<() => void>();
  #room: (() => void)[] = [];
  #stop = new AbortController();
  #held = 0;
  #collecting = 0;
  #running = 0;
  #nextId = 1;
  #newsDue = false;
  #summary = summarise([], false);
  readonly #ports: Ports;

  constructor(ports: Partial<Ports> & Pick<Ports, 'openZip'>) {
    this.#ports = { transmit: send, soon: (news) => setTimeout(news, NEWS_MS), ...ports };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Counts as of the last news; a new value whenever something has changed. */
  readonly summary = (): UploadSummary => this.#summary;

  /** Queue one file; resolves when there is room for the next one. */
  async add(path: string, blob: Blob): Promise<void> {
    const file = this.#enter(path, blob.size, 'waiting', null);
    file.blob = blob;
    this.#waiting.push(file);
    if (!(blob instanceof File)) this.#held += blob.size; // a File stays on disk until it is sent
    this.#pump();
    if (this.#held > HELD_BYTES) await new Promise<void>((go) => this.#room.push(go));
  }

  /** Note a file that will not be sent. */
  skip(path: string, size: number, reason: string): void {
    this.#enter(path, size, 'skipped', reason);
  }

  /** Run a reader of folders or ZIPs; its signal tells when the person has cancelled. */
  async collect(reader: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.#collecting += 1;
    this.#changed();
    try {
      await reader(this.#stop.signal);
    } finally {
      this.#collecting -= 1;
      this.#changed();
    }
  }

  /** Stop everything that is not answered yet. */
  cancel(): void {
    this.#stop.abort();
    this.#stop = new AbortController();
    for (const file of this.files) {
      if (file.state === 'waiting' || file.state === 'sending') this.#finish(file, 'cancelled', null);
    }
    this.#waiting = [];
    for (const sending of this.#sendings) sending.cancel();
    this.#changed();
  }

  /** Try again what failed on the way; refusals of the server stand. */
  retry(): void {
    for (const file of this.files) {
      if (file.state !== 'failed') continue;
      Object.assign(file, { state: 'waiting', sent: 0, reason: null });
      this.#waiting.push(file);
    }
    this.#changed();
    this.#pump();
  }

  /** Forget the list when nothing is under way. */
  clear(): void {
    if (this.#running > 0 || this.#collecting > 0) return;
    this.files = [];
    this.#held = 0;
    this.#changed();
  }

  #enter(path: string, size: number, state: UploadState, reason: string | null): UploadFile {
    const file: UploadFile = { id: this.#nextId++, path, size, state, sent: 0, reason, blob: null };
    this.files.push(file);
    this.#changed();
    return file;
  }

  #pump(): void {
    while (this.#running < CONCURRENCY && this.#waiting.length > 0) {
      this.#running += 1;
      void this.#sendBatch(takeBatch(this.#waiting)).finally(() => {
        this.#running -= 1;
        if (this.#held <= HELD_BYTES) for (const go of this.#room.splice(0)) go();
        this.#changed();
        this.#pump();
      });
    }
  }

  async #sendBatch(batch: UploadFile[]): Promise<void> {
    const ready: Ready[] = [];
    for (const file of batch) {
      const item = await this.#prepare(file);
      if (item) ready.push(item);
    }
    // An object whose UID we could not read goes alone, so that the answer can only mean it.
    const known = ready.filter(({ uid }) => uid !== null);
    const alone = ready.filter(({ uid }) => uid === null).map((item) => [item]);
    for (const group of [known, ...alone])
      await this.#transmit(group.filter(({ file }) => file.state === 'waiting'));
  }

  async #transmit(ready: Ready[]): Promise<void> {
    if (ready.length === 0) return;
    for (const { file } of ready) file.state = 'sending';
    const sending = this.#ports.transmit(
      ready.map(({ blob }) => blob),
      (sent, of) => {
        spread(ready, sent, of);
        this.#changed();
      },
    );
    this.#sendings.add(sending);
    try {
      const outcome = judge(ready, await sending.answer);
      for (const [file, { state, reason }] of outcome) this.#finish(file, state, reason);
    } catch (error) {
      for (const { file } of ready) if (file.state === 'sending') this.#fail(file, error);
    } finally {
      this.#sendings.delete(sending);
      this.#changed();
    }
  }

  /** Look at the first bytes: DICOM goes on, a ZIP is opened, the rest is skipped with its reason. */
  async #prepare(file: UploadFile): Promise<Ready | null> {
    const { blob } = file;
    if (!blob) return null;
    let found: FileKind;
    try {
      found = identify(new Uint8Array(await blob.slice(0, HEAD_BYTES).arrayBuffer()));
    } catch {
      found = { kind: 'skip', reason: 'The browser could not read this file' };
    }
    if (file.state !== 'waiting') return null; // cancelled while it was read
    if (found.kind === 'dicom') return { file, blob, uid: found.sopInstanceUid };
    this.#finish(
      file,
      'skipped',
      found.kind === 'skip' ? found.reason : 'ZIP: its files are listed one by one',
    );
    if (found.kind === 'zip') void this.#open(file, blob);
    return null;
  }

  async #open(file: UploadFile, zip: Blob): Promise<void> {
    try {
      await this.collect((signal) => this.#ports.openZip(file.path, zip, this, signal));
    } catch (error) {
      this.#finish(file, 'refused', error instanceof Error ? error.message : String(error));
      this.#changed();
    }
  }

  #fail(file: UploadFile, error: unknown): void {
    if (error instanceof DOMException && error.name === 'AbortError') this.#finish(file, 'cancelled', null);
    else if (error instanceof ApiError && !error.retryable) this.#finish(file, 'refused', error.message);
    else this.#finish(file, 'failed', error instanceof Error ? error.message : String(error));
  }

  #finish(file: UploadFile, state: UploadState, reason: string | null): void {
    file.state = state;
    file.reason = reason;
    file.sent = ARRIVED.has(state) ? file.size : 0;
    if (state === 'failed' || !file.blob) return;
    if (!(file.blob instanceof File)) this.#held -= file.size;
    file.blob = null;
  }

  #changed(): void {
    if (this.#newsDue) return;
    this.#newsDue = true;
    this.#ports.soon(() => {
      this.#newsDue = false;
      this.#summary = summarise(this.files, this.#collecting > 0);
      for (const listener of this.#listeners) listener();
    });
  }
}
