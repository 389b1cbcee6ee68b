import { address } from './address';
import { forgetAhead, takeAhead } from './ahead';
import type { Problem } from './types';
import { noteWarnings } from './warnings';

const SAFE_METHODS = new Set(['GET', 'HEAD']);

/** An answer that is not success, in words a person can act on. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    /** HTTP status; 0 when no answer came at all. */
    readonly status: number,
    readonly problem: Problem,
    /** Seconds to wait before another try, from `Retry-After`. */
    readonly retryAfter: number | null = null,
  ) {
    super(problem.detail ?? problem.title ?? `The server answered ${status}.`);
  }

  /** True when the same request may succeed later. */
  get retryable(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

async function problemOf(response: Response): Promise<Problem> {
  const fallback: Problem = { title: response.statusText || `Error ${response.status}` };
  if (!response.headers.get('content-type')?.includes('json')) return fallback;
  try {
    return (await response.json()) as Problem;
  } catch {
    return fallback; // a body cut by a proxy still is an error with a status
  }
}

/** Build the error for an answer that is not success. */
export async function errorOf(response: Response): Promise<ApiError> {
  const wait = Number(response.headers.get('retry-after'));
  return new ApiError(
    response.status,
    await problemOf(response),
    Number.isFinite(wait) && wait > 0 ? wait : null,
  );
}

/** Fetch one of our paths. Throws ApiError unless the answer is 2xx; an abort stays an AbortError. */
export async function request(
  path: string,
  init: RequestInit = {},
  query?: URLSearchParams,
): Promise<Response> {
  const headers = new Headers(init.headers);
  const method = init.method ?? 'GET';
  // A page of another origin cannot set this header without our consent (CSRF).
  const safe = SAFE_METHODS.has(method);
  if (!safe) headers.set('X-Sixfold-Request', '1');
  if (!safe) forgetAhead();
  const url = address(path, query);
  const ahead = method === 'GET' ? takeAhead(url) : undefined;
  let response: Response;
  try {
    response = await (ahead ?? fetch(url, { ...init, method, headers, credentials: 'same-origin' }));
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(0, {
      title: 'The server cannot be reached',
      detail: 'No answer came back.',
      do: 'Check the network connection. Nothing on this page was lost; it tries again when you ask.',
    });
  }
  if (!response.ok) throw await errorOf(response);
  noteWarnings(path, response.headers.get('warning'));
  return response;
}

/** Fetch JSON from one of our paths. */
export async function getJson<T>(path: string, query?: URLSearchParams, signal?: AbortSignal): Promise<T> {
  const init: RequestInit = { headers: { Accept: 'application/json' } };
  if (signal) init.signal = signal;
  const response = await request(path, init, query);
  return (await response.json()) as T;
}

/** Send JSON to one of our paths; the answer's JSON, or undefined when it has no body. */
export async function sendJson<T>(
  method: 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<T> {
  const init: RequestInit = { method, headers: { Accept: 'application/json' } };
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { ...init.headers, 'Content-Type': 'application/json' };
  }
  const response = await request(path, init);
  const text = await response.text();
  return (text ? JSON.parse(text) : undefined) as T;
}
