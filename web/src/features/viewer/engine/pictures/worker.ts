import { decode } from './decoders';
import type { Asked, Answered } from './crew';

/* Decodes frames beside the page. */

const place = self as unknown as {
  onmessage: ((event: MessageEvent<Asked>) => void) | null;
  postMessage: (told: Answered, transfer: Transferable[]) => void;
};

place.onmessage = ({ data: { id, bytes, described, syntax } }) => {
  decode(bytes, described, syntax).then(
    (picture) => {
      place.postMessage({ id, picture }, [picture.pixels.buffer]);
    },
    (error: unknown) => {
      place.postMessage({ id, failure: error instanceof Error ? error.message : String(error) }, []);
    },
  );
};
