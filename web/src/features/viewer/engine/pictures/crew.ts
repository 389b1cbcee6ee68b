import type { Described } from './described';
import type { Picture } from './picture';

/** One frame to decode. */
export interface Asked {
  id: number;
  bytes: Uint8Array;
  described: Described;
  syntax: string;
}
export type Answered = { id: number } & ({ picture: Picture } | { failure: string });

interface Hand {
  worker: Worker;
  busy: Map<number, { resolve: (picture: Picture) => void; reject: (error: Error) => void }>;
}

const MOST = 4;

/** Workers that decode frames, hired when there is work. */
export class Crew {
  readonly #hands: Hand[] = [];
  #last = 0;

  constructor(
    private readonly most = Math.min(MOST, Math.max(1, (navigator.hardwareConcurrency || 2) - 1)),
  ) {}

  /** Decode a frame; the bytes are given away. Rejects with the words of the decoder. */
  decode(bytes: Uint8Array, described: Described, syntax: string): Promise<Picture> {
    const hand = this.#idle();
    const id = ++this.#last;
    const whole = bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
    return new Promise((resolve, reject) => {
      hand.busy.set(id, { resolve, reject });
      hand.worker.postMessage({ id, bytes: whole, described, syntax } satisfies Asked, [whole.buffer]);
    });
  }

  #idle(): Hand {
    const [least] = [...this.#hands].sort((a, b) => a.busy.size - b.busy.size);
    if (least && (least.busy.size === 0 || this.#hands.length >= this.most)) return least;
    const hired = this.#hire();
    this.#hands.push(hired);
    return hired;
  }

  #hire(): Hand {
    const hand: Hand = {
      worker: new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }),
      busy: new Map(),
    };
    hand.worker.onmessage = ({ data }: MessageEvent<Answered>) => {
      const waiting = hand.busy.get(data.id);
      hand.busy.delete(data.id);
      if ('picture' in data) waiting?.resolve(data.picture);
      else waiting?.reject(new Error(data.failure));
    };
    // A worker that died takes nobody with it: what it had is told, and the next frame gets another.
    hand.worker.onerror = () => {
      this.#hands.splice(this.#hands.indexOf(hand), 1);
      for (const { reject } of hand.busy.values()) reject(new Error('This image could not be decoded.'));
      hand.worker.terminate();
    };
    return hand;
  }
}
