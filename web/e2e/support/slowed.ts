import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';

/** An archive behind a line on which series get stuck after their first instance, until they are let go. */
export interface Slowed {
  url: string;
  release: () => void;
  close: () => void;
}

/** Stand before an archive's DICOMweb; `stuck` names the paths whose answers stop. */
export async function slowed(archive: string, stuck: RegExp): Promise<Slowed> {
  const { origin, pathname } = new URL(archive);
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });

  const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? '';
    const answer = await fetch(origin + path, { headers: headersOf(request) });
    response.writeHead(answer.status, headersTo(answer));
    if (!answer.body) {
      response.end();
    } else if (stuck.test(path)) {
      const body = Buffer.from(await answer.arrayBuffer());
      const delimiter = `\r\n${body.toString('latin1', 0, body.indexOf('\r\n'))}`;
      const second = body.indexOf(delimiter, 4) + delimiter.length + 2;
      response.write(body.subarray(0, second));
      await released;
      response.end(body.subarray(second));
    } else {
      Readable.fromWeb(answer.body as ReadableStream).pipe(response);
    }
  };
  const server = createServer((request, response) => {
    pass(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${pathname}`,
    release,
    close: () => {
      release();
      server.closeAllConnections();
      server.close();
    },
  };
}

const PASSED = ['accept', 'authorization'];

const headersOf = (request: IncomingMessage): Record<string, string> => ({
  'accept-encoding': 'identity',
  ...Object.fromEntries(PASSED.map((name) => [name, String(request.headers[name] ?? '*/*')])),
});

const headersTo = (answer: Response): Record<string, string> =>
  Object.fromEntries(
    ['content-type', 'warning'].flatMap((name) => {
      const value = answer.headers.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );
