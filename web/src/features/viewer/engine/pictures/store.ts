import { cacheBytes } from '../device';
import type { Picture } from './picture';

/** Pictures that are here, the latest used longest, in bounded memory; each comes once, however many ask for it. */
export class PictureStore {
  readonly #kept = new Map<string, Picture>();
  readonly #coming = new Map<string, Promise<Picture>>();
  #bytes = 0;
  #lent = 0;

  constructor(private readonly most = cacheBytes()) {}

  /** Of the memory that it may take, the part that is taken. */
  get fullness(): number {
    return this.#bytes / Math.max(1, this.most - this.#lent);
  }

  peek(key: string): Picture | undefined {
    return this.#kept.get(key);
  }

  /** A picture by its key, or made by `bring`. */
  get(key: string, bring: () => Promise<Picture>): Promise<Picture> {
    const kept = this.#kept.get(key);
    if (kept) {
      this.#kept.delete(key); // and to the end: it was used last
      this.#kept.set(key, kept);
      return Promise.resolve(kept);
    }
    const coming = this.#coming.get(key);
    if (coming) return coming;
    const brought = bring().then((picture) => {
      this.#keep(key, picture);
      return picture;
    });
    this.#coming.set(key, brought);
    const over = (): void => {
      this.#coming.delete(key);
    };
    brought.then(over, over);
    return brought;
  }

  /** Leave so many bytes to something else; gives the function that takes them back. */
  lend(bytes: number): () => void {
    this.#lent += bytes;
    this.#makeRoom(null);
    return () => {
      this.#lent -= bytes;
    };
  }

  #keep(key: string, picture: Picture): void {
    this.#kept.set(key, picture);
    this.#bytes += picture.pixels.byteLength;
    this.#makeRoom(key);
  }

  #makeRoom(newest: string | null): void {
    for (const [key, { pixels }] of this.#kept) {
      if (this.fullness <= 1 || key === newest) return;
      this.#kept.delete(key);
      this.#bytes -= pixels.byteLength;
    }
  }
}
