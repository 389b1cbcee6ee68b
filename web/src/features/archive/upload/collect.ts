/** Give every dropped or chosen file, however deep its folder, one after the other. */
export type Take = (path: string, file: Blob) => Promise<void>;
/** Note something that could not be read. */
export type Miss = (path: string, reason: string) => void;

const JUNK = /(^|\/)(__MACOSX\/|\.DS_Store$|Thumbs\.db$|desktop\.ini$)/i;

/** Files that operating systems leave behind; nobody wants to read about them. */
export const isJunk = (path: string): boolean => JUNK.test(path);

/**
 * Entries of a drop. Must be called inside the event: the browser empties the list afterwards.
 */
export function dropped(transfer: DataTransfer): (FileSystemEntry | File)[] {
  const entries = [...transfer.items]
    .filter((item) => item.kind === 'file')
    .map((item) => item.webkitGetAsEntry() ?? item.getAsFile());
  return entries.filter((entry): entry is FileSystemEntry | File => entry !== null);
}

/** Walk folders depth first, so that at most one directory per level is held. */
export async function walk(
  entries: (FileSystemEntry | File)[],
  take: Take,
  miss: Miss,
  signal: AbortSignal,
): Promise<void> {
  for (const entry of entries) {
    if (signal.aborted) return;
    if (entry instanceof File) await take(entry.webkitRelativePath || entry.name, entry);
    else if (entry.isDirectory) await walkDirectory(entry as FileSystemDirectoryEntry, take, miss, signal);
    else await takeEntry(entry as FileSystemFileEntry, take, miss);
  }
}

async function takeEntry(entry: FileSystemFileEntry, take: Take, miss: Miss): Promise<void> {
  const path = entry.fullPath.replace(/^\//, '');
  if (isJunk(path)) return;
  let file: File;
  try {
    file = await new Promise<File>((resolve, reject) => {
      entry.file(resolve, reject);
    });
  } catch {
    miss(path, 'The browser could not read this file');
    return;
  }
  await take(path, file);
}

async function walkDirectory(
  directory: FileSystemDirectoryEntry,
  take: Take,
  miss: Miss,
  signal: AbortSignal,
): Promise<void> {
  const reader = directory.createReader();
  for (;;) {
    let batch: FileSystemEntry[];
    try {
      batch = await new Promise<FileSystemEntry[]>((resolve, reject) => {
        reader.readEntries(resolve, reject);
      });
    } catch {
      miss(directory.fullPath, 'The browser could not read this folder');
      return;
    }
    if (batch.length === 0) return; // readEntries gives at most 100 at a time
    await walk(batch, take, miss, signal);
  }
}
