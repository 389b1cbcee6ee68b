/** Absolute address of a path of ours; the application may live below a sub-path. */
export function address(path: string, query?: URLSearchParams): string {
  const url = new URL(path, document.baseURI);
  url.hash = '';
  if (query) url.search = query.toString();
  return url.toString();
}
