/*
 * Answers that were asked for before the application was there to ask: it takes each of them once instead of asking again.
 */

/** Nobody takes an answer that is older, in milliseconds. */
const FRESH_MS = 10_000;

/* The first script and the application are built apart: they meet at the window. */
const place = globalThis as { sixfoldAsked?: Map<string, Promise<Response>> };
place.sixfoldAsked ??= new Map();
const asked = place.sixfoldAsked;

/** An answer whose JSON has been read already. */
class ReadResponse extends Response {
  readonly #value: unknown;

  constructor(value: unknown, { status, headers }: Response) {
    super(null, { status, headers });
    this.#value = value;
  }

  override json(): Promise<unknown> {
    return Promise.resolve(this.#value);
  }
}

/** Ask ahead of the application. */
export function askAhead(address: string, accept: string): Promise<Response> {
  const answer = fetch(address, { headers: { Accept: accept }, credentials: 'same-origin' });
  answer.catch(() => undefined); // whoever takes it is told
  asked.set(address, answer);
  setTimeout(forgetAhead, FRESH_MS);
  return answer;
}

/** Ask ahead for JSON, and read it; null when the answer is none. The application still gets the answer as it came. */
export async function readAhead(address: string, accept: string): Promise<unknown> {
  const read = askAhead(address, accept).then(async (answer) => {
    if (!answer.ok || answer.status === 204) return { answer, value: null };
    const value: unknown = await answer.json();
    return { answer: new ReadResponse(value, answer), value };
  });
  const answer = read.then((one) => one.answer);
  answer.catch(() => undefined);
  asked.set(address, answer);
  return (await read).value;
}

/** The answer that was asked for ahead, if there is one; it is given once, in the form that was best when it was asked for. */
export function takeAhead(address: string): Promise<Response> | undefined {
  const answer = asked.get(address);
  asked.delete(address);
  return answer;
}

/** What was asked for ahead is no longer what the server would say. */
export function forgetAhead(): void {
  asked.clear();
}
